import { callerOfEmployee, sees } from '@vitrylo/auth'
import type { BusEvent } from '@vitrylo/events'
import { mailerOf } from '@vitrylo/mail'
import type { Tx } from '@vitrylo/pg'
import type { Deps } from '@vitrylo/service'
import { noteOfBatch } from '../notification/batch.ts'
import { isToldSince } from '../notification/notification-sql.ts'
import { notify, type Notice } from '../notification/notify.ts'
import { namedTo } from '../notification/named-to.ts'

// A new installation of this release reads its topics from the beginning: nobody waits for last week's requests.
const FRESH_MS = 86_400_000

/** `batchId`: of a change of many, which is told of as one. */
export type TellOwner = (tx: Tx, event: BusEvent, ownerId: string | undefined, notice: Notice, batchId?: string) => Promise<void>

/** Tells the owner of a record, if they may see it and did it not themselves. A bulk change tells nobody, nor what comes late. */
export function createTellOwner({ rights, now, env }: Pick<Deps, 'rights' | 'now' | 'env'>): TellOwner {
  const mail = mailerOf(env) !== undefined
  return async (tx, event, ownerId, notice, batchId = '') => {
    const isOld = Date.parse(event.time) < now().getTime() - FRESH_MS
    if (!ownerId || ownerId === notice.senderId || isOld || event.headers.quiet !== undefined || event.headers.notified !== undefined) return
    const owner = callerOfEmployee(rights.data(), ownerId)
    if (owner === undefined || !sees(owner, notice.section!, { branchId: notice.branchId, ownerId })) return
    const { section = '', recordId = '' } = notice
    if (await isToldSince(tx, { section, recordId, revision: event.revision })) return
    if (batchId !== '' && notice.senderId !== undefined) return noteOfBatch(tx, { batchId, employeeId: ownerId, senderId: notice.senderId }, now())
    const { title, number = '', missedCall = false, counterpartyName = '' } = notice
    await notify(tx, { ...notice, revision: event.revision, ...namedTo(owner, section, { title, number, missedCall, counterpartyName }) }, [ownerId], { now: now(), mail })
  }
}
