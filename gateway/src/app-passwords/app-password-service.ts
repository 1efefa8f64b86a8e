import { randomBytes } from 'node:crypto'
import { AppError, invalid, notFound } from '@vitrylo/errors'
import { inTx, sql } from '@vitrylo/pg'
import type { AppPassword, AppPasswordServiceServer } from '@vitrylo/proto/vitrylo/sessions/v1/app_password_service.ts'
import { recorded, type Call, type Deps, type Handlers } from '@vitrylo/service'
import { clientName } from '../sessions/client-name.ts'
import { byOf, endAppPasswords } from '../sessions/end-sql.ts'
import { sha256 } from '../sign-in/seal.ts'
import { insertAppPassword, listAppPasswords, type AppPasswordRow } from './app-password-sql.ts'

// No letters that are taken for one another: it is typed by hand into a phone.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const LENGTH = 24

export function appPasswordService({ pool, committed }: Deps): Handlers<AppPasswordServiceServer> {
  return {
    listAppPasswords: async (_request, { caller }) => ({ appPasswords: (await listAppPasswords(pool, caller.employeeId ?? '00000000-0000-0000-0000-000000000000')).map(toMessage) }),
    createAppPassword: async ({ name }, call) => {
      const { employeeId, subject, username } = ownerOf(call)
      if (name.trim() === '' || name.includes('\0')) throw invalid([{ field: 'name', rule: 'required', description: 'must hold a text' }])
      const password = randomPassword()
      // Not by the idempotency key: that would keep the answer, and the password with it.
      const row = await inTx(pool, (tx) => recorded(call.deed, tx, () => insertAppPassword(tx, { employeeId, subject, username, name: name.trim(), hash: hashOf(password), now: call.now })))
      committed()
      return { appPassword: toMessage(row), password, username }
    },
    deleteAppPassword: ({ id }, call) =>
      call.transact(async (tx) => {
        const mine = sql`p.id = ${id} and p.employee_id = ${call.caller.employeeId ?? null}::uuid`
        if ((await endAppPasswords(tx, mine, byOf(call.caller), call.now)) === 0) throw notFound('app-password', id)
        return {}
      }),
  }
}

/** As it is typed: with or without the hyphens, in whatever case. */
export const hashOf = (password: string): Buffer => sha256(password.toLowerCase().replaceAll(/[\s-]/g, ''))

function ownerOf({ caller, sessionId }: Call): { employeeId: string; subject: string; username: string } {
  const { employeeId, subject, username } = caller
  if (employeeId === undefined) throw new AppError('FAILED_PRECONDITION', 'NO_EMPLOYEE', 'only an employee can have this; the account belongs to none')
  // A token that leaked must not become a key that lasts.
  if (sessionId === undefined) throw new AppError('PERMISSION_DENIED', 'SESSION_REQUIRED', 'app passwords are made in the browser; sign in there')
  return { employeeId, subject, username }
}

/** `abcd-efgh-…`: 24 letters of 31, which is 118 bits. */
function randomPassword(): string {
  let text = ''
  while (text.length < LENGTH) {
    // Bytes above the last whole multiple would make the first letters likelier.
    for (const byte of randomBytes(32)) if (byte < 248 && text.length < LENGTH) text += LETTERS[byte % LETTERS.length]!
  }
  return text.match(/.{4}/g)!.join('-')
}

const toMessage = ({ id, name, created_at: createTime, used_at: useTime, address, agent }: AppPasswordRow): AppPassword =>
  ({ id, name, createTime, useTime: useTime ?? undefined, address, client: clientName(agent) })
