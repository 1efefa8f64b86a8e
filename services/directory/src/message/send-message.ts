import { AppError, invalid, type Violation } from '@vitrylo/errors'
import { mailerOf } from '@vitrylo/mail'
import type { Tx } from '@vitrylo/pg'
import type { Message } from '@vitrylo/proto/vitrylo/directory/v1/message.ts'
import { newId, type Call, type Deps } from '@vitrylo/service'
import { notify } from '../notification/notify.ts'
import { insertMessage, readersOf } from './message-sql.ts'

/** Sends a message: a notification for everybody of its audience, in the transaction of the message. */
export function sendMessage({ rights, env }: Deps, { caller, now, transact }: Call, draft: Message): Promise<Message> {
  const { employeeId, branchId } = caller
  return transact(async (tx: Tx) => {
    const readers = await readersOf(tx, caller, rights.data(), draft)
    const action = draft.employeeId === undefined ? 'manage' : 'create'
    // Whose right does not reach all is not told who is there beyond it.
    if (readers.some(({ isReached }) => !isReached) || (readers.length === 0 && caller.reach('messages', action)?.all !== true)) {
      throw new AppError('PERMISSION_DENIED', 'SCOPE_EXCEEDED', 'your right does not reach all of these, or nobody of them can sign in; choose others', { section: 'messages', action })
    }
    if (readers.length === 0) throw new AppError('FAILED_PRECONDITION', 'NO_READERS', 'nobody of these can sign in; choose others')
    const message = { ...draft, id: newId(), senderId: employeeId, createTime: now, recipientCount: readers.length, readCount: 0 }
    await insertMessage(tx, message, branchId)
    const { id: messageId, text: title, mustRead, expireTime: expiresAt } = message
    await notify(tx, { kind: 'message', title, messageId, senderId: employeeId, mustRead, expiresAt }, readers.map(({ id }) => id), { now, mail: mailerOf(env) !== undefined })
    return message
  })
}

/** Refuses another audience than the RPC is for, and a time that has passed. */
export function assertMessage({ employeeId, group, branchId, everybody, expireTime }: Message, to: 'one' | 'many', now: Date): void {
  const wrong: Violation[] = []
  const many = [group, branchId, everybody || undefined].filter((each) => each !== undefined).length
  if (to === 'one' && (employeeId === undefined || many > 0)) wrong.push({ field: 'employeeId', rule: 'choice', description: 'name the employee, and nobody else' })
  if (to === 'many' && (employeeId !== undefined || many !== 1)) wrong.push({ field: 'group', rule: 'choice', description: 'give exactly one of group, branchId, everybody' })
  if (expireTime !== undefined && expireTime <= now) wrong.push({ field: 'expireTime', rule: 'range', description: 'must be in the future' })
  if (wrong.length > 0) throw invalid(wrong)
}
