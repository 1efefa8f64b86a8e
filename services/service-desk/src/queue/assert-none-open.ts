import { AppError } from '@vitrylo/errors'
import { one, sql, type Tx } from '@vitrylo/pg'
import type { Queue } from '@vitrylo/proto/vitrylo/servicedesk/v1/queue.ts'
import { lockRegistration } from '../request/request-sql.ts'

/** What is open in a queue is somebody's work of today. Registrations wait, so that none comes meanwhile. */
export async function assertNoneOpen(tx: Tx, { id, name, title }: Queue): Promise<void> {
  await lockRegistration(tx)
  const used = await one<{ open: number }>(tx, sql`select count(*) as open from request where queue = ${name} and state <> 'closed'`)
  if (used!.open === 0) return
  throw new AppError('FAILED_PRECONDITION', 'QUEUE_IN_USE', `${used!.open} requests are open in ${name}; close them or move them to another queue first`, { id, name, title: title || name, open: String(used!.open) })
}
