import { on, type Handler } from '@vitrylo/events'
import { mailerOf } from '@vitrylo/mail'
import { one, sql } from '@vitrylo/pg'
import { AccountLockedEvent } from '@vitrylo/proto/events.ts'
import type { Deps } from '@vitrylo/service'
import { notify } from '../notification/notify.ts'

// Who reads the topic anew tells nobody of what was long ago.
const TOLD_WITHIN_MS = 86_400_000

/** Tells the owner that somebody guesses at their password: once until they have read it, however long it goes on. */
export function accountLockedHandler({ now, env }: Pick<Deps, 'now' | 'env'>): Handler {
  const mail = mailerOf(env) !== undefined
  return on(AccountLockedEvent, async (tx, { employeeId, time, address }) => {
    if (time === undefined || time.getTime() < now().getTime() - TOLD_WITHIN_MS) return
    const unread = await one(tx, sql`select from notification where employee_id = ${employeeId} and kind = 'account-locked' and read_at is null limit 1`)
    if (unread === undefined) await notify(tx, { kind: 'account-locked', title: address }, [employeeId], { now: now(), mail })
  })
}
