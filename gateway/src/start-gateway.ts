import { createGrants, createIntrospect, createLogoutVerifier, createRefusalsVerifier, createVerifier, rightsMigrations, startRightsStore, type Claims, type Introspect, type RightsStore, type Verify } from '@vitrylo/auth'
import { eventMigrations, startConsumer, startRelay, type Bus, type Consumer, type Relay } from '@vitrylo/events'
import { createPool, type Pool } from '@vitrylo/pg'
import { loadContract, type Contract } from '@vitrylo/proto/contract.ts'
import {
  callMigrations,
  connectBus,
  createRecorder,
  observeStores,
  patiently,
  Refusal,
  refusedByBus,
  retentionMigrations,
  startInOrder,
  startSweep,
  watchStores,
  watchedBy,
  type Common,
  type Env,
  type Recorder,
} from '@vitrylo/service'
import type { Logger } from 'pino'
import { buildApp, type AppDeps } from './app.ts'
import { loadConfig, type Config } from './config.ts'
import { createRateLimit, createSignInLimit } from './http/rate-limit.ts'
import { groupsOf } from './groups.ts'
import { createFrames } from './live/frames.ts'
import { startHub, type Hub } from './live/hub.ts'
import { gatewaySweep } from './prune.ts'
import { createServiceTokens } from './app-passwords/service-tokens.ts'
import { createChannels } from './rest/channels.ts'
import { plansOf } from './rest/plan.ts'
import { createBulkReads } from './reads/bulk-reads.ts'
import { countOf } from './reads/count-records.ts'
import { startSessionService } from './sessions/start-sessions.ts'
import { createIdentify } from './sign-in/authenticate.ts'
import { createCheckBearer } from './sign-in/bearer.ts'
import { createCookies } from './sign-in/cookies.ts'
import { observeSessions } from './sign-in/observe-sessions.ts'
import { createEmployeeOf } from './sign-in/employee-of.ts'
import { createOnRefused } from './sign-in/refused.ts'
import { startGrantEnding } from './sign-in/end-grants.ts'
import { createGrantSeal } from './sign-in/seal.ts'
import { createSessions } from './sign-in/sessions.ts'
import { createStillHolds } from './sign-in/still-holds.ts'
import { createTokens } from './sign-in/tokens.ts'

export type Gateway = { port: number; stop(): Promise<void> }

const migrations = { dir: new URL('../migrations/', import.meta.url), table: 'migrations' }
const now = Date.now
const NOTED_PER_MINUTE = 10
const TOLD_PER_SECOND = 10

export const schema = [eventMigrations, rightsMigrations, callMigrations, retentionMigrations, migrations]

type Options = { contract?: Contract; signal?: AbortSignal }

/** Starts the gateway; resolves when it answers and its copy of the rights is complete as of now. */
export function startGateway(env: Env, { contract = loadContract(), signal }: Options = {}): Promise<Gateway> {
  const config = loadConfig(env)
  return startInOrder({ name: 'gateway', config, env, schema: { sets: schema }, signal }, async (common) => {
    const starting = { env, config, contract, ...common }
    const app = buildApp(await wire(starting, await openStores(starting)))
    await app.listen({ host: config.host, port: config.port }).catch((error: unknown) => {
      throw new Refusal(`setting VITRYLO_PORT: cannot listen on ${config.host}:${config.port}`, { cause: error })
    })
    // Connections that rest, then the answers to what came last.
    common.stopping.add('http', () => app.close(), config.drainMs + config.deadlineMs + 1_000)
    const { port } = app.server.address() as { port: number }
    return { port }
  })
}

/** What the parts of a start hand on to each other. */
type Starting = Common & { env: Env; config: Config; contract: Contract }
type Stores = { pool: Pool; refreshPool: Pool; bus: Bus; relay: Relay; rights: RightsStore; hub: Hub }

async function openStores({ config, log, contract, readiness, stopping }: Starting): Promise<Stores> {
  const { databaseUrl } = config
  const waiting = { databaseUrl, readiness, signal: stopping.signal }
  const database = { url: databaseUrl, statementTimeoutMs: 5_000 }
  const pool = createPool({ ...database, name: 'gateway', max: config.poolMax })
  stopping.add('database', () => pool.end())
  const refreshPool = createPool({ ...database, name: 'gateway refresh', max: 3 })
  stopping.add('refresh', () => refreshPool.end())
  const bus = await connectBus(config, 'gateway', log)
  stopping.add('bus', () => bus.close())
  const relay = startRelay({ pool, bus, name: 'gateway', log })
  stopping.add('relay', () => relay.stop())
  const rights = await patiently(waiting, () => startRightsStore(pool, log))
  stopping.add('rights', async () => rights.stop())
  readiness.waitFor('the bus (VITRYLO_BUS_URL) has not delivered all rights yet')
  const consumers: Record<string, Consumer> = {}
  for (const [group, handlers] of Object.entries(groupsOf(contract, now))) {
    const consumer = await refusedByBus(startConsumer({ pool, bus, group, handlers, log }))
    stopping.add(group, () => consumer.stop())
    consumers[group] = consumer
  }
  stopping.add('gauges', observeStores({ name: 'gateway', pool, consumers }))
  await consumers['gateway-rights']!.caughtUp()
  await patiently(waiting, () => rights.refresh())
  watchStores(readiness, pool, rights)
  const hub = await patiently(waiting, () => startHub({ pool, url: databaseUrl, log }))
  stopping.add('live', () => hub.stop())
  return { pool, refreshPool, bus, relay, rights, hub }
}

async function wire(starting: Starting, stores: Stores): Promise<AppDeps> {
  const { config, log, contract, readiness, stopping } = starting
  const { pool, refreshPool, bus, rights, hub } = stores
  const { clientId, idleMs, absoluteMs, journalMs } = config.limits
  const issuer = { issuer: config.oidcIssuer, internalUrl: config.oidcInternalUrl }
  const grants = createGrants({ ...issuer, clientId, clientSecrets: config.clientSecrets })
  const verify = createVerifier({ ...issuer, audience: config.oidcAudience })
  const cookies = createCookies(config.origin)
  const introspect = introspectOf(config, log)
  const employeeOf = createEmployeeOf(rights)
  const tokens = createTokens({ pool, employeeOf, now, log })
  const checkBearer = createCheckBearer({ verify, introspect, tokens, callerOf: rights.callerOf, now })
  const seal = createGrantSeal(config.sessionKeys)
  const sessions = createSessions({ pool, refreshPool, grants, verify, introspect, now, seal, employeeOf, idleMs, absoluteMs })
  const ending = startGrantEnding({ pool, grants, seal, now, log })
  stopping.add('ending of grants', ending.stop)
  const { address: own, audit } = await serveSessions(starting, stores, verify, ending.kick)
  const channels = createChannels(contract, config, { sessions: own })
  stopping.add('channels', async () => channels.close())
  const reads = createBulkReads({ pool, bus, rights, log, now, usual: config.bulkReads })
  const waiting = { databaseUrl: config.databaseUrl, readiness, signal: stopping.signal }
  stopping.add('pruning', await patiently(waiting, () => startSweep(gatewaySweep({ pool, sessions, rights, now, journalMs, tellAgain: reads.tellAgain, committed: () => stores.relay.kick() }), log)))
  const limitToken = createRateLimit(config.rateToken)
  const perMinute = (claims: Claims) => rights.callerOf(claims).requestsPerMinute
  const unobserve = observeSessions({ pool, now, idleMs })
  stopping.add('session count', async () => unobserve())
  return {
    config, log, contract,
    plans: plansOf(contract),
    rest: {
      registry: contract.registry, channels, deadlineMs: config.deadlineMs, streamDeadlineMs: config.streamDeadlineMs, fileMax: config.fileMax, countOf: countOf(contract), noteRead: reads.note,
      stillHolds: createStillHolds({ sessions, checkBearer, tokens, now }),
    },
    refused: createOnRefused(audit, employeeOf),
    identify: createIdentify({ checkBearer, sessions, cookies, origin: config.origin }),
    signIn: {
      pool, sessions, cookies, grants, verify, log, now,
      verifyLogout: createLogoutVerifier({ ...issuer, clientId }),
      verifyRefusals: createRefusalsVerifier({ ...issuer, clientId }),
      employeeOf,
      committed: () => stores.relay.kick(),
      limit: createSignInLimit(config.rateSignIn),
      callbackLimit: createRateLimit(config.rateSignIn / 60, config.rateSignIn),
      noteLimit: createRateLimit(NOTED_PER_MINUTE / 60, NOTED_PER_MINUTE),
      eventLimit: createRateLimit(TOLD_PER_SECOND, TOLD_PER_SECOND * 10),
      origin: config.origin,
      issuer: config.oidcIssuer,
      clientId,
    },
    live: { hub, frameOf: createFrames(contract, { log, rights, watched: watchedBy(starting.env) }), rights, sessions, checkBearer, log, now, streamsPerUser: config.streamsPerUser },
    cards: {
      contract, channels, pool, rights, log, now, perMinute,
      noteRead: reads.note,
      origin: config.origin,
      deadlineMs: config.deadlineMs,
      tokens: createServiceTokens(config.sessionKeys, config.oidcAudience, now),
      limit: limitToken,
      guesses: createRateLimit(config.rateGuesses / 60, config.rateGuesses),
    },
    readiness,
    limits: {
      address: createRateLimit(config.rateAddress),
      // A page asks for many things at once, and then for nothing.
      session: createRateLimit(config.rateSession, config.rateSession * 5),
      token: limitToken,
      perMinute,
    },
  }
}

/** Gives the address of the gateway's own part of the contract, and who tells the audit log of what the gateway refuses. */
async function serveSessions({ env, log, readiness, stopping }: Starting, { pool, bus, relay, rights }: Stores, verify: Verify, ended: () => void): Promise<{ address: string; audit: Recorder }> {
  const committed = (): void => {
    ended()
    relay.kick()
  }
  const deps = { pool, bus, rights, log, env, committed, now: () => new Date(now()) }
  const audit = await createRecorder({ ...deps, watched: watchedBy(env) })
  stopping.add('audit', () => audit.stop())
  const { address, stop } = await startSessionService({ ...deps, verify, readiness, maxAgeMs: 3_600_000, audit })
  stopping.add('session service', stop)
  return { address, audit }
}

/** Asked as the client that access tokens are meant for: an issuer answers no other. */
function introspectOf({ oidcInternalUrl: internalUrl, oidcAudience: clientId, apiClientSecrets: clientSecrets }: Config, log: Logger): Introspect | undefined {
  return clientSecrets && createIntrospect({ internalUrl, clientId, clientSecrets, now, log })
}
