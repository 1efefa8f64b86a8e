import { createServer, type AddressInfo, type Server } from 'node:net'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createPool } from '@vitrylo/pg'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import { endProcesses, freshDatabase, startProcess, startTestIssuer, until, type TestIssuer } from '@vitrylo/testkit'

const MAIN = new URL('../src/main.ts', import.meta.url)
const dir = mkdtempSync(join(tmpdir(), 'start-'))
let issuer: TestIssuer
let good: Record<string, string>
let empty: string
let port: number
let taken: Server

beforeAll(async () => {
  issuer = await startTestIssuer()
  taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const url = await freshDatabase('directory')
  empty = await freshDatabase('empty')
  good = {
    VITRYLO_DATABASE_URL: url,
    VITRYLO_BUS_URL: await freshDatabase('bus'),
    VITRYLO_OIDC_ISSUER: issuer.issuer,
    VITRYLO_LOG_LEVEL: 'warn',
  }
  port = Number(new URL(url).port)
  for (const command of ['migrate', 'topics']) {
    const ended = await startProcess(MAIN, good, [command]).ended
    expect(ended).toMatchObject({ code: 0, stderr: '' })
  }
})

afterAll(async () => {
  await endProcesses()
  taken.close()
  await issuer.stop()
  rmSync(dir, { recursive: true })
})

const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}
const noPassword = (url: string) => Object.assign(new URL(url), { password: '' }).href
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port

/** Each wrong thing, and the one sentence that the process says of it. */
const REFUSED: [string, () => { env?: Record<string, string>; args?: string[]; says: string | RegExp }][] = [
  ['a missing setting', () => ({ env: { VITRYLO_DATABASE_URL: '' }, says: 'setting VITRYLO_DATABASE_URL is missing' })],
  ['a setting given twice', () => ({
    env: { VITRYLO_DATABASE_URL_FILE: file('url', 'postgres://x@y/z') },
    says: 'setting VITRYLO_DATABASE_URL is given twice, also as VITRYLO_DATABASE_URL_FILE',
  })],
  ['a missing Secret', () => ({
    env: { VITRYLO_DATABASE_PASSWORD_FILE: '/run/secrets/absent' },
    says: 'setting VITRYLO_DATABASE_PASSWORD_FILE: the file /run/secrets/absent does not exist',
  })],
  ['a number that is none', () => ({ env: { VITRYLO_POOL_MAX: 'ten' }, says: 'setting VITRYLO_POOL_MAX must be a whole number from 1' })],
  ['a bus of another kind', () => ({ env: { VITRYLO_BUS_URL: 'amqp://bus' }, says: 'setting VITRYLO_BUS_URL must begin with postgres:// or postgresql:// or kafka://' })],
  ['a choice that there is not', () => ({ env: { VITRYLO_MIGRATE: 'no' }, says: 'setting VITRYLO_MIGRATE must be one of 1, 0' })],
  ['an unknown command', () => ({ args: ['migrat'], says: /^there is no command migrat, only serve, migrate, topics/ })],
  ['a wrong database password', () => ({
    env: { VITRYLO_DATABASE_URL: noPassword(good.VITRYLO_DATABASE_URL!), VITRYLO_DATABASE_PASSWORD_FILE: file('wrong', 'wrong\n') },
    says: /^setting VITRYLO_DATABASE_PASSWORD_FILE: database "directory_\w+" at 127\.0\.0\.1:\d+ refuses the password of the user "postgres"$/,
  })],
  ['a database that is not there', () => ({
    env: { VITRYLO_DATABASE_URL: `postgres://postgres:postgres@127.0.0.1:${port}/absent` },
    says: `setting VITRYLO_DATABASE_URL: database "absent" at 127.0.0.1:${port} does not exist`,
  })],
  ['an old schema', () => ({
    env: { VITRYLO_DATABASE_URL: empty, VITRYLO_MIGRATE: '0' },
    says: /^the schema of database "empty_\w+" at [\d.:]+ is older than this release: it lacks "event_migrations: 0001_outbox_inbox" and \d+ more; run the command migrate, or set VITRYLO_MIGRATE=1$/,
  })],
  ['a bus that it may not migrate', () => ({
    env: { VITRYLO_BUS_URL: empty, VITRYLO_MIGRATE: '0' },
    says: /^setting VITRYLO_BUS_URL: the bus in PostgreSQL is older than this release, it lacks "[^"]+": run the command topics of any service, or set VITRYLO_MIGRATE=1$/,
  })],
  ['an address that is taken', () => ({
    env: { VITRYLO_HEALTH_LISTEN: `127.0.0.1:${portOf(taken)}` },
    says: /^setting VITRYLO_HEALTH_LISTEN: cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\)$/,
  })],
  ['a Keycloak of another realm', () => ({
    env: { VITRYLO_OIDC_ISSUER: 'https://id.example.ua/realms/vitrylo', VITRYLO_OIDC_INTERNAL_URL: issuer.issuer },
    says: /^setting VITRYLO_OIDC_ISSUER is https:\/\/id\.example\.ua\/realms\/vitrylo, but the identity provider at http:\S+ calls itself http:\S+$/,
  })],
  ['TLS without its key', () => ({ env: { VITRYLO_TLS_CERT_FILE: file('cert', 'x') }, says: 'setting VITRYLO_TLS_KEY_FILE is missing: TLS needs all three of its files' })],
]

describe.each(REFUSED)('a start with %s', (_name, wrong) => {
  test('ends at once with one sentence', async () => {
    const { env, args, says } = wrong()
    const { code, stderr } = await startProcess(MAIN, { ...good, ...env }, args).ended
    const [sentence, ...more] = stderr.trimEnd().split('\n')
    expect([code, more]).toEqual([1, []])
    const [who, what] = [sentence!.slice(0, 'directory does not start: '.length), sentence!.slice('directory does not start: '.length)]
    expect(who).toBe('directory does not start: ')
    if (typeof says === 'string') expect(what).toBe(says)
    else expect(what).toMatch(says)
  })
})

test('a schema that this release must not meet refuses the start, one that it may meet does not', async () => {
  const pool = createPool({ url: good.VITRYLO_DATABASE_URL!, name: 'test', max: 1 })
  const env = { ...good, VITRYLO_MIGRATE: '0' }
  await pool.query(`insert into migrations (name, run_on) values ('0099_later', now())`)
  const tolerant = startProcess(MAIN, env)
  await tolerant.ready
  tolerant.signal('SIGTERM')
  expect(await tolerant.ended).toMatchObject({ code: 0, stderr: '' })
  await pool.query(`create table breaking_migration (set_table text, name text)`)
  await pool.query(`insert into breaking_migration values ('migrations', '0099_later')`)
  const { code, stderr } = await startProcess(MAIN, env).ended
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^directory does not start: the schema of database "directory_\w+" at \S+ is too new for this release: it has "migrations: 0099_later"; start the release that knows it\n$/)])
  await pool.query(`drop table breaking_migration`)
  await pool.query(`delete from migrations where name = '0099_later'`)
  await pool.end()
})

test('what can heal is waited for: the reason stands in readiness, and the start goes on by itself', async () => {
  const [health, way] = [await freePort(), await freePort()]
  const url = Object.assign(new URL(good.VITRYLO_DATABASE_URL!), { port: String(way) }).href
  const directory = startProcess(MAIN, { ...good, VITRYLO_DATABASE_URL: url, VITRYLO_HEALTH_LISTEN: `127.0.0.1:${health}` })
  const ask = (path: string) => fetch(`http://127.0.0.1:${health}/health/${path}`)
  const reasons = async () => ((await (await ask('ready')).json()) as { reasons: string[] }).reasons
  await until(async () => /^database "directory_\w+" at 127\.0\.0\.1:\d+ \(VITRYLO_DATABASE_URL\) does not answer: ECONNREFUSED$/.test((await reasons()).join()))
  expect([(await ask('ready')).status, (await ask('live')).status, (await ask('x')).status]).toEqual([503, 200, 404])
  const tunnel = createServer((near) => near.pipe(connect(port, '127.0.0.1')).on('error', () => near.destroy()).pipe(near).on('error', () => {}))
  tunnel.listen(way, '127.0.0.1')
  await directory.ready
  await until(async () => (await ask('ready')).status === 200)
  expect(await (await ask('ready')).json()).toEqual({ status: 'ready', notes: [] })
  directory.signal('SIGTERM')
  expect(await directory.ended).toMatchObject({ code: 0 })
  tunnel.close()
})

/**
 * A database that accepts and then says nothing is as slow as one on a starved machine: "timeout expired" of the driver.
 * Seen red when `patiently` threw at once: the process ended with the stack of that error.
 */
test('a database that is lost in the midst of the start is waited for, too', async () => {
  const health = await freePort()
  const ask = () => fetch(`http://127.0.0.1:${health}/health/ready`).then(async (answer) => [answer.status, JSON.stringify(await answer.json())] as const)
  // The first connections are those that look at the schema; the following ones, of the stores, meet silence.
  let connections = 0
  let silent = true
  const tunnel = createServer((near) => {
    near.on('error', () => {})
    if (++connections > 2 && silent) return
    near.pipe(connect(port, '127.0.0.1').on('error', () => near.destroy())).pipe(near)
  })
  tunnel.listen(0, '127.0.0.1').unref()
  await once(tunnel, 'listening')
  const url = Object.assign(new URL(good.VITRYLO_DATABASE_URL!), { port: String(portOf(tunnel)) }).href
  const directory = startProcess(MAIN, { ...good, VITRYLO_MIGRATE: '0', VITRYLO_DATABASE_URL: url, VITRYLO_HEALTH_LISTEN: `127.0.0.1:${health}` })
  const reason = /database \\"directory_\w+\\" at 127\.0\.0\.1:\d+ \(VITRYLO_DATABASE_URL\) does not answer: (timeout|Connection terminated)/
  await until(() => ask().then(([status, says]) => status === 503 && reason.test(says), () => false), { timeoutMs: 40_000 })
  silent = false
  await directory.ready
  await until(async () => (await ask())[0] === 200)
  directory.signal('SIGTERM')
  expect(await directory.ended).toMatchObject({ code: 0, stderr: '' })
  tunnel.close()
})

test('SIGTERM while a store is waited for ends with 0', async () => {
  const health = await freePort()
  const env = { ...good, VITRYLO_DATABASE_URL: 'postgres://x@127.0.0.1:1/x', VITRYLO_HEALTH_LISTEN: `127.0.0.1:${health}` }
  const directory = startProcess(MAIN, env)
  await until(() => fetch(`http://127.0.0.1:${health}/health/live`).then(({ ok }) => ok, () => false))
  directory.signal('SIGTERM')
  expect(await directory.ended).toMatchObject({ code: 0, stderr: '' })
})
