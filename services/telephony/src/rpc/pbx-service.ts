import { assertReaches } from '@vitrylo/auth'
import { invalid } from '@vitrylo/errors'
import type { Pbx } from '@vitrylo/proto/vitrylo/telephony/v1/pbx.ts'
import type { PbxServiceServer } from '@vitrylo/proto/vitrylo/telephony/v1/pbx_service.ts'
import { applyMask, awaitColleagues, changedUnseen, newId, type Call, type Deps, type Handlers } from '@vitrylo/service'
import { takeJournal } from '../journal/take-journal.ts'
import { checkPbx } from '../pbx/check-pbx.ts'
import { deletePbx, getPbx, insertPbx, listPbxes, lockPbx, updatePbx } from '../pbx/pbx-sql.ts'
import { placeTestCall } from '../pbx/place-test-call.ts'
import { pbxSecrets } from '../pbx/secrets.ts'

const WRITABLE = [
  'name', 'host', 'port', 'tls', 'username', 'secret', 'country', 'branchId', 'trunks', 'extensions', 'extensionPattern',
  'disabled', 'testContext', 'tlsCertificate',
] as const

/** Where the secret is sent to, and how. */
const ADDRESS = ['host', 'port', 'tls', 'tlsCertificate'] as const

export function pbxService(deps: Deps): Handlers<PbxServiceServer> {
  const { pool, rights, env } = deps
  const secrets = pbxSecrets(env)
  const awaitPeople = ({ extensions, branchId }: Pbx, call: Call): Promise<void> =>
    awaitColleagues({ rights }, call, extensions.map(({ employeeId }) => employeeId), [branchId])
  const sealed = (pbx: Pbx): Pbx => ({ ...pbx, secret: secrets.seal(pbx.secret, pbx.id) })
  return {
    getPbx: ({ id }, { caller }) => getPbx(pool, caller, 'view', id),
    listPbxes: (request, call) => listPbxes(pool, call, request),
    createPbx: async ({ pbx }, call) => {
      const { caller, now, transact } = call
      await awaitPeople(pbx!, call)
      return transact(async (tx) => {
        const branchId = pbx!.branchId ?? caller.branchId
        if (branchId === undefined) throw invalid([{ field: 'branchId', rule: 'required', description: 'you have no branch; name one' }])
        const next: Pbx = { ...pbx!, id: newId(), country: pbx!.country || 'UA', branchId }
        checkPbx(next, rights.data())
        assertReaches(caller, 'pbxes', 'create', next)
        return insertPbx(tx, sealed(next), now)
      })
    },
    updatePbx: async ({ pbx, updateMask }, call) => {
      const { caller, now, transact } = call
      await awaitPeople(pbx!, call)
      return transact(async (tx) => {
        const current = await lockPbx(tx, caller, 'change', pbx!.id, pbx!.etag)
        const { next, changed } = applyMask(current, pbx!, updateMask, WRITABLE)
        if (changed.length === 0) return current
        assertSecretGiven(next, changed)
        checkPbx(next, rights.data())
        assertReaches(caller, 'pbxes', 'change', next)
        if (changed.includes('secret') && next.secret !== '') changedUnseen(next.id, ['secret'])
        return updatePbx(tx, sealed(next), now)
      })
    },
    deletePbx: ({ id, etag }, { caller, transact }) =>
      transact(async (tx) => {
        await lockPbx(tx, caller, 'delete', id, etag)
        await deletePbx(tx, id)
        return {}
      }),
    uploadPbxJournal: (parts, call) => takeJournal(deps, parts, call),
    placeTestCall: (request, call) => placeTestCall({ pool, secrets }, call, request),
  }
}

/** Else whoever may change an exchange could read its secret by pointing it at a machine of their own. */
function assertSecretGiven({ secret }: Pbx, changed: readonly string[]): void {
  if (secret !== '' || !ADDRESS.some((field) => changed.includes(field))) return
  throw invalid([{ field: 'secret', rule: 'required', description: 'give the secret again: the stored one is not sent to another address' }])
}
