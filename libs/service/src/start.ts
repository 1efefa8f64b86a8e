import { Server, ServerCredentials } from '@grpc/grpc-js'
import { createVerifier, rightsHandlers, rightsMigrations, startRightsStore } from '@vitrylo/auth'
import { eventMigrations, pruneInbox, startConsumer, startRelay } from '@vitrylo/events'
import { createPool, migrate } from '@vitrylo/pg'
import { HealthImplementation } from 'grpc-health-check'
import { pino } from 'pino'
import { connectBus } from './bus.ts'
import { pruneIdempotency } from './call.ts'
import { loadConfig, type Env } from './config.ts'
import type { Deps, ServiceDefinition, Stop } from './define.ts'
import { prepareJobs, startJobs } from './jobs.ts'
import { addService } from './serve.ts'
import { phases } from './stop.ts'

export type Running = { address: string; stop: Stop }

const idempotencyMigrations = { dir: new URL('../migrations/', import.meta.url), table: 'migrations_service' }
const PRUNE_MS = 3_600_000

/**
 * Starts a service and gives its address once it is ready: migrations done, its copy of the rights complete as of
 * now, consumers running, gRPC server listening. On failure everything that was started is stopped again.
 */
export async function startService(definition: ServiceDefinition, env: Env): Promise<Running> {
  const config = loadConfig(env)
  const log = pino({ name: definition.name, level: config.logLevel })
  const stopping = phases(log)
  try {
    await migrate(config.databaseUrl, [
      eventMigrations,
      rightsMigrations,
      idempotencyMigrations,
      ...(definition.sharedMigrations ?? []),
      { dir: definition.migrations, table: 'migrations' },
    ])
    const pool = createPool({ url: config.databaseUrl, name: definition.name, max: config.poolMax, statementTimeoutMs: 10_000 })
    stopping.add('database', () => pool.end())
    const bus = await connectBus(config.busUrl, definition.name, log)
    stopping.add('bus', () => bus.close())
    const relay = startRelay({ pool, bus, name: definition.name, log })
    stopping.add('relay', () => relay.stop())
    const rights = await startRightsStore(pool, log)
    stopping.add('rights', async () => rights.stop())
    const deps: Deps = { pool, bus, log, now: () => new Date(), rights, committed: () => relay.kick(), env }
    await definition.seed?.(deps)
    relay.kick()
    const handlers = [...rightsHandlers, ...(definition.handlers?.(deps) ?? [])]
    const consumer = await startConsumer({ pool, bus, group: definition.name, handlers, log, committed: deps.committed })
    stopping.add('consumer', () => consumer.stop())
    await consumer.caughtUp()
    await rights.refresh()
    if (definition.jobs !== undefined) {
      await prepareJobs(pool)
      const jobs = await startJobs(pool, definition.jobs(deps), log)
      stopping.add('jobs', () => jobs.stop())
    }
    if (definition.start !== undefined) stopping.add('work', await definition.start(deps))
    const prune = setInterval(() => {
      Promise.all([pruneIdempotency(pool), pruneInbox(pool, deps.now())]).catch((err) => log.warn({ err }, 'pruning failed'))
    }, PRUNE_MS)
    prune.unref()
    stopping.add('pruning', async () => clearInterval(prune))
    const verify = createVerifier({ issuer: config.oidcIssuer, internalUrl: config.oidcInternalUrl, audience: config.oidcAudience })
    const server = new Server({ 'grpc.max_connection_age_ms': 300_000, 'grpc.max_connection_age_grace_ms': 10_000 })
    const around = { pool, verify, rights, now: deps.now, log, committed: deps.committed }
    for (const served of definition.rpc(deps)) addService(server, served, around)
    const health = new HealthImplementation({ '': 'SERVING' })
    health.addToServer(server)
    const address = await listen(server, config.grpcListen)
    stopping.add('server', () => shutDown(server))
    log.info({ address }, 'ready')
    return { address, stop: stopping.run }
  } catch (error) {
    await stopping.run()
    throw error
  }
}

function listen(server: Server, address: string): Promise<string> {
  const host = address.slice(0, address.lastIndexOf(':'))
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(`${host}:${port}`) : reject(error),
    )
  })
}

/** Calls under way may end; those that take over 5 s are cut. */
function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.forceShutdown(), 5_000)
    server.tryShutdown(() => {
      clearTimeout(force)
      resolve()
    })
  })
}
