import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { exec, inTx, one, sql } from '@vitrylo/pg'
import { RequestRegisteredEvent, CallOfferedEvent, SubjectErasedEvent } from '@vitrylo/proto/events.ts'
import { branches, limitFields, people, peopleTheWorld, until } from '@vitrylo/testkit'
import { startGateway, type Gateway } from '../src/index.ts'
import { appendLiveEvents } from '../src/live/live-event-sql.ts'
import { EventStream } from './event-stream.ts'
import { startRig, type Rig } from './rig.ts'

const SERVICES = Object.fromEntries(['contacts', 'directory', 'sales', 'service-desk', 'telephony'].map((name) => [name, '127.0.0.1:1']))

let rig: Rig
let replica: Gateway
const streams: EventStream[] = []

beforeAll(async () => {
  rig = await startRig({ services: SERVICES, env: { VITRYLO_STREAMS_PER_USER: '3' } })
  await peopleTheWorld(rig.pool)
  replica = await startGateway({ ...rig.env, VITRYLO_PORT: '0' })
  // Both replicas have read the rights when a stream with them gets what they show.
  await until(async () => {
    const stream = await open('admin')
    await publish({ branch: branches.kyiv })
    const got = await until(() => stream.events.length > 0, { timeoutMs: 500 }).catch(() => false)
    stream.close()
    return got
  })
})

afterEach(async () => {
  streams.splice(0).forEach((stream) => stream.close())
})

afterAll(async () => {
  await replica?.stop()
  await rig?.stop()
})

const LEAST = { type: RequestRegisteredEvent.type, section: 'requests', branchId: branches.kyiv, ownerId: null, recipients: null }

type Headers = { branch?: string; owner?: string; recipients?: string; quiet?: string }

/** What service-desk would publish. */
async function publish(headers: Headers, { time = new Date().toISOString(), id = randomUUID() as string, subject = 'тест', phone = '', record = randomUUID() as string } = {}): Promise<string> {
  const { topic, type, section, codec } = RequestRegisteredEvent
  const request = { id: record, subject, phone, state: 'REQUEST_STATE_NEW' }
  const data = codec.toJSON(codec.fromJSON({ request })) as Record<string, unknown>
  await rig.bus.publish([{ id, topic, key: request.id, type, time, revision: 1, data, headers: { section, ...headers } as Record<string, string> }])
  return id
}

async function open(user: string, { lastId = '', at = rig.gateway.port } = {}): Promise<EventStream> {
  const headers: Record<string, string> = { authorization: `Bearer ${await rig.issuer.token(user)}`, ...(lastId !== '' && { 'last-event-id': lastId }) }
  const stream = await EventStream.open(`http://127.0.0.1:${at}/api/v1/events`, headers)
  streams.push(stream)
  return stream
}

/** Ids of what was shown; a `resync` shows nothing. */
const ids = (stream: EventStream): string[] => stream.events.filter(({ event }) => event !== 'resync').map(({ data }) => data.id)

test('an event arrives in the words of REST', async () => {
  const stream = await open('olena')
  expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8')
  expect(stream.headers['x-content-type-options']).toBe('nosniff')
  const id = await publish({ branch: branches.kyiv }, { subject: 'рядок\nдругий' })
  const [received] = await stream.count(1)
  expect(received).toMatchObject({ event: 'vitrylo.servicedesk.v1.RequestRegistered', data: { id, type: 'vitrylo.servicedesk.v1.RequestRegistered' } })
  expect(received!.data.data.request).toMatchObject({ subject: 'рядок\nдругий', state: 'new' })
  expect(received!.data.data.request.key ?? received!.data.key).toBe(received!.data.data.request.id)
})

test('each gets what their rights show, on every replica', async () => {
  const names = ['admin', 'olena', 'taras', 'owner', 'nobody', 'gone'] as const
  const opened = await Promise.all(names.map((name, i) => open(name, { at: i % 2 === 0 ? replica.port : rig.gateway.port })))
  const kyiv = await publish({ branch: branches.kyiv, owner: people.olena.id })
  const lviv = await publish({ branch: branches.lviv, owner: people.taras.id })
  const owned = await publish({ branch: branches.lviv, owner: people.owner.id })
  const homeless = await publish({})
  const last = await publish({ recipients: Object.values(people).map(({ id }) => id).join(',') })
  await Promise.all(opened.map((stream) => until(() => ids(stream).includes(last))))
  const seen = Object.fromEntries(names.map((name, i) => [name, ids(opened[i]!)]))
  expect(seen).toEqual({
    admin: [kyiv, lviv, owned, homeless, last], olena: [kyiv, last], taras: [lviv, owned, last], owner: [owned, last], nobody: [last], gone: [last],
  })
})

test('an event for named employees is for them alone', async () => {
  const [admin, olena, ihor] = await Promise.all([open('admin'), open('olena'), open('ihor')])
  const { topic, type, section } = CallOfferedEvent
  const offered = randomUUID()
  await rig.bus.publish([{ id: offered, topic, type, key: randomUUID(), time: new Date().toISOString(), revision: 1, data: {}, headers: { section, branch: branches.kyiv, recipients: people.ihor.id } }])
  const after = await publish({ recipients: [people.admin.id, people.olena.id, people.ihor.id].join(',') })
  await Promise.all([admin, olena, ihor].map((stream) => until(() => ids(stream).includes(after))))
  await until(() => ids(ihor).includes(offered))
  expect([ids(admin), ids(olena)]).toEqual([[after], [after]])
})

test('after a lost connection nothing is missing and nothing comes twice, at another replica too', async () => {
  const first = await open('olena')
  const before = await publish({ branch: branches.kyiv })
  await first.count(1)
  first.close()
  const missed: string[] = []
  for (let i = 0; i < 700; i += 100) {
    missed.push(...(await Promise.all(Array.from({ length: 100 }, () => publish({ branch: i % 200 === 0 ? branches.kyiv : branches.lviv })))))
  }
  await until(async () => (await one<{ n: number }>(rig.pool, sql`select count(*)::int8 as n from live_event where id = any(${missed}::uuid[])`))!.n === 700)
  const second = await open('olena', { lastId: first.lastId, at: replica.port })
  const live = await publish({ branch: branches.kyiv })
  await until(() => ids(second).includes(live))
  expect(second.events.length).toBe(401)
  expect(new Set(ids(second)).size).toBe(401)
  expect(ids(second)).not.toContain(before)
  expect(second.events.map(({ id }) => Number(id))).toEqual(second.events.map(({ id }) => Number(id)).toSorted((a, b) => a - b))
})

test('streams that begin while events pour in get each of them once', async () => {
  const { lastId } = await open('admin')
  const published: string[] = []
  const pouring = (async () => {
    for (let i = 0; i < 60; i++) published.push(await publish({ branch: branches.kyiv }))
  })()
  const opened: EventStream[] = []
  for (let i = 0; i < 12; i++) opened.push(await open(i % 2 === 0 ? 'olena' : 'head', { lastId, at: i % 4 < 2 ? replica.port : rig.gateway.port }))
  await pouring
  await Promise.all(opened.map((stream) => until(() => ids(stream).includes(published.at(-1)!))))
  for (const stream of opened) expect(ids(stream)).toEqual(published)
})

test('a connection that was lost before its first event goes on as well', async () => {
  const first = await open('olena')
  first.close()
  const missed = await publish({ branch: branches.kyiv })
  await until(async () => one(rig.pool, sql`select 1 from live_event where id = ${missed}`))
  const second = await open('olena', { lastId: first.lastId })
  await until(() => ids(second).includes(missed))
})

test.each(['999999999', 'nonsense', '-1', '1e3', '99999999999999999999999'])('a position that cannot be gone on from (%s) asks to read anew', async (lastId) => {
  const stream = await open('olena', { lastId })
  expect((await stream.count(1))[0]).toMatchObject({ event: 'resync', data: {} })
  const next = await publish({ branch: branches.kyiv })
  await until(() => ids(stream).includes(next))
})

test('a position that is no longer kept asks to read anew', async () => {
  const stream = await open('olena')
  await publish({ branch: branches.kyiv })
  const old = Number((await stream.count(1))[0]!.id)
  await publish({ branch: branches.kyiv })
  await stream.count(2)
  await exec(rig.pool, sql`delete from live_event where seq <= ${old}`)
  expect((await (await open('olena', { lastId: String(old - 1) })).count(1))[0]!.event).toBe('resync')
  expect((await (await open('olena', { lastId: String(old) })).count(1))[0]!.event).not.toBe('resync')
})

test('what happened yesterday is not news, and an event is news once', async () => {
  const stream = await open('olena')
  await publish({ branch: branches.kyiv }, { time: new Date(Date.now() - 90_000_000).toISOString() })
  const id = await publish({ branch: branches.kyiv })
  await publish({ branch: branches.kyiv }, { id })
  const last = await publish({ branch: branches.kyiv })
  await until(() => ids(stream).includes(last))
  expect(ids(stream)).toEqual([id, last])
})

test('a right that is taken away silences the stream within 5 s, one that is given opens it', async () => {
  const stream = await open('olena')
  const set = async (cells: object[]) => {
    await exec(rig.pool, sql`update rights_group set cells = ${JSON.stringify(cells)} where name = 'telephonists'`)
    await exec(rig.pool, sql`update rights_version set version = version + 1`)
  }
  const { cells } = (await one<{ cells: object[] }>(rig.pool, sql`select cells from rights_group where name = 'telephonists'`))!
  const shows = async () => {
    const before = ids(stream).length
    const seq = (await one<{ seq: number }>(rig.pool, sql`select max(seq) as seq from live_event`))!.seq
    await publish({ branch: branches.kyiv })
    await until(async () => (await one<{ seq: number }>(rig.pool, sql`select max(seq) as seq from live_event`))!.seq > seq)
    return until(() => ids(stream).length > before, { timeoutMs: 1_000 }).catch(() => false)
  }
  await until(shows)
  await set([])
  await until(async () => !(await shows()), { timeoutMs: 5_000 })
  expect(await shows()).toBe(false)
  // Twice: a service whose copy of the rights moved after the gateway's may have answered the first reading.
  const resyncs = () => stream.events.filter(({ event }) => event === 'resync').length
  await until(() => resyncs() === 2, { timeoutMs: 5_000 })
  const late = await open('olena')
  await set(cells)
  await until(() => late.events.at(-1)?.event === 'resync', { timeoutMs: 5_000 })
  await until(shows, { timeoutMs: 5_000 })
})

test('a user may have so many streams and no more; closed ones do not count', async () => {
  const own = [await open('ihor'), await open('ihor'), await open('ihor')]
  const refused = await open('ihor')
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '5'])
  own[0]!.close()
  await until(async () => (await open('ihor')).status === 200)
})

test('nobody gets a stream without a token; HEAD and POST are refused', async () => {
  const url = `${rig.origin}/api/v1/events`
  expect((await fetch(url)).status).toBe(401)
  expect((await rig.call('POST', '/api/v1/events', {})).status).toBe(405)
})

test('a reader that does not read is cut', async () => {
  const token = await rig.issuer.token('bohdan')
  const socket = connect(rig.gateway.port, '127.0.0.1')
  socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`)
  await new Promise((resolve) => socket.once('data', resolve))
  socket.pause()
  const data = { request: { subject: 'x'.repeat(200_000) } }
  const payload = JSON.stringify({ id: randomUUID(), data })
  for (let i = 0; i < 60; i++) {
    await appendLiveEvents(rig.pool, [{ id: randomUUID(), type: RequestRegisteredEvent.type, section: 'requests', branchId: branches.lviv, ownerId: null, recipients: [people.bohdan.id], payload }])
  }
  let closed = false
  socket.on('close', () => (closed = true)).on('error', () => (closed = true))
  await until(() => {
    socket.resume()
    return closed
  })
})

test('events of many writers reach everybody, though their transactions end in another order', async () => {
  const stream = await open('admin')
  const before = stream.events.length
  const written = await Promise.all(
    Array.from({ length: 20 }, (_, i) => {
      const id = randomUUID()
      return inTx(rig.pool, async (tx) => {
        await appendLiveEvents(tx, [{ ...LEAST, id, payload: JSON.stringify({ id, data: {} }) }])
        await exec(tx, sql`select pg_sleep(${(i % 3) / 50})`)
        return id
      })
    }),
  )
  await until(() => stream.events.length >= before + 20)
  expect(new Set(ids(stream).slice(before))).toEqual(new Set(written))
})

test('a bulk change ends in one call to read anew, and does not keep a personal event', async () => {
  const [stream, ihor] = await Promise.all([open('head'), open('ihor')])
  await inTx(rig.pool, async (tx) => {
    for (let i = 0; i < 1_500; i++) {
      const id = randomUUID()
      await appendLiveEvents(tx, [{ ...LEAST, id, ownerId: people.ihor.id, payload: JSON.stringify({ id, data: {} }) }])
    }
  })
  const personal = await publish({ recipients: [people.head.id, people.ihor.id].join(',') })
  for (const each of [stream, ihor]) {
    await until(() => ids(each).includes(personal))
    await until(() => each.events.at(-1)!.event === 'resync')
    expect(ids(each).length).toBe(1_001)
    expect(Number(each.lastId)).toBeGreaterThanOrEqual(Number(each.events.find(({ data }) => data.id === personal)!.id))
  }
})

test('a quiet event, one of a bulk change, is told only as a call to read anew', async () => {
  const stream = await open('admin')
  const quiet = await publish({ branch: branches.kyiv, quiet: '1' })
  await until(() => stream.events.at(-1)?.event === 'resync')
  expect(ids(stream)).not.toContain(quiet)
  const row = await one<{ payload: string }>(rig.pool, sql`select payload from live_event where id = ${quiet}`)
  expect(row).toEqual({ payload: '{}' })
})

test('an event that does not fit the contract is left out, the next one is not', async () => {
  const stream = await open('olena')
  const broken = randomUUID()
  await appendLiveEvents(rig.pool, [{ ...LEAST, id: broken, payload: JSON.stringify({ id: broken, data: { request: 5 } }) }])
  await appendLiveEvents(rig.pool, [{ ...LEAST, id: randomUUID(), type: 'vitrylo.future.v1.Happened', payload: '{}' }])
  const next = await publish({ branch: branches.kyiv })
  await until(() => ids(stream).includes(next))
  expect(ids(stream)).toEqual([next])
})

// Seen failing with frames made once for all readers (the phone came), and with limits left out of `standing` (nobody was told to read anew).
test('a reader is not shown a hidden field, on an open stream within 5 s, and gets it back', async () => {
  const [limited, free] = [await open('head'), await open('admin')]
  const phone = async (stream: EventStream): Promise<string> => {
    const id = await publish({ branch: branches.kyiv }, { phone: '+380677731773' })
    return until(async () => stream.events.find(({ data }) => data.id === id)).then((event) => event.data.data.request.phone)
  }
  expect([await phone(limited), await phone(free)]).toEqual(['+380677731773', '+380677731773'])
  const began = Date.now()
  await limitFields(rig.pool, 'sales-heads', [{ section: 'requests', field: 'phone', limit: 'hide' }])
  try {
    await until(() => limited.events.some(({ event }) => event === 'resync'), { timeoutMs: 5_000 })
    expect(await phone(limited)).toBe('')
    expect(Date.now() - began).toBeLessThan(5_000)
    expect(await phone(free)).toBe('+380677731773')
  } finally {
    await limitFields(rig.pool, 'sales-heads', [])
  }
  await until(async () => (await phone(limited)) !== '', { timeoutMs: 5_000 })
})

// Seen failing with the function of the migration before: the late event was shown under the name.
test('what was told of a person before they were erased is not shown, also when it comes after the erasure; what is told later is', async () => {
  const record = randomUUID()
  const told = new Date()
  const erased = new Date(told.getTime() + 1_000)
  const { topic, type, section, codec } = SubjectErasedEvent
  const subject = { kind: 'SUBJECT_KIND_COUNTERPARTY', id: randomUUID(), counterpartyIds: [], contactPersonIds: [], recordIds: [record] }
  await rig.bus.publish([{ id: randomUUID(), topic, key: subject.id, type, time: erased.toISOString(), revision: 1, data: codec.toJSON(codec.fromJSON({ requestId: randomUUID(), subject, actorId: '' })) as Record<string, unknown>, headers: { section } }])
  await until(async () => (await one(rig.pool, sql`select 1 as yes from erased_live where id = ${record}`)) !== undefined)
  const stream = await open('admin')
  await publish({ branch: branches.kyiv }, { record, time: told.toISOString(), subject: 'ПІЗНЄІМЯ' })
  await publish({ branch: branches.kyiv }, { record, time: new Date(erased.getTime() + 120_000).toISOString(), subject: 'після' })
  await until(() => stream.events.some(({ data }) => JSON.stringify(data).includes('після')))
  expect(JSON.stringify(stream.events)).not.toContain('ПІЗНЄІМЯ')
  expect((await one<{ count: number }>(rig.pool, sql`select count(*) as count from live_event where payload like '%ПІЗНЄІМЯ%'`))!.count).toBe(0)
})

// Else they hold the server until its patience ends (8 s), and that is told as a fault. Seen failing by the silent one.
test('a reader who comes back while the gateway ends is sent on with its position and holds nothing up', async () => {
  const leaving = await startGateway({ ...rig.env, VITRYLO_PORT: '0' })
  const first = await open('olena', { at: leaving.port })
  // A browser opens connections ahead of need, and says nothing on them.
  const silent = connect(leaving.port, '127.0.0.1')
  await new Promise((resolve) => silent.once('connect', resolve))
  silent.on('error', () => {})
  const began = Date.now()
  const ended = leaving.stop()
  await until(() => !first.isOpen)
  const again = await open('olena', { at: leaving.port, lastId: first.lastId })
  expect(again).toMatchObject({ status: 200, lastId: first.lastId })
  await until(() => !again.isOpen)
  await ended
  expect(Date.now() - began).toBeLessThan(6_000)
  silent.destroy()
})
