import { on, type Handler } from '@vitrylo/events'
import { mailerOf } from '@vitrylo/mail'
import { PasswordChangedEvent } from '@vitrylo/proto/events.ts'
import type { Deps } from '@vitrylo/service'
import { notify } from '../notification/notify.ts'

// Who reads the topic anew tells nobody of what was long ago. The issuer keeps a change until the gateway is there again: time enough for that.
const TOLD_WITHIN_MS = 7 * 86_400_000

/** Tells the owner of every change: if it was not theirs, they are the first to know. */
export function passwordChangedHandler({ now, env }: Pick<Deps, 'now' | 'env'>): Handler {
  const mail = mailerOf(env) !== undefined
  return on(PasswordChangedEvent, async (tx, { employeeId, time, address }) => {
    if (time === undefined || time.getTime() < now().getTime() - TOLD_WITHIN_MS) return
    await notify(tx, { kind: 'password-changed', title: address }, [employeeId], { now: now(), mail })
  })
}
