import type { DemoCounterparty } from './counterparties.ts'
import { NOTES, REQUEST_SUBJECTS, RESOLUTIONS } from './data/firms.ts'
import { ahead, before } from './days.ts'
import type { Random } from './random.ts'

export type DemoRequest = {
  counterparty: string
  channel: string
  subject: string
  queue: string
  receiveTime: Date
  /** What was agreed; else the queue says. */
  dueTime: Date | undefined
  state: 'new' | 'waiting' | 'in-progress' | 'closed'
  resolution: string
}
export type DemoNote = { counterparty: string; text: string }

/** Requests of the last six weeks: the older one is, the sooner it is done. A counterparty has one at most. */
export function makeRequests(random: Random, counterparties: readonly DemoCounterparty[], count: number, day: Date): DemoRequest[] {
  return random.shuffled(counterparties).slice(0, count).map(({ externalId }, index) => {
    const [channel, subject] = random.pick(REQUEST_SUBJECTS)
    const days = Math.floor((index * 42) / count) + 1
    const state = days > 14 ? 'closed' : days > 4 ? random.pick(['closed', 'closed', 'closed', 'waiting', 'in-progress'] as const) : random.pick(['new', 'new', 'waiting', 'in-progress', 'closed'] as const)
    // Most are answered in time; what is late is late by the queue.
    const isAgreed = state === 'new' ? random.chance(0.6) : random.chance(0.85)
    return {
      counterparty: externalId, channel, subject, queue: random.chance(0.5) ? 'sales' : 'support', state,
      receiveTime: before(day, days, random),
      dueTime: isAgreed ? ahead(day, random.int(1, 9), random) : undefined,
      resolution: state === 'closed' ? random.pick(RESOLUTIONS) : '',
    }
  })
}

export const makeNotes = (random: Random, counterparties: readonly DemoCounterparty[], count: number): DemoNote[] =>
  random.shuffled(counterparties).slice(0, count).map(({ externalId }) => ({ counterparty: externalId, text: random.pick(NOTES) }))
