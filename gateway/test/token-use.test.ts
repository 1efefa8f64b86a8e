// Tokens of machines: seen by client and last use, ended and blocked at every replica.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startRightsStore } from '@vitrylo/auth'
import { createPool, exec, many, sql } from '@vitrylo/pg'
import { loadContract } from '@vitrylo/proto/contract.ts'
import { people, peopleTheWorld, until } from '@vitrylo/testkit'
import { startGateway, type Gateway } from '../src/index.ts'
import { createBulkReads } from '../src/reads/bulk-reads.ts'
import { countOf } from '../src/reads/count-records.ts'
import { pruneTokens } from '../src/sign-in/token-sql.ts'
import { EventStream } from './event-stream.ts'
import { startRig, type Rig } from './rig.ts'

const SERVICES = Object.fromEntries(['contacts', 'directory', 'sales', 'service-desk', 'telephony'].map((name) => [name, '127.0.0.1:1']))

let rig: Rig
let replica: Gateway
let admin: Record<string, string>

beforeAll(async () => {
  rig = await startRig({ services: SERVICES })
  await peopleTheWorld(rig.pool)
  replica = await startGateway({ ...rig.env, VITRYLO_PORT: '0' })
  admin = { authorization: `Bearer ${await rig.issuer.token('admin')}` }
  await until(async () => (await rig.call('GET', '/api/v1/sessions', undefined, admin)).status === 200)
})

afterAll(async () => {
  await replica?.stop()
  await rig?.stop()
})

const machine = async (claims: object = {}) => ({ authorization: `Bearer ${await rig.issuer.token('erp', { azp: 'erp-bridge', groups: ['integrations'], ...claims })}`, 'user-agent': 'erp-bridge/2.1 (batch)' })
const ask = async (headers: Record<string, string>, port = rig.gateway.port) => {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/my-sessions`, { headers })
  return { status: answer.status, json: (await answer.json()) as any }
}
const isOut = (headers: Record<string, string>) =>
  until(async () => (await ask(headers)).status === 401 && (await ask(headers, replica.port)).status === 401, { timeoutMs: 5_000, everyMs: 50 })
const erp = async () => {
  const filter = encodeURIComponent('kind="token" AND username="erp"')
  return (await rig.call('GET', `/api/v1/sessions?filter=${filter}`, undefined, admin)).json.sessions[0]
}
/** Of after a cut that was made just now, whatever the clock of the issuer: its clock may be ahead by half a minute. */
const later = () => ({ iat: Math.floor(Date.now() / 1000) + 32 })

test('a machine is seen by its client and its last use', async () => {
  expect((await ask(await machine())).json.sessions).toMatchObject([{ kind: 'token', username: 'erp', clientId: 'erp-bridge', client: 'erp-bridge/2.1', current: true }])
  expect(await erp()).toMatchObject({ username: 'erp', clientId: 'erp-bridge', current: false, blocked: false })
})

// Seen failing: the time of issue not looked at in `admit` (the token went on at both replicas).
test('an ending refuses the tokens that were issued until then, at every replica and on open streams, and no later one', async () => {
  const headers = await machine()
  expect([(await ask(headers)).status, (await ask(headers, replica.port)).status]).toEqual([200, 200])
  const streams = await Promise.all([rig.gateway.port, replica.port].map((port) => EventStream.open(`http://127.0.0.1:${port}/api/v1/events`, headers)))
  expect((await rig.call('POST', `/api/v1/sessions/${(await erp()).id}:end`, {}, admin)).json).toEqual({ ended: 1 })
  const begun = Date.now()
  await isOut(headers)
  await until(() => streams.every(({ isOpen }) => !isOpen), { timeoutMs: 5_000 - (Date.now() - begun) })
  expect((await ask(headers)).json).toMatchObject({ reason: 'TOKEN_ENDED' })
  expect(await erp()).toBeUndefined()
  const ahead = await machine({ iat: Math.floor(begun / 1000) + 20 })
  expect((await ask(ahead)).status).toBe(401)
  const next = await machine(later())
  expect((await ask(next)).status).toBe(200)
  expect(await erp()).toMatchObject({ username: 'erp' })
  const kinds = await many<{ kind: string; by: string }>(rig.pool, sql`select kind, by_username as by from sign_in_entry where username = 'erp' order by id`)
  expect(kinds).toContainEqual({ kind: 'ended', by: 'admin' })
  expect(kinds.filter(({ kind }) => kind === 'refused').length).toBeGreaterThan(0)
})

test('a block refuses every token, new ones too, until it is lifted', async () => {
  const { id } = await erp()
  expect((await rig.call('POST', `/api/v1/sessions/${id}:block`, { blocked: true }, admin)).json).toMatchObject({ id, blocked: true })
  const headers = await machine(later())
  await isOut(headers)
  expect(await erp()).toMatchObject({ blocked: true })
  expect((await rig.call('POST', `/api/v1/sessions/${id}:block`, { blocked: false }, admin)).json).toMatchObject({ blocked: false })
  await until(async () => (await ask(headers)).status === 200 && (await ask(headers, replica.port)).status === 200)
})

// Seen failing: the time of issue not looked at in `admit`.
test('ending all of an employee refuses also the tokens that no gateway has met yet', async () => {
  const headers = { authorization: `Bearer ${await rig.issuer.token('olena', { azp: 'phone-app' })}` }
  expect((await rig.call('POST', '/api/v1/sessions:end', { employeeId: people.olena.id }, admin)).status).toBe(200)
  await isOut(headers)
})

test('what was ruled holds while the database is away, and a token that is not known then is not let in', async () => {
  const headers = await machine({ azp: 'known' })
  expect((await ask(headers)).status).toBe(200)
  const stranger = await machine({ azp: 'stranger' })
  await exec(rig.pool, sql`alter table token_use rename to token_use_away`)
  try {
    await until(async () => (await ask(stranger)).status >= 500)
    const stream = await EventStream.open(`${rig.origin}/api/v1/events`, headers)
    expect(stream.status).toBe(200)
    stream.close()
  } finally {
    await exec(rig.pool, sql`alter table token_use_away rename to token_use`)
  }
})

// Seen failing: `assertInForce` left out of checkBearer (the stream went on until the token ended), pruneTokens without `kept`.
test('a key of an integration account is in force until it is revoked, on open streams too, and its last use is known', async () => {
  const facts = { id: '01900000-0000-7000-8000-0000000000e1', name: 'ERP', ownerId: people.nadia.id, groups: ['administrators'], scopes: ['counterparties:view'], requestsPerMinute: 0, keys: [{ clientId: 'int-1' }] }
  const tell = async (more: object) => {
    await exec(rig.pool, sql`insert into rights_integration (id, facts, revision) values (${facts.id}, ${JSON.stringify({ ...facts, ...more })}, 1) on conflict (id) do update set facts = excluded.facts`)
    await exec(rig.pool, sql`update rights_version set version = version + 1`)
  }
  await tell({})
  const headers = { authorization: `Bearer ${await rig.issuer.token('service-account-int-1', { azp: 'int-1' })}`, 'user-agent': 'bas/8.3' }
  await until(async () => (await ask(headers)).status === 200 && (await ask(headers, replica.port)).status === 200)
  const streams = await Promise.all([rig.gateway.port, replica.port].map((port) => EventStream.open(`http://127.0.0.1:${port}/api/v1/events`, headers)))
  const uses = async () => (await rig.call('GET', '/api/v1/integration-uses', undefined, admin)).json.integrationUses
  await until(async () => (await uses()).length > 0)
  const [online] = (await rig.call('GET', `/api/v1/sessions?filter=${encodeURIComponent('username="service-account-int-1"')}`, undefined, admin)).json.sessions
  expect(online).toMatchObject({ kind: 'token', clientId: 'int-1', program: 'ERP' })
  expect(await uses()).toEqual([{ clientId: 'int-1', useTime: expect.any(String), address: '127.0.0.1', client: 'bas/8.3' }])
  expect((await rig.call('GET', '/api/v1/integration-uses', undefined, { authorization: `Bearer ${await rig.issuer.token('taras')}` })).status).toBe(403)
  await exec(rig.pool, sql`update token_use set used_at = now() - interval '400 days' where client in ('int-1', 'erp-bridge')`)
  await pruneTokens(rig.pool, new Date(), ['int-1'])
  expect(await uses()).toHaveLength(1)
  const begun = Date.now()
  await tell({ until: new Date().toISOString() })
  await isOut(headers)
  await until(() => streams.every(({ isOpen }) => !isOpen), { timeoutMs: 5_000 - (Date.now() - begun) })
  expect((await ask(headers)).json).toMatchObject({ reason: 'TOKEN_ENDED' })
})

// Seen failing: told_at never set.
test('who reads more than was agreed is told of once in an hour, by however many replicas, and the bus hears of it though it was away', async () => {
  const told = () => many<{ data: { bulkRead: object }; key: string }>(busPool, sql`select data, key from bus_log where type = 'vitrylo.sessions.v1.BulkReadNoticed'`)
  const busPool = createPool({ url: rig.env.VITRYLO_BUS_URL!, name: 'test', max: 1 })
  const store = await startRightsStore(rig.pool, { warn() {} })
  // A minute before the hour, so that it passes between two replicas.
  let now = Math.floor(Date.now() / 3_600_000) * 3_600_000 + 59 * 60_000
  let isAway = true
  const bus = { ...rig.bus, publish: async (events: Parameters<typeof rig.bus.publish>[0]) => { if (isAway) throw new Error('away'); return rig.bus.publish(events) } }
  const replicaOf = () => createBulkReads({ pool: rig.pool, bus, rights: store, log: { warn() {} } as never, now: () => now, usual: 100 })
  const [one, two] = [replicaOf(), replicaOf()]
  const claims = { subject: 'subject-of-nadia', username: 'nadia', groups: [], client: 'vitrylo-gateway', sessionId: undefined, expiresAt: Infinity }
  const read = (by: typeof one, records: number) => by.note({ identity: { claims }, ip: '10.0.0.7' } as never, records)
  const rows = () => many(rig.pool, sql`select records, threshold, told_at is not null as told from bulk_read order by at`)
  try {
    read(one, 100)
    read(one, 50)
    read(one, 1_000)
    await until(async () => (await rows()).length === 1)
    expect(await rows()).toEqual([{ records: 150, threshold: 100, told: false }])
    isAway = false
    await one.tellAgain()
    expect(await rows()).toMatchObject([{ told: true }])
    now += 120_000
    read(two, 400)
    await two.tellAgain()
    now += 3_700_000
    read(one, 500)
    await until(async () => (await rows()).length === 2)
    await until(async () => (await told()).length === 2)
    expect((await told())[0]!.data.bulkRead).toMatchObject({ username: 'nadia', employeeId: people.nadia.id, records: 150, threshold: 100, address: '10.0.0.7' })
    const { json } = await rig.call('GET', '/api/v1/bulk-reads', undefined, admin)
    expect(json.bulkReads.map(({ records }: { records: number }) => records).at(-1)).toBe(150)
    expect((await rig.call('GET', '/api/v1/bulk-reads', undefined, { authorization: `Bearer ${await rig.issuer.token('taras')}` })).status).toBe(403)
  } finally {
    store.stop()
    await busPool.end()
  }
})

test('rows of lists and single records of a section are counted, and nothing else', () => {
  const contract = loadContract()
  const count = (name: string, answer: object) => countOf(contract)(contract.methods.find(({ rpc }) => rpc.name === name)!)?.(answer as never)
  expect(count('ListCounterparties', { counterparties: [1, 2, 3], nextPageToken: '' })).toBe(3)
  expect(count('GetCounterparty', { id: 'x', channels: [1, 2] })).toBe(1)
  // Seen failing while only the answer's own lists were counted: a board of 200 cards was two.
  expect(count('GetBoard', { columns: [{ opportunities: [{}, {}, {}], amounts: [{}] }, { opportunities: [] }] })).toBe(4)
  expect(count('ListSessions', { sessions: [1] })).toBeUndefined()
  expect(count('ListEmployees', { employees: [1] })).toBeUndefined()
  expect(count('CreateCounterparty', { id: 'x' })).toBeUndefined()
})
