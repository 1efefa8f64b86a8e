// Whom somebody let in to a single record is shown its live events, so long as that holds.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, one, sql } from '@vitrylo/pg'
import { PipelineChangedEvent, QueueChangedEvent, ConsentGivenEvent, CounterpartyMergeUndoneEvent, CounterpartyMergedEvent, RecordSharesChangedEvent, RequestChangedEvent, RequestClosedEvent, RequestRegisteredEvent } from '@vitrylo/proto/events.ts'
import { branches, people, peopleTheWorld, until, type PersonName } from '@vitrylo/testkit'
import { EventStream } from './event-stream.ts'
import { startRig, type Rig } from './rig.ts'

const SERVICES = Object.fromEntries(['contacts', 'directory', 'sales', 'service-desk', 'telephony'].map((name) => [name, '127.0.0.1:1']))

let rig: Rig
beforeAll(async () => {
  rig = await startRig({ services: SERVICES })
  await peopleTheWorld(rig.pool)
  // The gateway has read them when somebody's stream shows an event.
  const stream = await open('taras')
  await until(async () => {
    const id = await happens(randomUUID())
    return until(() => shown(stream).includes(id), { timeoutMs: 500 }).catch(() => false)
  })
  stream.close()
  // Who opens a stream right after the rights moved is told to read anew, see `live/routes.ts`.
  await new Promise((resolve) => setTimeout(resolve, 2_600))
})
afterAll(() => rig?.stop())

async function open(user: PersonName): Promise<EventStream> {
  return EventStream.open(`${rig.origin}/api/v1/events`, { authorization: `Bearer ${await rig.issuer.token(user)}` })
}

const shown = (stream: EventStream): string[] => stream.events.filter(({ event }) => event !== 'resync').map(({ data }) => data.id)
const resyncs = (stream: EventStream): number => stream.events.filter(({ event }) => event === 'resync').length

/** Something of a request of Lviv; resolves when every stream has been shown it that will be. */
async function happens(record: string, type: typeof RequestRegisteredEvent | typeof ConsentGivenEvent = RequestRegisteredEvent): Promise<string> {
  const id = randomUUID()
  const consent = type === ConsentGivenEvent
  const data = consent ? { consent: { id: randomUUID(), counterpartyId: record } } : { request: { id: record, subject: 'тест', state: 'REQUEST_STATE_NEW' } }
  const headers = { section: type.section, branch: branches.lviv, ...(consent && { counterparty: record }) }
  await rig.bus.publish([{ id, topic: type.topic, key: consent ? randomUUID() : record, type: type.type, time: new Date().toISOString(), revision: 1, data, headers: headers as Record<string, string> }])
  await until(async () => one(rig.pool, sql`select 1 from live_event where id = ${id}`))
  await new Promise((resolve) => setTimeout(resolve, 300))
  return id
}

async function shows(stream: EventStream, ...event: Parameters<typeof happens>): Promise<boolean> {
  const id = await happens(...event)
  return shown(stream).includes(id)
}

type Given = { holder: string; until?: number }

/** What a service tells when somebody sets the shares of a record. */
async function share(record: string, shares: Given[], revision = Date.now(), section = 'requests'): Promise<void> {
  const { topic, type, codec } = RecordSharesChangedEvent
  const given = shares.map(({ holder, until: end }) => ({ holder, action: 'ACTION_VIEW', givenBy: 'admin', givenTime: new Date().toISOString(), untilTime: end && new Date(end).toISOString() }))
  const data = codec.toJSON(codec.fromJSON({ section, recordId: record, shares: given })) as Record<string, unknown>
  await rig.bus.publish([{ id: randomUUID(), topic, key: record, type, time: new Date().toISOString(), revision, data, headers: { section: 'rights' } }])
}

// Seen failing with the shares left out of `isShownTo`, and with the holdings left out of `standing` (nobody was told to read anew).
test('a share opens the events of its record and of no other, within 5 s, tells to read anew, and its end closes them', async () => {
  const [mine, other] = [randomUUID(), randomUUID()]
  const [olena, ihor] = [await open('olena'), await open('ihor')]
  expect(await shows(olena, mine)).toBe(false)
  const began = Date.now()
  await share(mine, [{ holder: people.olena.id }])
  await until(() => resyncs(olena) > 0, { timeoutMs: 5_000 })
  await until(() => shows(olena, mine), { timeoutMs: 5_000 })
  expect(Date.now() - began).toBeLessThan(5_000)
  const foreign = await happens(other)
  expect([shown(olena).includes(foreign), shown(ihor), resyncs(ihor)]).toEqual([false, [], 0])
  await until(() => resyncs(olena) === 2, { timeoutMs: 5_000 })
  await share(mine, [])
  await until(async () => !(await shows(olena, mine)), { timeoutMs: 5_000 })
  await until(() => resyncs(olena) === 4, { timeoutMs: 5_000 })
  olena.close()
  ihor.close()
})

// Seen failing with the clock left out of `isGiven`, and with the next end left out of `standing`.
test('a share that runs out by the clock shows nothing from that moment, and its holder reads anew', async () => {
  const record = randomUUID()
  const olena = await open('olena')
  const end = Date.now() + 9_000
  await share(record, [{ holder: 'telephonists', until: end }])
  await until(() => shows(olena, record), { timeoutMs: 5_000 })
  await until(() => resyncs(olena) === 2, { timeoutMs: 5_000 })
  await until(() => Date.now() > end)
  expect(await shows(olena, record)).toBe(false)
  await until(() => resyncs(olena) === 4, { timeoutMs: 5_000 })
  olena.close()
})

// Seen failing with `isNewRevision` left out of the handler: the old event let her in again.
test('an event that comes late brings no ended share back', async () => {
  const record = randomUUID()
  const olena = await open('olena')
  const at = Date.now()
  await share(record, [{ holder: people.olena.id }], at)
  await until(() => shows(olena, record), { timeoutMs: 5_000 })
  await share(record, [], at + 1)
  await share(record, [{ holder: people.olena.id }], at)
  // The next is taken behind both.
  await share(randomUUID(), [{ holder: 'telephonists' }])
  await until(async () => one(rig.pool, sql`select 1 from record_share where holder = 'telephonists' and given_at >= ${new Date(at)}`))
  expect(await one(rig.pool, sql`select 1 from record_share where record_id = ${record}`)).toBeUndefined()
  expect(await shows(olena, record)).toBe(false)
  olena.close()
})

// Seen failing with the key for every section: a consent has a key of its own.
test('consents stand with the record of their client', async () => {
  const client = randomUUID()
  const olena = await open('olena')
  await share(client, [{ holder: people.olena.id }], Date.now(), 'counterparties')
  await until(() => shows(olena, client, ConsentGivenEvent), { timeoutMs: 5_000 })
  olena.close()
})

test('many shares at once tell their holder a few times, not once each', async () => {
  const olena = await open('olena')
  await Promise.all(Array.from({ length: 300 }, () => share(randomUUID(), [{ holder: people.olena.id }])))
  await until(async () => (await one<{ n: number }>(rig.pool, sql`select count(*)::int as n from record_share where holder = ${people.olena.id}`))!.n >= 300)
  await until(() => resyncs(olena) > 0, { timeoutMs: 5_000 })
  await new Promise((resolve) => setTimeout(resolve, 3_500))
  expect(resyncs(olena)).toBeLessThan(10)
  olena.close()
})

// Seen failing with the event as it is: whoever sees the survivor alone received the other record whole.
test('of two that were merged, or parted, the one that the event stands with is told, of the other the id', async () => {
  const [survivor, other] = [randomUUID(), randomUUID()]
  const olena = await open('olena')
  await share(survivor, [{ holder: people.olena.id }], Date.now(), 'counterparties')
  await until(() => shows(olena, survivor, ConsentGivenEvent), { timeoutMs: 5_000 })
  for (const [event, field] of [[CounterpartyMergedEvent, 'merged'], [CounterpartyMergeUndoneEvent, 'restored']] as const) {
    const id = randomUUID()
    const data = { mergeId: randomUUID(), survivor: { id: survivor, displayName: 'Свій' }, [field]: { id: other, displayName: 'Чужий', taxCode: '12345678' } }
    await rig.bus.publish([{ id, topic: event.topic, key: survivor, type: event.type, time: new Date().toISOString(), revision: 2, data, headers: { section: 'counterparties', branch: branches.lviv } }])
    await until(() => shown(olena).includes(id), { timeoutMs: 5_000 })
    const told = olena.events.find((event) => event.data.id === id)!.data.data
    expect(told).toMatchObject({ survivor: { displayName: 'Свій' }, [field]: { id: other, displayName: '', taxCode: '' } })
  }
  olena.close()
})

// Seen failing with the place asked for: a queue has none, so that a right of the branch reached none of them.
test('of queues and pipelines whoever has the right is told, whatever its scope', async () => {
  await exec(rig.pool, sql`with version as (update rights_version set version = version + 1) update rights_group set cells = replace(cells::text, '"all"', '"own"')::jsonb where name = 'own-only'`)
  await new Promise((resolve) => setTimeout(resolve, 2_600))
  const owner = await open('owner')
  for (const [event, data] of [[QueueChangedEvent, { queue: { id: randomUUID(), name: 'sales' } }], [PipelineChangedEvent, { pipeline: { id: randomUUID(), name: 'Продаж' } }]] as const) {
    const id = randomUUID()
    await rig.bus.publish([{ id, topic: event.topic, key: randomUUID(), type: event.type, time: new Date().toISOString(), revision: 2, data, headers: {} }])
    await until(() => shown(owner).includes(id), { timeoutMs: 5_000 })
  }
  owner.close()
})

// Seen failing with the event as it is: whoever sees the one that was joined received id and number of the other.
test('of a request that was joined to another no event names the other one', async () => {
  const [joined, other] = [randomUUID(), randomUUID()]
  const olena = await open('olena')
  for (const event of [RequestClosedEvent, RequestChangedEvent]) {
    const id = randomUUID()
    const data = { request: { id: joined, subject: 'Рахунок', sameAsId: other, sameAsNumber: 'ЗВ-00077' } }
    await rig.bus.publish([{ id, topic: event.topic, key: joined, type: event.type, time: new Date().toISOString(), revision: 2, data, headers: { section: 'requests', branch: branches.kyiv, owner: people.olena.id } }])
    await until(() => shown(olena).includes(id), { timeoutMs: 5_000 })
    const told = JSON.stringify(olena.events.find((event) => event.data.id === id)!.data)
    expect([told.includes('Рахунок'), told.includes(other), told.includes('ЗВ-00077')]).toEqual([true, false, false])
  }
  olena.close()
})
