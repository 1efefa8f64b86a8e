import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { networkOf } from '@vitrylo/auth/network-of.ts'
import { GroupGrantsChangedEvent } from '@vitrylo/proto/events.ts'
import { until } from '@vitrylo/testkit'
import Fastify from 'fastify'
import { pino } from 'pino'
import { loadConfig } from '../src/index.ts'
import { createRateLimit } from '../src/http/rate-limit.ts'
import { addProblems } from '../src/http/problem.ts'
import { addTrace, traceOf } from '../src/http/trace.ts'
import { addIssuerProxy } from '../src/site/issuer-proxy.ts'
import { safeReturnTo } from '../src/sign-in/return-to.ts'
import { createGrantSeal } from '../src/sign-in/seal.ts'
import { sampleContract } from './sample/contract.ts'
import { startSampleService, type SampleService } from './sample/service.ts'
import { startRig, type Rig } from './rig.ts'

let service: SampleService
let rig: Rig

beforeAll(async () => {
  const contract = sampleContract()
  service = await startSampleService(contract)
  const env = { VITRYLO_RATE_CALLER: '2', VITRYLO_RATE_ADDRESS: '40', VITRYLO_RATE_SIGN_IN: '5' }
  rig = await startRig({ contract, services: { sample: service.address }, env })
})

afterAll(async () => {
  await rig?.stop()
  await service?.stop()
})

// The first here: what is asked for fits into what the address may ask at once. Seen failing: with one share for all, the last was refused; each image was answered by 303, and written.
test('a page of another site keeps nobody of the same address from signing in', async () => {
  const ask = async (path: string, site: string, dest: string, body?: string) => {
    const headers = { 'sec-fetch-site': site, 'sec-fetch-dest': dest, ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }) }
    return (await fetch(`${rig.origin}${path}`, { redirect: 'manual', headers, ...(body !== undefined && { method: 'POST', body }) })).status
  }
  const flood = async (...asked: Parameters<typeof ask>) => [...new Set(await Promise.all(Array.from({ length: 6 }, () => ask(...asked))))].sort((a, b) => a - b)
  expect(await flood('/auth/login', 'cross-site', 'image')).toEqual([403])
  expect(await flood('/auth/callback', 'cross-site', 'image')).toEqual([400])
  expect(await flood('/auth/backchannel-logout', 'cross-site', 'empty', 'logout_token=x')).toContain(429)
  expect(await flood('/auth/login', 'cross-site', 'document')).toContain(429)
  expect(await ask('/auth/login', 'none', 'document')).toBe(303)
})

test('a caller who floods is held back, another one is not', async () => {
  const tokens = { flooder: await rig.issuer.token('flooder'), olena: await rig.issuer.token('olena') }
  const ask = (user: keyof typeof tokens) => rig.call('GET', '/api/v1/gadgets', undefined, { authorization: `Bearer ${tokens[user]}` })
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask('flooder')))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(10)
  expect([refused[0]!.json.reason, refused[0]!.headers.get('retry-after')]).toEqual(['RATE_LIMITED', '1'])
  expect((await ask('olena')).status).toBe(200)
  await until(async () => (await ask('flooder')).status === 200)
})

// Seen failing: with `perMinute` not asked for nothing was refused, `robot` has no limit of its own otherwise.
test('a limit of a group holds for its members, within 5 s of being set', async () => {
  const robot = await rig.issuer.token('robot', { groups: ['robots'] })
  const ask = () => rig.call('GET', '/api/v1/gadgets', undefined, { authorization: `Bearer ${robot}` })
  await rig.bus.publish([{
    id: randomUUID(), topic: GroupGrantsChangedEvent.topic, type: GroupGrantsChangedEvent.type, key: randomUUID(), time: new Date().toISOString(), revision: 1,
    data: { groupId: randomUUID(), groupName: 'robots', requestsPerMinute: 4 }, headers: {},
  }])
  await until(async () => Number((await ask()).headers.get('retry-after')) > 1)
  const refused = await ask()
  // One at once, the next after a quarter of a minute.
  expect([refused.status, refused.json.reason, Number(refused.headers.get('retry-after'))]).toEqual([429, 'RATE_LIMITED', expect.any(Number)])
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(15)
})

test('an address that floods is held back whatever it claims in X-Forwarded-For', async () => {
  const ask = (i: number) => fetch(`${rig.origin}/health/live`, { headers: { 'x-forwarded-for': `10.0.0.${i}` } })
  const statuses = (await Promise.all(Array.from({ length: 400 }, (_, i) => ask(i)))).map(({ status }) => status)
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(50)
  await until(async () => (await ask(1)).status === 200)
})

test('sign-ins are few per minute and address', async () => {
  const ask = async () => (await fetch(`${rig.origin}/auth/login`, { redirect: 'manual' })).status
  await until(async () => (await ask()) === 303)
  // At once: one comes back every twelve seconds, which a busy machine may take for a row of them.
  const statuses = await Promise.all(Array.from({ length: 12 }, ask))
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(6)
})

const refused = (ask: () => void): boolean => {
  try {
    ask()
    return false
  } catch {
    return true
  }
}

// Seen failing: 500 INTERNAL, which is a fault of the code.
test('an issuer that is passed on to and is away is told as that', async () => {
  const app = Fastify()
  addTrace(app)
  addProblems(app, pino({ level: 'silent' }))
  addIssuerProxy(app, 'http://127.0.0.1:1', 'http://crm.test', () => {})
  const answer = await app.inject('/realms/vitrylo/protocol/openid-connect/certs')
  expect([answer.statusCode, answer.json().reason]).toEqual([503, 'ISSUER_UNAVAILABLE'])
  await app.close()
})

test('tokens come back with time, up to the burst', () => {
  let now = 0
  const limit = createRateLimit(10, 5, () => now)
  const passed = () => Array.from({ length: 10 }).filter(() => !refused(() => limit('a'))).length
  expect(passed()).toBe(5)
  now += 200
  expect(passed()).toBe(2)
  now += 60_000
  expect(passed()).toBe(5)
  // Agreed with this one alone, and at once: 40 in a minute are 10 at once.
  now += 60_000
  expect(Array.from({ length: 20 }).filter(() => refused(() => limit('a', 40))).length).toBe(10)
  expect(refused(() => limit('b'))).toBe(false)
})

test.each([
  ['/counterparties?q=x#y', '/counterparties?q=x#y'], ['/', '/'], [undefined, '/'], [['/a', '/b'], '/'], ['//evil.test', '/'], ['/\\evil.test', '/'], ['/\t/evil.test', '/'],
  ['https://evil.test', '/'], ['javascript:alert(1)', '/'], ['/auth/login', '/'], ['/api/v1/me', '/'], ['/realms/x', '/'], ['/%0d%0aset-cookie:x=y', '/%0d%0aset-cookie:x=y'],
  ['/@evil.test', '/@evil.test'], ['/..//evil.test', '/'], ['/.//evil.test', '/'], [`/${'x'.repeat(3_000)}`, '/'],
])('after sign-in %j leads to %s', (asked, target) => {
  expect(safeReturnTo(asked, 'http://crm.test')).toBe(target)
})

test('a grant at rest opens only with its key and on its row', () => {
  const seal = createGrantSeal(['a secret of at least 32 letters, one'])
  const row = Buffer.from('row one')
  const sealed = seal.seal('token', row)
  expect(sealed.includes('token')).toBe(false)
  expect(seal.open(sealed, row)).toBe('token')
  expect(() => seal.open(sealed, Buffer.from('row two'))).toThrow()
  expect(() => createGrantSeal(['a secret of at least 32 letters, two']).open(sealed, row)).toThrow()
  sealed[sealed.length - 1]! ^= 1
  expect(() => seal.open(sealed, row)).toThrow()
})

test.each([
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', true], ['00-00000000000000000000000000000000-b7ad6b7169203331-01', false],
  ['00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', false], ['nonsense', false], [['a', 'b'], false], [undefined, false],
])('traceparent %j goes on: %s', (header, goesOn) => {
  const { id, parent } = traceOf(header)
  expect(parent === header).toBe(goesOn)
  expect(parent).toMatch(new RegExp(`^00-${id}-[0-9a-f]{16}-0[01]$`))
})

test.each([
  ['VITRYLO_ORIGIN', 'crm.test'], ['VITRYLO_ORIGIN', 'ftp://crm.test'], ['VITRYLO_SERVICES', '{'], ['VITRYLO_SERVICES', '{"a":1}'], ['VITRYLO_PORT', 'x'], ['VITRYLO_SESSION_KEY', 'short'],
  ['VITRYLO_DATABASE_URL', ''], ['VITRYLO_RATE_SESSION', '0'], ['VITRYLO_DEADLINE_MS', '1.5'],
])('a wrong %s (%s) stops the start with its name', (key, value) => {
  expect(() => loadConfig({ ...rig.env, [key]: value })).toThrow(`setting ${key} `)
})

// Seen failing with the address as the key: the eleventh address of one network was let in; and with ::ffff alone taken for IPv4: behind a NAT64 all were one.
test('addresses of one IPv6 network are one caller; those of others, and IPv4 ones, are each their own', () => {
  const limit = createRateLimit(0.001, 10)
  for (let i = 0; i < 10; i++) limit(`2001:db8:1:2::${i.toString(16)}`)
  expect(() => limit('2001:db8:1:2:ffff:ffff:ffff:ffff')).toThrow('too many requests')
  expect(() => limit('2001:db8:1:3::1')).not.toThrow()
  for (let i = 0; i < 20; i++) expect(() => limit(`192.0.2.${i}`)).not.toThrow()
  expect(['::1', '2001:DB8::5%eth0', '2001:db8:0:0:1:2:3:4', '::ffff:192.0.2.7', '::ffff:c000:207', '64:ff9b::192.0.2.7', '64:ff9b:0:0:0:0:c000:208', '64:ff9b:1::c000:207', '192.0.2.7', 'user-7'].map(networkOf)).toEqual([
    '0:0:0:0::/64', '2001:db8:0:0::/64', '2001:db8:0:0::/64', '192.0.2.7', '192.0.2.7', '192.0.2.7', '192.0.2.8', '64:ff9b:1:0::/64', '192.0.2.7', 'user-7',
  ])
})
