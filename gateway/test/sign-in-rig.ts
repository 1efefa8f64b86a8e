import { once } from 'node:events'
import { createServer, request as forward, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { rightsMigrations } from '@vitrylo/auth'
import { eventMigrations } from '@vitrylo/events'
import { createPool, many, sql } from '@vitrylo/pg'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import type { Contract } from '@vitrylo/proto/contract.ts'
import { freshDatabase } from '@vitrylo/testkit'
import { applyEmployee, migrations as issuerMigrations, seedUser, startIssuer } from '../../tools/issuer/src/index.ts'
import { Browser } from '../../tools/issuer/test/browser.ts'
import { startGateway, type Gateway } from '../src/index.ts'
import { migrations, SESSION_KEY } from './rig.ts'
import { sampleContract } from './sample/contract.ts'
import { startSampleService } from './sample/service.ts'

export { Browser }
export const PASSWORD = 'вітер-у-вітрилах-7'

export type SignInRig = Awaited<ReturnType<typeof startSignInRig>>

const SERVICES = ['sample', 'contacts', 'directory', 'sales', 'service-desk', 'telephony']

type Options = { /** Instead of the sample's. */ contract?: Contract; /** Beside olena. */ users?: readonly string[] }

/** The gateway with the embedded issuer behind it, as `make up` runs them; the way to the issuer can be broken. */
export async function startSignInRig({ contract: own, users = [] }: Options = {}) {
  const sample = sampleContract()
  const contract = own ?? sample
  const service = await startSampleService(sample)
  const [databaseUrl, issuerUrl, busUrl] = await Promise.all([
    freshDatabase('gateway', [eventMigrations, rightsMigrations, migrations]), freshDatabase('issuer', [issuerMigrations]), freshDatabase('bus'),
  ])
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const issuer = await startIssuer({
    origin, databaseUrl: issuerUrl, port: 0, backchannelLogoutUrl: `${origin}/auth/backchannel-logout`, securityEventsUrl: `${origin}/auth/security-events`,
    clients: [{ id: 'vitrylo-gateway', secret: 'gateway+secret/1', redirectUris: [`${origin}/auth/callback`], postLogoutRedirectUris: [`${origin}/`] }],
  })
  const way = await startWay(issuer.port)
  const env = {
    VITRYLO_PORT: String(port), VITRYLO_ORIGIN: origin, VITRYLO_DATABASE_URL: databaseUrl, VITRYLO_BUS_URL: busUrl, VITRYLO_SESSION_KEY: SESSION_KEY,
    VITRYLO_SERVICES: JSON.stringify(Object.fromEntries(SERVICES.map((name) => [name, service.address]))), VITRYLO_OIDC_ISSUER: `${origin}/realms/vitrylo`,
    VITRYLO_OIDC_INTERNAL_URL: `${way.origin}/realms/vitrylo`, VITRYLO_GATEWAY_CLIENT_SECRET: 'gateway+secret/1',
    VITRYLO_ISSUER_UPSTREAM: `http://127.0.0.1:${issuer.port}`, VITRYLO_LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    VITRYLO_RATE_SESSION: '10000', VITRYLO_RATE_ADDRESS: '10000', VITRYLO_RATE_SIGN_IN: '10000', VITRYLO_DRAIN_MS: '2000',
  }
  const gateway = await startGateway(env, { contract })
  const others: Gateway[] = []
  const pool = createPool({ url: databaseUrl, name: 'test', max: 2 })
  const busPool = createPool({ url: busUrl, name: 'test', max: 1 })
  const issuerPool = createPool({ url: issuerUrl, name: 'test', max: 1 })
  for (const username of ['olena', ...users]) {
    await seedUser(issuerPool, { username, name: `Людина ${username}`, email: `${username}@vitrylo.example`, password: PASSWORD, groups: ['telephonists'] })
  }

  return {
    origin, pool, issuerPool, way, service,
    toCallback: (browser: Browser, returnTo = '/requests?mine=1', login = 'olena'): Promise<string> => browser.toCallback(login, PASSWORD, returnTo),
    async signedIn(browser = new Browser(origin), login = 'olena'): Promise<Browser> {
      await browser.signIn(login, PASSWORD)
      return browser
    },
    /** A second replica on the same database. */
    async replica(settings: Record<string, string> = {}): Promise<string> {
      const other = await startGateway({ ...env, VITRYLO_PORT: '0', ...settings }, { contract })
      others.push(other)
      return `http://127.0.0.1:${other.port}`
    },
    /** What stands on the bus, in its order. */
    published: (topic: string): Promise<{ data: any }[]> => many(busPool, sql`select data from bus_log where topic = ${topic} order by seq`),
    disable: (disabled: boolean) => applyEmployee(issuerPool, { username: 'olena', name: 'Олена Коваль', groups: ['telephonists'], disabled }),
    async stop() {
      for (const other of others) await other.stop()
      await gateway.stop()
      await issuer.stop()
      way.server.close()
      way.server.closeAllConnections()
      await service.stop()
      await Promise.all([pool.end(), busPool.end(), issuerPool.end()])
    },
  }
}


/** The gateway's own way to the issuer: counts what passes and can be cut. */
async function startWay(port: number): Promise<{ server: Server; origin: string; tokenCalls: number; isCut: boolean }> {
  const server = createServer((incoming, outgoing) => {
    if (incoming.url!.endsWith('/token')) way.tokenCalls++
    if (way.isCut) return void outgoing.socket!.destroy()
    const { method, url, headers } = incoming
    const onwards = forward({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(outgoing)
    })
    onwards.on('error', () => outgoing.destroy())
    incoming.pipe(onwards)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const way = { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tokenCalls: 0, isCut: false }
  return way
}
