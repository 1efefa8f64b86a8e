import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { rightsMigrations } from '@vitrylo/auth'
import { createPool, migrate } from '@vitrylo/pg'
import { freePort, freePorts } from '@vitrylo/pg/free-ports.ts'
import { freshDatabase, peopleTheWorld, startTestIssuer, until } from '@vitrylo/testkit'

export type Part = {
  name: string
  /** What it has written so far. */
  log(): string
  metrics(): Promise<string>
  child: ChildProcess
}

export type Product = {
  origin: string
  parts: Record<string, Part>
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<{ status: number; json: any; text: string }>
  token: string
  stop(): Promise<void>
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const SERVICES = ['contacts', 'sales', 'telephony', 'directory', 'service-desk']

/** The product as images run it: one process each, real stores; `env` goes to all of them. What is not named is away. */
export async function startProduct(env: Record<string, string>, services: readonly string[]): Promise<Product> {
  const issuer = await startTestIssuer()
  const busUrl = await freshDatabase('bus')
  const ports = await freePorts(9)
  const address = Object.fromEntries(SERVICES.map((name) => [name, `127.0.0.1:${ports.shift()}`]))
  const common = {
    PATH: process.env.PATH!,
    VITRYLO_BUS_URL: busUrl,
    VITRYLO_OIDC_ISSUER: issuer.issuer,
    VITRYLO_SECRETS_KEY: 'a key for tests only, of 32 letters',
    VITRYLO_LOG_LEVEL: 'debug',
    ...env,
  }
  const start = async (name: string, main: string, own: Record<string, string>): Promise<Part> => {
    const health = ports.shift()!
    const database = await peopledDatabase(name)
    return startPart(name, main, { ...common, VITRYLO_DATABASE_URL: database, VITRYLO_HEALTH_LISTEN: `127.0.0.1:${health}`, ...own }, health)
  }
  const started = await Promise.all(
    services.map((name) => start(name, `services/${name}/src/main.ts`, { VITRYLO_GRPC_LISTEN: address[name]! })),
  )
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const gateway = await start('gateway', 'gateway/src/main.ts', {
    VITRYLO_PORT: String(port),
    VITRYLO_ORIGIN: origin,
    VITRYLO_SERVICES: JSON.stringify(address),
    VITRYLO_GATEWAY_CLIENT_SECRET: 'secret',
    VITRYLO_SESSION_KEY: 'a key of the tests, 32 letters and more',
    VITRYLO_RATE_CALLER: '100000',
    VITRYLO_RATE_ADDRESS: '100000',
  })
  const parts = Object.fromEntries([gateway, ...started].map((part) => [part.name, part]))
  const token = await issuer.token('admin')
  return {
    origin,
    parts,
    token,
    async call(method, path, body, headers = {}) {
      const isText = typeof body === 'string'
      const response = await fetch(origin + path, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': isText ? 'text/csv' : 'application/json' }), ...headers },
        body: body === undefined ? undefined : isText ? body : JSON.stringify(body),
      })
      const text = await response.text()
      return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined }
    },
    async stop() {
      await Promise.all(Object.values(parts).map(stopPart))
      await issuer.stop()
    },
  }
}

async function peopledDatabase(name: string): Promise<string> {
  const url = await freshDatabase(name)
  const pool = createPool({ url, name: 'test', max: 1 })
  await migrate(url, [rightsMigrations])
  await peopleTheWorld(pool)
  await pool.end()
  return url
}

async function startPart(name: string, main: string, env: Record<string, string>, health: number): Promise<Part> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ROOT + main], { env, cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  let written = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (written += text))
  await until(() => {
    if (child.exitCode !== null) throw new Error(`${name} ended: ${written}`)
    return written.includes('"msg":"ready"')
  }, { timeoutMs: 60_000, everyMs: 50 })
  const metrics = async (): Promise<string> => (await fetch(`http://127.0.0.1:${health}/metrics`)).text()
  return { name, child, metrics, log: () => written }
}

async function stopPart({ child }: Part): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
