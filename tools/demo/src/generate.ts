import { makeConsents, type DemoConsent } from './consents.ts'
import { makeCounterparties, type DemoCounterparty } from './counterparties.ts'
import { DAY_MS } from './days.ts'
import { makeInteractions, type DemoInteraction } from './interactions.ts'
import type { BranchName } from './data/places.ts'
import { makeOpportunities, type DemoOpportunity } from './opportunities.ts'
import { peopleOf } from './person.ts'
import { makePersons, type DemoPerson } from './persons.ts'
import { createRandom } from './random.ts'
import { phonesOf } from './reach.ts'
import { makeNotes, makeRequests, type DemoNote, type DemoRequest } from './requests.ts'

export type DemoData = {
  counterparties: DemoCounterparty[]
  persons: DemoPerson[]
  opportunities: DemoOpportunity[]
  requests: DemoRequest[]
  notes: DemoNote[]
  interactions: DemoInteraction[]
  consents: DemoConsent[]
}

/** The phone that seems to call in a demonstration: one of a client with a deal under way, by branch. In E.164. */
export const DEMO_CALLERS: Readonly<Record<BranchName, string>> = {
  dnipro: '+380565550199',
  kyiv: '+380445550199',
  lviv: '+380325550199',
  odesa: '+380485550199',
}

/** The phone of two clients of Kyiv at once: nobody is chosen, the agent is asked. */
export const SHARED_CALLER = '+380895550177'

const SEED = 1991

/** The same seed and day give the same data. Amounts are those of a small trading firm. */
export function generateDemo({ seed = SEED, now }: { seed?: number; now: Date }): DemoData {
  const random = createRandom(seed)
  const world = { random, phones: phonesOf(random), person: peopleOf(random) }
  // Every figure is taken from the day, not from the moment: a repeated load finds what it left.
  const day = new Date(`${now.toISOString().slice(0, 10)}T06:00:00Z`)
  const counterparties = makeCounterparties(world, 500, day)
  const persons = makePersons(world, counterparties, 700)
  const opportunities = makeOpportunities(random, counterparties, 260, day)
  giveCallers(counterparties, opportunities)
  for (const { body } of counterparties.filter(({ branch }) => branch === 'kyiv').slice(-2)) body.channels.push({ kind: 'phone', value: SHARED_CALLER, label: '', primary: false })
  const requests = makeRequests(random, counterparties, 120, day)
  const notes = makeNotes(random, counterparties, 60)
  const interactions = makeInteractions(random, counterparties, persons, { held: 150, planned: 40 }, day)
  knownBefore(counterparties, [
    ...opportunities.map(({ counterparty, openTime }) => ({ counterparty, time: openTime })),
    ...requests.map(({ counterparty, receiveTime }) => ({ counterparty, time: receiveTime })),
    ...interactions.map(({ counterparty, body }) => ({ counterparty, time: body.startTime })),
  ])
  return { counterparties, persons, opportunities, requests, notes, interactions, consents: makeConsents(random, counterparties, 70, day) }
}

/** Nothing happened with a client before the firm knew them. */
function knownBefore(counterparties: readonly DemoCounterparty[], deeds: readonly { counterparty: string; time: Date }[]): void {
  const first = new Map<string, number>()
  for (const { counterparty, time } of deeds) first.set(counterparty, Math.min(first.get(counterparty) ?? Infinity, time.getTime()))
  for (const each of counterparties) each.createTime = new Date(Math.min(each.createTime.getTime(), (first.get(each.externalId) ?? Infinity) - DAY_MS))
}

/** The first client of each branch that has an open deal gets the phone of the demonstration call. */
function giveCallers(counterparties: DemoCounterparty[], opportunities: readonly DemoOpportunity[]): void {
  const busy = new Set(opportunities.filter(({ state }) => state === 'open').map(({ counterparty }) => counterparty))
  for (const [branch, phone] of Object.entries(DEMO_CALLERS)) {
    const client = counterparties.find((each) => each.branch === branch && each.body.displayName.startsWith('ТОВ') && busy.has(each.externalId))
    const other = counterparties.find(({ body }) => body.channels.some(({ value }) => value.replace(/\D/g, '').endsWith(phone.slice(4))))
    const own = client!.body.channels.find(({ kind }) => kind === 'phone')!
    // Whoever had it by chance takes the one that is given away.
    if (other !== undefined) other.body.channels.find(({ kind }) => kind === 'phone')!.value = own.value
    own.value = phone
  }
}
