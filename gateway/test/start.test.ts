import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { endProcesses, freshDatabase, startProcess, startTestIssuer, type TestIssuer } from '@vitrylo/testkit'

const MAIN = new URL('../src/main.ts', import.meta.url)
const SERVICES = ['directory', 'contacts', 'sales', 'service-desk', 'telephony']
let issuer: TestIssuer
let good: Record<string, string>
let empty: string

beforeAll(async () => {
  issuer = await startTestIssuer()
  empty = await freshDatabase('empty')
  good = {
    VITRYLO_DATABASE_URL: await freshDatabase('gateway'),
    VITRYLO_BUS_URL: await freshDatabase('bus'),
    VITRYLO_OIDC_ISSUER: issuer.issuer,
    VITRYLO_ORIGIN: 'https://crm.example.ua',
    VITRYLO_PORT: '0',
    VITRYLO_SERVICES: JSON.stringify(Object.fromEntries(SERVICES.map((name) => [name, '127.0.0.1:1']))),
    VITRYLO_SESSION_KEY: 'a key of the tests, 32 letters and more',
    VITRYLO_GATEWAY_CLIENT_SECRET: 'secret',
    VITRYLO_LOG_LEVEL: 'warn',
  }
  const migrated = await startProcess(MAIN, good, ['migrate']).ended
  expect(migrated).toMatchObject({ code: 0, stderr: '' })
})

afterAll(async () => {
  await endProcesses()
  await issuer.stop()
})

type Wrong = { env?: Record<string, string>; args?: string[]; says: string | RegExp }

/** Each wrong thing, and the one sentence that the process says of it. */
const REFUSED: [string, () => Wrong][] = [
  ['no session key', () => ({ env: { VITRYLO_SESSION_KEY: '' }, says: 'setting VITRYLO_SESSION_KEY is missing' })],
  ['a short session key', () => ({
    env: { VITRYLO_SESSION_KEY: 'a key of the tests, 32 letters and more\nshort' },
    says: 'setting VITRYLO_SESSION_KEY must have at least 32 characters in every line',
  })],
  ['no client secret', () => ({ env: { VITRYLO_GATEWAY_CLIENT_SECRET: '' }, says: 'setting VITRYLO_GATEWAY_CLIENT_SECRET is missing' })],
  ['a missing Secret', () => ({
    env: { VITRYLO_SESSION_KEY: '', VITRYLO_SESSION_KEY_FILE: '/run/secrets/absent' },
    says: 'setting VITRYLO_SESSION_KEY_FILE: the file /run/secrets/absent does not exist',
  })],
  ['services that are no JSON', () => ({
    env: { VITRYLO_SERVICES: 'contacts:50051' },
    says: 'setting VITRYLO_SERVICES must be JSON such as {"contacts":"dns:///contacts:50051"}',
  })],
  ['a service without an address', () => ({
    env: { VITRYLO_SERVICES: '{"directory":"127.0.0.1:1"}' },
    says: 'setting VITRYLO_SERVICES has no address of contacts',
  })],
  ['an origin without its protocol', () => ({
    env: { VITRYLO_ORIGIN: 'crm.example.ua' },
    says: 'setting VITRYLO_ORIGIN must begin with https:// or http://',
  })],
  ['an unknown command', () => ({ args: ['migrat'], says: 'there is no command migrat, only serve, migrate, topics, realm, dead-letters, rebuild' })],
  ['a folder of the client that is not there', () => ({ env: { VITRYLO_WEB_DIR: '/nowhere' }, says: 'setting VITRYLO_WEB_DIR: /nowhere holds no index.html' })],
  ['a wrong database password', () => ({
    env: { VITRYLO_DATABASE_URL: good.VITRYLO_DATABASE_URL!.replace(/\/\/[^@]+@/, '//postgres:wrong@') },
    says: /^setting VITRYLO_DATABASE_URL: database "gateway_\w+" at 127\.0\.0\.1:\d+ refuses the password of the user "postgres"$/,
  })],
  ['an old schema', () => ({
    env: { VITRYLO_DATABASE_URL: empty, VITRYLO_MIGRATE: '0' },
    says: /^the schema of database "empty_\w+" at [\d.:]+ is older than this release: it lacks "[^"]+" and \d+ more; run the command migrate, or set VITRYLO_MIGRATE=1$/,
  })],
  ['an old bus that it may not migrate', () => ({
    env: { VITRYLO_BUS_URL: empty, VITRYLO_MIGRATE: '0' },
    says: /^setting VITRYLO_BUS_URL: the bus in PostgreSQL is older than this release, it lacks "[^"]+": run the command topics of any service, or set VITRYLO_MIGRATE=1$/,
  })],
  ['a Kafka that speaks no Kafka', () => ({ env: { VITRYLO_BUS_URL: 'amqp://bus' }, says: 'setting VITRYLO_BUS_URL must begin with postgres:// or postgresql:// or kafka://' })],
  ['an issuer of another realm', () => ({
    env: { VITRYLO_OIDC_ISSUER: 'https://id.example.ua/realms/other', VITRYLO_OIDC_INTERNAL_URL: issuer.issuer },
    says: /^setting VITRYLO_OIDC_ISSUER is https:\/\/id\.example\.ua\/realms\/other, but the identity provider at http:\S+ calls itself http:\S+$/,
  })],
]

describe.each(REFUSED)('a start with %s', (_name, wrong) => {
  test('ends at once with one sentence', async () => {
    const { env, args, says } = wrong()
    const { code, stderr } = await startProcess(MAIN, { ...good, ...env }, args).ended
    const [sentence, ...more] = stderr.trimEnd().split('\n')
    expect([code, more]).toEqual([1, []])
    expect(sentence).toMatch(/^gateway does not start: /)
    const what = sentence!.slice('gateway does not start: '.length)
    if (typeof says === 'string') expect(what).toBe(says)
    else expect(what).toMatch(says)
  })
})

test('no service is needed to start: what topics made is there, SIGTERM ends it with 0', async () => {
  const topics = await startProcess(MAIN, good, ['topics']).ended
  expect(topics).toMatchObject({ code: 0, stderr: '' })
  const gateway = startProcess(MAIN, { ...good, VITRYLO_MIGRATE: '0' })
  const port = await gateway.ready
  expect((await fetch(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)
  gateway.signal('SIGTERM')
  expect(await gateway.ended).toMatchObject({ code: 0, stderr: '' })
})
