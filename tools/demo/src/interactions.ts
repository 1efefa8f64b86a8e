import type { DemoCounterparty } from './counterparties.ts'
import { HELD, PLANNED } from './data/talks.ts'
import { ahead, before, DAY_MS, dayOf } from './days.ts'
import type { DemoPerson } from './persons.ts'
import type { Random } from './random.ts'

/** A talk as the API takes it, but records and people by their names. */
export type DemoInteraction = {
  counterparty: string
  person: string | undefined
  owner: string
  body: { kind: string; state: 'planned' | 'held'; subject: string; startTime: Date; endTime: Date; place: string; text: string; result: string; nextStep: string; nextStepDate: string; remindBeforeMinutes: number | undefined }
}

/** Of the last three months, and planned for the next two weeks; some plans are overdue. A counterparty has each subject once. */
export function makeInteractions(random: Random, counterparties: readonly DemoCounterparty[], persons: readonly DemoPerson[], count: { held: number; planned: number }, day: Date): DemoInteraction[] {
  const personOf = new Map(persons.flatMap(({ externalId, positions }) => positions.map(({ organisation }) => [organisation, externalId])))
  const about = ({ externalId, responsible }: DemoCounterparty) => ({ counterparty: externalId, person: personOf.get(externalId), owner: responsible })
  const clients = random.shuffled(counterparties)
  const held = clients.slice(0, count.held).map((client) => {
    const { kind, subject, text, result, nextStep } = random.pick(HELD)
    const startTime = before(day, random.pick([1, 2, 3, 5, 8, 12, 20, 30, 45, 60, 90]), random)
    const nextStepDate = nextStep === '' ? '' : dayOf(new Date(startTime.getTime() + random.int(3, 40) * DAY_MS))
    return { ...about(client), body: { kind, state: 'held' as const, subject, startTime, endTime: later(startTime, kind), place: placeOf(kind), text, result, nextStep, nextStepDate, remindBeforeMinutes: undefined } }
  })
  const planned = clients.slice(count.held - count.planned / 2, count.held + count.planned / 2).map((client, index) => {
    const { kind, subject, text } = random.pick(PLANNED)
    const startTime = index % 8 === 0 ? before(day, random.int(1, 4), random) : ahead(day, random.int(1, 14), random)
    const remindBeforeMinutes = startTime > day ? 60 : undefined
    return { ...about(client), body: { kind, state: 'planned' as const, subject, startTime, endTime: later(startTime, kind), place: placeOf(kind), text, result: '', nextStep: '', nextStepDate: '', remindBeforeMinutes } }
  })
  return [...held, ...planned]
}

const later = (time: Date, kind: string): Date => new Date(time.getTime() + (kind === 'meeting' ? 60 : 15) * 60_000)
const placeOf = (kind: string): string => (kind === 'meeting' ? 'у клієнта' : '')
