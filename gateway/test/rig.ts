import { createPgBus, eventMigrations, type Bus } from '@vitrylo/events'
import { rightsMigrations } from '@vitrylo/auth'
import { createPool, type Pool } from '@vitrylo/pg'
import type { Contract } from '@vitrylo/proto/contract.ts'
import { freshDatabase, startTestIssuer, type TestIssuer } from '@vitrylo/testkit'
import { startGateway, type Gateway } from '../src/index.ts'

export const SESSION_KEY = 'a key of the tests, 32 letters and more'
export const migrations = { dir: new URL('../migrations/', import.meta.url), table: 'migrations' }

export type Answer = { status: number; json: any; text: string; headers: Headers }

export type Rig = {
  origin: string
  databaseUrl: string
  pool: Pool
  bus: Bus
  issuer: TestIssuer
  gateway: Gateway
  env: Record<string, string>
  /** A request with a bearer token (the user `olena` unless headers say otherwise); `body` is sent as JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  fields(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<string[]>
  stop(): Promise<void>
}

type Options = { contract?: Contract; services: Record<string, string>; env?: Record<string, string> }

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** A whole gateway on real stores, with an issuer that signs what a test asks for. */
export async function startRig({ contract, services, env = {} }: Options): Promise<Rig> {
  const databaseUrl = await freshDatabase('gateway', [eventMigrations, rightsMigrations, migrations])
  const busUrl = await freshDatabase('bus')
  const bus = createPgBus({ url: busUrl, log: silent })
  const pool = createPool({ url: databaseUrl, name: 'test', max: 2 })
  const issuer = await startTestIssuer()
  const settings = {
    VITRYLO_PORT: '0',
    VITRYLO_ORIGIN: 'http://crm.test',
    VITRYLO_DATABASE_URL: databaseUrl,
    VITRYLO_BUS_URL: busUrl,
    VITRYLO_SERVICES: JSON.stringify(services),
    VITRYLO_OIDC_ISSUER: issuer.issuer,
    VITRYLO_GATEWAY_CLIENT_SECRET: 'secret',
    VITRYLO_SESSION_KEY: SESSION_KEY,
    VITRYLO_LOG_LEVEL: 'silent',
    VITRYLO_DRAIN_MS: '2000',
    // A machine that is busy with other tests answers late, not wrongly.
    VITRYLO_DEADLINE_MS: '30000',
    VITRYLO_RATE_CALLER: '100000',
    VITRYLO_RATE_ADDRESS: '100000',
    VITRYLO_RATE_SIGN_IN: '100000',
    ...env,
  }
  const gateway = await startGateway(settings, { contract })
  const origin = `http://127.0.0.1:${gateway.port}`
  const token = await issuer.token('olena')
  const call: Rig['call'] = async (method, path, body, headers = {}) => {
    const isText = typeof body === 'string'
    const response = await fetch(origin + path, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : isText ? body : JSON.stringify(body),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, json: isJson ? JSON.parse(text || 'null') : undefined, text, headers: response.headers }
  }
  return {
    origin, databaseUrl, pool, bus, issuer, gateway, call,
    env: settings,
    async fields(...request) {
      const { status, json } = await call(...request)
      if (status !== 400) throw new Error(`expected 400, got ${status} ${JSON.stringify(json)}`)
      return json.errors.map((e: { field: string; rule: string }) => `${e.field} ${e.rule}`).sort()
    },
    async stop() {
      await gateway.stop()
      await bus.close()
      await pool.end()
      await issuer.stop()
    },
  }
}
