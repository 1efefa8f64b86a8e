import { on, type Handler } from '@vitrylo/events'
import { mailerOf } from '@vitrylo/mail'
import type { Tx } from '@vitrylo/pg'
import { HandoverProgressedEvent } from '@vitrylo/proto/events.ts'
import type { Deps } from '@vitrylo/service'
import { noteProgress, takeUntold } from '../handover/handover-sql.ts'
import { notify } from '../notification/notify.ts'

/** How far a service is with its share. At the end of all each receiver is told once, with the figures; of what comes late once more. */
export function progressHandler({ rights, now, env }: Pick<Deps, 'rights' | 'now' | 'env'>): Handler {
  const mail = mailerOf(env) !== undefined
  return on(HandoverProgressedEvent, async (tx, { handoverId, part }) => {
    await noteProgress(tx, handoverId, part!, now())
    if (part!.done) await tellReceivers({ rights, now: now(), mail }, tx, handoverId)
  })
}

async function tellReceivers({ rights, ...how }: Pick<Deps, 'rights'> & { now: Date; mail: boolean }, tx: Tx, handoverId: string): Promise<void> {
  const untold = await takeUntold(tx, handoverId)
  if (untold === undefined) return
  const { employeeId, actorId, gains } = untold
  const title = rights.data().employees.get(employeeId)?.displayName ?? ''
  for (const [receiverId, news] of gains) {
    if (receiverId === actorId) continue
    await notify(tx, { kind: 'handover-received', title, senderId: actorId, gains: news }, [receiverId], how)
  }
}
