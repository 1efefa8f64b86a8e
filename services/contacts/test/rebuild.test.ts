import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from '@jest/globals'
import { createKafkaBus, createPgBus, declaredTopics, rebuild, type Bus, type BusEvent, type EventType, type Log } from '@vitrylo/events'
import { many, sql } from '@vitrylo/pg'
import {
  CallCorrectedEvent, CallEndedEvent, OpportunityCreatedEvent, OpportunityMovedEvent, OpportunityWonEvent,
  RequestClosedEvent, RequestRegisteredEvent, RequestTakenEvent,
} from '@vitrylo/proto/events.ts'
import { OpportunityCreated, OpportunityMoved, OpportunityWon } from '@vitrylo/proto/vitrylo/sales/v1/events.ts'
import { RequestRegistered } from '@vitrylo/proto/vitrylo/servicedesk/v1/events.ts'
import { CallEnded } from '@vitrylo/proto/vitrylo/telephony/v1/events.ts'
import { branches, freshDatabase, people, startTestService, until, type TestService } from '@vitrylo/testkit'
import { contacts } from '../src/index.ts'

const RECORDS = 25 // of each kind
const log: Log = { debug() {}, info() {}, warn() {}, error() {} }
const brokers = process.env.KAFKA_BROKERS
const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

const nobody = Array.from({ length: 10 }, () => randomUUID()) // counterparties; the timeline does not ask whether they exist
const pick = <T>(from: readonly T[], n: number): T => from[n % from.length]!
const owner = (n: number) => pick([{ ownerId: people.olena.id, branchId: branches.kyiv }, { ownerId: people.taras.id, branchId: branches.lviv }], n)

/** What a deal, a request and a call tell in their lives: owners change, a stage is told once, a call turns out to be another's. */
function life(n: number, start = 0): BusEvent[] {
  const [deal, request, call] = [randomUUID(), randomUUID(), randomUUID()]
  const tell = <T>(type: EventType<T>, key: string, revision: number, data: unknown, headers = {}): BusEvent => ({
    id: randomUUID(), topic: type.topic, key, type: type.type, revision, time: new Date(Date.UTC(2031, 0, 1, 12, start + n, revision)).toISOString(),
    data: type.codec.toJSON(data as T) as BusEvent['data'], headers,
  })
  const opportunity = (revision: number, more = {}) =>
    ({ id: deal, counterpartyId: pick(nobody, n), title: `Угода ${n}`, number: `У-${n}`, state: 'OPPORTUNITY_STATE_OPEN' as const, amount: { amount: '10.50', currency: 'UAH' }, ...owner(n + revision), ...more })
  const asked = (revision: number, more = {}) =>
    ({ id: request, counterpartyId: pick(nobody, n + 1), subject: `Рахунок ${n}`, number: `ЗВ-${n}`, state: 'REQUEST_STATE_NEW' as const, ...owner(n + revision), ...more })
  const said = (revision: number, to: number) => {
    const { ownerId, branchId } = owner(n + revision)
    const record = { id: call, state: 'CALL_STATE_ENDED' as const, counterpartyId: pick(nobody, to), talkSeconds: revision, branchId }
    return [CallEnded.fromPartial({ call: record }), { branch: branchId, owner: ownerId }] as const
  }
  return [
    tell(OpportunityCreatedEvent, deal, 1, OpportunityCreated.fromPartial({ opportunity: opportunity(1), stageName: 'Нова' })),
    tell(RequestRegisteredEvent, request, 1, RequestRegistered.fromPartial({ request: asked(1) })),
    tell(CallEndedEvent, call, 3, ...said(3, n)),
    tell(OpportunityMovedEvent, deal, 2, OpportunityMoved.fromPartial({ opportunity: opportunity(2), fromStageName: 'Нова', toStageName: 'Переговори' })),
    tell(RequestTakenEvent, request, 2, RequestRegistered.fromPartial({ request: asked(2) })),
    tell(CallCorrectedEvent, call, 4, ...said(4, n + 3)),
    tell(OpportunityWonEvent, deal, 3, OpportunityWon.fromPartial({ opportunity: opportunity(3, { state: 'OPPORTUNITY_STATE_WON' }) })),
    tell(RequestClosedEvent, request, 3, RequestRegistered.fromPartial({ request: asked(3, { state: 'REQUEST_STATE_CLOSED', resolution: 'Є' }) })),
  ]
}

type Digest = { entries: number; records: number }
type Rig = { service: TestService; bus: Bus; send(events: BusEvent[]): Promise<void>; digest(): Promise<Digest> }

async function rig(env: Record<string, string>, bus: Bus): Promise<Rig> {
  const service = await startTestService(contacts, env)
  ends.push(() => bus.close(), () => service.stop())
  return {
    service,
    bus,
    async send(events) {
      await bus.publish(events)
      const ids = events.map(({ id }) => id)
      const isApplied = async () => (await many(service.pool, sql`select event_id from inbox where consumer = 'contacts' and event_id = any(${ids}::uuid[])`)).length === ids.length
      await until(isApplied, { everyMs: 50 })
    },
    async digest() {
      const [row] = await many<Digest>(service.pool, sql`
        select (select count(*) from timeline) as entries, (select md5(string_agg(t::text, ',' order by t.id, t.counterparty_id)) from timeline t) as timeline,
          (select count(*) from related_record) as records, (select md5(string_agg(k::text, ',' order by k.section, k.id)) from related_record k) as states`)
      return row!
    },
  }
}

const engines: [string, () => Promise<Rig>][] = [
  ['PostgreSQL', async () => {
    const url = await freshDatabase('bus')
    return rig({ VITRYLO_BUS_URL: url }, createPgBus({ url, log }))
  }],
]
if (brokers === undefined) test.skip('the timeline from the log of Kafka: no KAFKA_BROKERS here; make test-engines brings a broker', () => {})
else {
  engines.push(['Kafka', async () => {
    const bus = createKafkaBus({ brokers: brokers.split(','), log, clientId: 'test' })
    await bus.applyTopics(declaredTopics)
    return rig({ VITRYLO_BUS_URL: `kafka://${brokers}` }, bus)
  }])
}

test.each(engines)('the timeline is rebuilt from the log of %s with the same digest, while the service runs', async (engine, make) => {
  const { service, bus, send, digest } = await make()
  const [timeline] = contacts.projections!({} as never)
  const again = (since?: Date) => rebuild({ pool: service.pool, bus, group: 'contacts', projection: timeline!, since, log })
  await again() // what other tests left in the log of a shared broker
  const strange = await digest()
  const lives = Array.from({ length: RECORDS }, (_none, n) => life(n))
  await send(Array.from({ length: 8 }, (_none, step) => lives.map((events) => events[step]!)).flat())
  const before = await digest()
  expect(before).toMatchObject({ entries: strange.entries + RECORDS * 7, records: strange.records + RECORDS * 3 })

  const { events, deadLetters } = await again()
  expect(deadLetters).toBe(0)
  if (engine === 'PostgreSQL') expect(events).toBe(RECORDS * 8)
  else expect(events).toBeGreaterThanOrEqual(RECORDS * 8) // Kafka may give some of them twice
  expect(await digest()).toEqual(before)

  await service.pool.query(`delete from timeline where kind = 'request-taken'; update timeline set data = '{}'; update related_record set stage = '', revision = 99`)
  expect(await digest()).not.toEqual(before)
  await again()
  expect(await digest()).toEqual(before)

  await service.pool.query(`delete from timeline where kind = 'request-taken'`)
  await again(new Date(0)) // once more without clearing: what is there stays, what is missing comes back
  expect(await digest()).toEqual(before)

  // Events that arrive meanwhile wait for its end: else a stage that is told once would be lost behind a newer revision.
  const more = Array.from({ length: RECORDS }, (_none, n) => life(n, 60))
  await send(more.flatMap((events) => events.slice(0, 4)))
  const [rebuilt] = await Promise.all([again(), send(more.flatMap((events) => events.slice(4)))])
  expect(rebuilt.deadLetters).toBe(0)
  const after = await digest()
  expect(after).toMatchObject({ entries: strange.entries + RECORDS * 14, records: strange.records + RECORDS * 6 })
  await again()
  expect(await digest()).toEqual(after)
})
