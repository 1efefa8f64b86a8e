import { createHash, randomBytes } from 'node:crypto'
import { AppError, invalid, type Violation } from '@vitrylo/errors'
import { many, sql, type Tx } from '@vitrylo/pg'
import type { IntegrationAccount } from '@vitrylo/proto/vitrylo/directory/v1/integration_account.ts'
import type { IntegrationAccountServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/integration_account_service.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import { sections } from '../group/sections.ts'
import { assertMayGive } from '../integration/assert-may-give.ts'
import {
  getIntegrationAccount,
  insertIntegrationAccount,
  listIntegrationAccounts,
  lockIntegrationAccount,
  replaceKey,
  saveIntegrationAccount,
} from '../integration/integration-account-sql.ts'

const WRITABLE = ['name', 'ownerId', 'groups', 'scopes', 'expireTime', 'requestsPerMinute'] as const
const LEAST_REQUESTS = 60

export function integrationAccountService({ pool }: Deps): Handlers<IntegrationAccountServiceServer> {
  return {
    getIntegrationAccount: ({ id }, { caller }) => getIntegrationAccount(pool, caller, id),
    listIntegrationAccounts: (request, call) => listIntegrationAccounts(pool, call, request),
    createIntegrationAccount: ({ integrationAccount }, { caller, now, transact }) =>
      transact(async (tx) => {
        assertMayGive(caller)
        await assertFits(tx, integrationAccount!)
        return insertIntegrationAccount(tx, { ...integrationAccount!, id: newId() }, now)
      }),
    updateIntegrationAccount: ({ integrationAccount, updateMask }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockIntegrationAccount(tx, caller, integrationAccount!.id, integrationAccount!.etag)
        assertNotRevoked(current)
        const { next, changed } = applyMask(current, integrationAccount!, updateMask, WRITABLE)
        if (changed.length === 0) return current
        await assertFits(tx, next)
        return saveIntegrationAccount(tx, next, now)
      }),
    // What is kept for a repeat is kept without the secret, so the answer to a repeat has none.
    issueIntegrationKey: async ({ id, overlapSeconds, clientId }, { caller, now, transact }) => {
      let told = ''
      const answer = await transact(async (tx) => {
        const current = await lockIntegrationAccount(tx, caller, id, '')
        assertNotRevoked(current)
        const secret = clientId === '' ? randomBytes(32).toString('base64url') : ''
        const secretHash = secret === '' ? undefined : createHash('sha256').update(secret).digest('hex')
        await replaceKey(tx, id, { clientId: clientId || `int-${randomBytes(8).toString('hex')}`, secretHash, overlapMs: overlapSeconds * 1000 }, now)
        const integrationAccount = await saveIntegrationAccount(tx, current, now)
        told = secret
        return { integrationAccount, secret: '' }
      })
      return { ...answer, secret: told }
    },
    revokeIntegrationAccount: ({ id }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockIntegrationAccount(tx, caller, id, '')
        return current.revokeTime === undefined ? saveIntegrationAccount(tx, { ...current, revokeTime: now }, now) : current
      }),
  }
}

function assertNotRevoked({ revokeTime }: IntegrationAccount): void {
  if (revokeTime === undefined) return
  throw new AppError('FAILED_PRECONDITION', 'ACCOUNT_REVOKED', 'the account was revoked for good; add another one')
}

/** A mistyped scope or group would give a false feeling of what the program may do. */
async function assertFits(tx: Tx, { groups, scopes, requestsPerMinute }: IntegrationAccount): Promise<void> {
  const known = (await many<{ name: string }>(tx, sql`select name from user_group where name = any(${groups}::text[]) and employee_id is null`)).map(({ name }) => name)
  const wrong: Violation[] = groups.flatMap((group, index) =>
    known.includes(group) ? [] : [{ field: `integrationAccount.groups[${index}]`, rule: 'reference', description: 'no such group' }],
  )
  wrong.push(...scopes.flatMap((scope, index) => (isKnown(scope) ? [] : [{ field: `integrationAccount.scopes[${index}]`, rule: 'choice', description: 'no such section or action' }])))
  if (requestsPerMinute !== 0 && requestsPerMinute < LEAST_REQUESTS) {
    wrong.push({ field: 'integrationAccount.requestsPerMinute', rule: 'range', description: `must be 0 or at least ${LEAST_REQUESTS}` })
  }
  if (wrong.length > 0) throw invalid(wrong)
}

function isKnown(scope: string): boolean {
  if (scope === '*' || scope === 'scim') return true
  const [section, action] = scope.split(':')
  return sections.some(({ name, actions }) => (section === '*' || section === name) && (action === '*' || actions.includes(action!)))
}
