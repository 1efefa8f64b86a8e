import { createGrants, createLogoutVerifier, createVerifier, rightsHandlers, rightsMigrations, startRightsStore, type RightsStore } from '@vitrylo/auth'
import { eventMigrations, pruneInbox, startConsumer, type Consumer } from '@vitrylo/events'
import { createPool, migrate, one, sql, type Pool } from '@vitrylo/pg'
import { loadContract, type Contract } from '@vitrylo/proto/contract.ts'
import { connectBus } from '@vitrylo/service'
import { pino, type Logger } from 'pino'
import { buildApp, type AppDeps } from './app.ts'
import { loadConfig, type Config, type Env } from './config.ts'
import { createRateLimit } from './http/rate-limit.ts'
import { createFrames } from './live/frames.ts'
import { startHub, type Hub } from './live/hub.ts'
import { pruneLiveEvents } from './live/live-event-sql.ts'
import { liveHandlers, RETENTION_MS } from './live/live-handlers.ts'
import { createChannels, type Channels } from './rest/channels.ts'
import { plansOf } from './rest/plan.ts'
import { createIdentify } from './sign-in/authenticate.ts'
import { createCookies } from './sign-in/cookies.ts'
import { createGrantSeal } from './sign-in/seal.ts'
import { createSessions, type Sessions } from './sign-in/sessions.ts'
import { createStopping, type Stopping } from './stopping.ts'

export type Gateway = { port: number; stop(): Promise<void> }

const PRUNE_MS = 600_000
const migrations = { dir: new URL('../migrations/', import.meta.url), table: 'migrations' }
const now = Date.now

/** Starts the gateway; resolves when it answers and its copy of the rights is complete as of now. */
export async function startGateway(env: Env, options: { contract?: Contract } = {}): Promise<Gateway> {
  const config = loadConfig(env)
  const log = pino({ name: 'gateway', level: config.logLevel })
  const stopping = createStopping(log)
  try {
    const contract = options.contract ?? loadContract()
    const stores = await openStores(config, log, contract, stopping)
    const app = buildApp(wire(config, log, contract, stores, stopping))
    await app.listen({ host: config.host, port: config.port })
    stopping.add('http', () => app.close())
    const { port } = app.server.address() as { port: number }
    log.info({ port }, 'ready')
    return { port, stop: stopping.run }
  } catch (error) {
    await stopping.run()
    throw error
  }
}

type Stores = { pool: Pool; refreshPool: Pool; rights: RightsStore; hub: Hub; ready(): Promise<boolean> }

async function openStores(config: Config, log: Logger, contract: Contract, stopping: Stopping): Promise<Stores> {
  await migrate(config.databaseUrl, [eventMigrations, rightsMigrations, migrations])
  const database = { url: config.databaseUrl, statementTimeoutMs: 5_000 }
  const pool = createPool({ ...database, name: 'gateway', max: config.poolMax })
  stopping.add('database', () => pool.end())
  const refreshPool = createPool({ ...database, name: 'gateway refresh', max: 3 })
  stopping.add('refresh', () => refreshPool.end())
  const bus = await connectBus(config.busUrl, 'gateway', log)
  stopping.add('bus', () => bus.close())
  const rights = await startRightsStore(pool, log)
  stopping.add('rights', async () => rights.stop())
  // Two groups: a flood of live events must not hold up a right that was taken away.
  const consumers: Consumer[] = []
  for (const [group, handlers] of [['gateway-rights', rightsHandlers], ['gateway', liveHandlers(contract, now)]] as const) {
    const consumer = await startConsumer({ pool, bus, group, handlers, log })
    stopping.add(group, () => consumer.stop())
    consumers.push(consumer)
  }
  await consumers[0]!.caughtUp()
  await rights.refresh()
  const hub = await startHub({ pool, url: config.databaseUrl, log })
  stopping.add('live', () => hub.stop())
  const ready = async () => (await one(pool, sql`select 1 as up`)) !== undefined
  return { pool, refreshPool, rights, hub, ready }
}

function wire(config: Config, log: Logger, contract: Contract, stores: Stores, stopping: Stopping): AppDeps {
  const { pool, refreshPool, rights, hub } = stores
  const issuer = { issuer: config.oidcIssuer, internalUrl: config.oidcInternalUrl }
  const client = { clientId: config.clientId, clientSecret: config.clientSecret }
  const grants = createGrants({ ...issuer, ...client })
  const verify = createVerifier({ ...issuer, audience: config.oidcAudience })
  const cookies = createCookies(config.origin)
  const sessions = createSessions({
    pool, refreshPool, grants, verify, now,
    seal: createGrantSeal(config.sessionKey),
    idleMs: config.sessionIdleMs,
    absoluteMs: config.sessionAbsoluteMs,
  })
  const channels = createChannels(contract, config.services)
  startPruning(pool, sessions, log, stopping, channels)
  return {
    config, log, contract,
    plans: plansOf(contract),
    rest: { registry: contract.registry, channels, deadlineMs: config.deadlineMs, streamDeadlineMs: config.streamDeadlineMs },
    identify: createIdentify({ verify, sessions, cookies, origin: config.origin }),
    signIn: {
      pool, sessions, cookies, grants, verify, log, now,
      verifyLogout: createLogoutVerifier({ ...issuer, clientId: config.clientId }),
      limit: createRateLimit(config.rateSignIn / 60, config.rateSignIn),
      origin: config.origin,
      issuer: config.oidcIssuer,
      clientId: config.clientId,
    },
    live: { hub, frameOf: createFrames(contract, log), rights, sessions, log, now, streamsPerUser: config.streamsPerUser },
    readiness: { isReady: stores.ready },
    limits: {
      address: createRateLimit(config.rateAddress),
      // A page asks for many things at once, and then for nothing.
      session: createRateLimit(config.rateSession, config.rateSession * 5),
      token: createRateLimit(config.rateToken),
    },
  }
}

function startPruning(pool: Pool, sessions: Sessions, log: Logger, stopping: Stopping, channels: Channels): void {
  stopping.add('channels', async () => channels.close())
  const prune = () =>
    Promise.all([sessions.prune(), pruneLiveEvents(pool, new Date(now() - RETENTION_MS)), pruneInbox(pool, new Date(now()))]).catch((err: unknown) =>
      log.warn({ err }, 'pruning failed, will try again'),
    )
  const timer = setInterval(() => void prune(), PRUNE_MS)
  timer.unref()
  stopping.add('pruning', async () => clearInterval(timer))
}
