// Tokens of machines: seen by client and last use, ended and blocked at every replica.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, many, sql } from '@vitrylo/pg'
import { people, peopleTheWorld, until } from '@vitrylo/testkit'
import { startGateway, type Gateway } from '../src/index.ts'
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
}, 30_000)

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
/** The issue time has whole seconds: a token of a later second. */
const later = () => until(() => Date.now() % 1000 < 200, { everyMs: 20 })

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
  await later()
  const next = await machine()
  expect((await ask(next)).status).toBe(200)
  expect(await erp()).toMatchObject({ username: 'erp' })
  const kinds = await many<{ kind: string; by: string }>(rig.pool, sql`select kind, by_username as by from sign_in_entry where username = 'erp' order by id`)
  expect(kinds).toContainEqual({ kind: 'ended', by: 'admin' })
  expect(kinds.filter(({ kind }) => kind === 'refused').length).toBeGreaterThan(0)
}, 20_000)

test('a block refuses every token, new ones too, until it is lifted', async () => {
  const { id } = await erp()
  expect((await rig.call('POST', `/api/v1/sessions/${id}:block`, { blocked: true }, admin)).json).toMatchObject({ id, blocked: true })
  const headers = await machine()
  await isOut(headers)
  expect(await erp()).toMatchObject({ blocked: true })
  expect((await rig.call('POST', `/api/v1/sessions/${id}:block`, { blocked: false }, admin)).json).toMatchObject({ blocked: false })
  await until(async () => (await ask(headers)).status === 200 && (await ask(headers, replica.port)).status === 200)
}, 20_000)

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
