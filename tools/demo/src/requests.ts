import type { DemoCounterparty } from './counterparties.ts'
import { NOTES, REQUEST_SUBJECTS } from './data/firms.ts'
import type { Random } from './random.ts'

export type DemoRequest = { counterparty: string; channel: string; subject: string; queue: string }
export type DemoNote = { counterparty: string; text: string }

/** Requests that wait today; a counterparty has one at most. */
export function makeRequests(random: Random, counterparties: readonly DemoCounterparty[], count: number): DemoRequest[] {
  return random.shuffled(counterparties).slice(0, count).map(({ externalId }) => {
    const [channel, subject] = random.pick(REQUEST_SUBJECTS)
    return { counterparty: externalId, channel, subject, queue: random.chance(0.5) ? 'sales' : 'support' }
  })
}

export const makeNotes = (random: Random, counterparties: readonly DemoCounterparty[], count: number): DemoNote[] =>
  random.shuffled(counterparties).slice(0, count).map(({ externalId }) => ({ counterparty: externalId, text: random.pick(NOTES) }))
