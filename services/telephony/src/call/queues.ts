import type { CallParts } from './grouping.ts'

export type QueueStay = { queue: string; from: number; to?: number; abandoned: boolean }

/** The queues the call went through, in order; a snapshot may tell of one that is known already. */
export function queueStays(parts: CallParts): QueueStay[] {
  const stays: QueueStay[] = []
  for (const event of parts.events) {
    const last = stays.at(-1)
    if (event.type === 'queue.joined') enter(stays, event.queue, event.at)
    else if (event.type === 'leg.listed' && event.queue !== '') enterIfUnseen(stays, event.queue, event.at)
    else if (last === undefined) continue
    else if (event.type === 'queue.left') last.to ??= event.at
    else if (event.type === 'queue.abandoned') last.abandoned = true
  }
  return stays
}

function enter(stays: QueueStay[], queue: string, from: number) {
  const last = stays.at(-1)
  if (last?.queue !== queue || last.to !== undefined) stays.push({ queue, from, abandoned: false })
}

// A leg that talks is still in the queue's application, long after it left the queue itself.
function enterIfUnseen(stays: QueueStay[], queue: string, at: number) {
  if (stays.at(-1)?.queue !== queue) stays.push({ queue, from: at, to: at, abandoned: false })
}
