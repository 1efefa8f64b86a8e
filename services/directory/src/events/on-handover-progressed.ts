import { on, type Handler } from '@vitrylo/events'
import { mailerOf } from '@vitrylo/mail'
import type { Tx } from '@vitrylo/pg'
import { HandoverProgressedEvent } from '@vitrylo/proto/events.ts'
import type { Deps } from '@vitrylo/service'
import { noteProgress, takeUntold } from '../handover/handover-sql.ts'
import { notify } from '../notification/notify.ts'

/** How far a service is with its share. At the end of all each receiver is told once, with the figures; of what comes late once more. */
export const progressHandler = (deps: Pick<Deps, 'rights' | 'now' | 'env'>): Handler =>
  on(HandoverProgressedEvent, async (tx, { handoverId, part }) => {
    await noteProgress(tx, handoverId, part!, deps.now())
    if (part!.done) await tellReceivers(deps, tx, handoverId)
  })

async function tellReceivers({ rights, now, env }: Pick<Deps, 'rights' | 'now' | 'env'>, tx: Tx, handoverId: string): Promise<void> {
  const untold = await takeUntold(tx, handoverId)
  if (untold === undefined) return
  const { employeeId, actorId, gains } = untold
  const title = rights.data().employees.get(employeeId)?.displayName ?? ''
  for (const [receiverId, news] of gains) {
    if (receiverId === actorId) continue
    await notify(tx, { kind: 'handover-received', title, senderId: actorId, gains: news }, [receiverId], { now: now(), mail: mailerOf(env) !== undefined })
  }
}
