import { createVerifier, rightsHandlers, rightsMigrations, startRightsStore } from '@vitrylo/auth'
import { eventMigrations, pruneInbox, startConsumer, startRelay, type Handler } from '@vitrylo/events'
import { createPool, type MigrationSet } from '@vitrylo/pg'
import { createRecorder, watchedBy } from './audit/index.ts'
import { connectBus, refusedByBus } from './bus.ts'
import { callMigrations, pruneIdempotency } from './call.ts'
import { loadConfig, type ServiceConfig } from './config.ts'
import type { Deps, ServiceDefinition, Stop } from './define.ts'
import { startGrpcServer } from './grpc-server.ts'
import { prepareJobs, startJobs } from './jobs.ts'
import { patiently } from './patiently.ts'
import { admitAnyPeer, admitPeers } from './peers.ts'
import type { Env } from './settings.ts'
import { startInOrder, type Common } from './start-in-order.ts'
import { startSweep, type Sweep } from './sweep.ts'
import { observeStores } from './telemetry.ts'
import { watchStores } from './watch-stores.ts'

export type Running = { address: string; stop: Stop }

const PRUNE_MS = 3_600_000
// Nobody waits for a projection by the millisecond; a flood of events is applied in a tenth of the statements.
const REST_MS = 100

/** What the parts of a start hand on to each other. */
type Starting = Common & { definition: ServiceDefinition; config: ServiceConfig; env: Env }

/**
 * Starts a service and gives its address once it is ready: schema as the code wants it, its copy of the rights complete
 * as of now, consumers running, gRPC server listening. A store that is not there yet is waited for; what cannot heal is a
 * Refusal, and everything that was started is stopped again.
 */
export function startService(definition: ServiceDefinition, env: Env, { signal }: { signal?: AbortSignal } = {}): Promise<Running> {
  const config = loadConfig(env)
  return startInOrder({ name: definition.name, config, env, schema: schemaOf(definition), signal }, async (common) => {
    const starting = { definition, config, env, ...common }
    const deps = await openStores(starting)
    await startWork(starting, deps)
    return { address: await startServer(starting, deps) }
  })
}

/** Everything that `migrate` brings to the state of this release. */
export function schemaOf({ migrations, sharedMigrations = [], jobs }: ServiceDefinition): { sets: MigrationSet[]; prepare?: typeof prepareJobs } {
  const own = { dir: migrations, table: 'migrations' }
  return {
    sets: [eventMigrations, rightsMigrations, callMigrations, ...sharedMigrations, own],
    ...(jobs !== undefined && { prepare: prepareJobs }),
  }
}

/** Everything that a service consumes. */
export const handlersOf = (definition: ServiceDefinition, deps: Deps): Handler[] => [...rightsHandlers, ...(definition.handlers?.(deps) ?? [])]

async function openStores(starting: Starting): Promise<Deps> {
  const { definition: { name }, config, env, log, stopping } = starting
  const pool = createPool({ url: config.databaseUrl, name, max: config.poolMax, statementTimeoutMs: 10_000 })
  stopping.add('database', () => pool.end())
  const bus = await connectBus(config, name, log)
  stopping.add('bus', () => bus.close())
  const relay = startRelay({ pool, bus, name, log })
  stopping.add('relay', () => relay.stop())
  const rights = await waiting(starting, () => startRightsStore(pool, log))
  stopping.add('rights', async () => rights.stop())
  return { pool, bus, log, now: () => new Date(), rights, committed: () => relay.kick(), env }
}

/** Seeds, catches up with the bus, then begins what runs beside the calls. */
async function startWork(starting: Starting, deps: Deps): Promise<void> {
  const { definition, log, readiness, stopping } = starting
  const { pool, bus, rights, committed } = deps
  await waiting(starting, async () => definition.seed?.(deps))
  committed()
  readiness.waitFor(`the bus (VITRYLO_BUS_URL) has not delivered all rights yet`)
  const handlers = handlersOf(definition, deps)
  const consumer = await refusedByBus(startConsumer({ pool, bus, group: definition.name, handlers, log, committed, restMs: REST_MS }))
  stopping.add('consumer', () => consumer.stop())
  stopping.add('gauges', observeStores({ name: definition.name, pool, consumers: { [definition.name]: consumer } }))
  await consumer.caughtUp()
  await waiting(starting, () => rights.refresh())
  watchStores(readiness, pool, rights)
  if (definition.jobs !== undefined) {
    const tasks = definition.jobs(deps)
    const jobs = await waiting(starting, () => startJobs(pool, tasks, log))
    stopping.add('jobs', () => jobs.stop())
  }
  const { start } = definition
  if (start !== undefined) stopping.add('work', await waiting(starting, () => start(deps)))
  for (const sweep of [pruning(deps), ...(definition.sweeps?.(deps) ?? [])]) {
    stopping.add(sweep.name, await waiting(starting, () => startSweep(sweep, log)))
  }
}

const pruning = ({ pool, now }: Deps): Sweep => ({
  name: 'pruning',
  everyMs: PRUNE_MS,
  each: (ending) => Promise.all([pruneIdempotency(pool), pruneInbox(pool, now(), ending)]),
})

const waiting = <T>({ config: { databaseUrl }, readiness, stopping: { signal } }: Starting, step: () => Promise<T>): Promise<T> =>
  patiently({ databaseUrl, readiness, signal }, step)

async function startServer({ definition, config, readiness, stopping }: Starting, deps: Deps): Promise<string> {
  const { pool, rights, now, log, committed } = deps
  const verify = createVerifier({ issuer: config.oidcIssuer, internalUrl: config.oidcInternalUrl, audience: config.oidcAudience, gatewayKeysUrl: config.gatewayKeysUrl })
  const admitPeer = config.tls === undefined ? admitAnyPeer : admitPeers(config.peers)
  const audit = await createRecorder({ pool, rights, now, log, committed, watched: watchedBy(deps.env) })
  stopping.add('audit', () => audit.stop())
  const around = { pool, verify, rights, now, log, committed, admitPeer, audit }
  const server = await startGrpcServer({ config, served: definition.rpc(deps), around, readiness })
  stopping.add('server', server.stop, config.drainMs + 1_000)
  return server.address
}
