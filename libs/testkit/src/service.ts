import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, credentials, Metadata, type MethodDefinition, type ServiceError } from '@grpc/grpc-js'
import { fromStatus } from '@vitrylo/errors'
import { createPgBus, type Bus, type BusEvent, type OutgoingEvent } from '@vitrylo/events'
import { createPool, many, migrate, sql, type Pool } from '@vitrylo/pg'
import { startService, type ServiceDefinition } from '@vitrylo/service'
import { rightsMigrations, type RightsStore } from '@vitrylo/auth'
import { AuditFactEvent } from '@vitrylo/proto/events.ts'
import { AuditFact } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import { freshDatabase } from './postgres.ts'
import { startTestIssuer } from './tokens.ts'
import { until } from './until.ts'
import { peopleTheWorld, type PersonName } from './world.ts'

type CallOptions = {
  /** Who calls; `machine` has the group integrations. */
  as?: PersonName | 'machine'
  /** Idempotency-Key. */
  key?: string
  /** Overrides the token. */
  token?: string
  /** Further metadata, as a gateway would send them. */
  headers?: Record<string, string>
}

export type TestService = {
  address: string
  pool: Pool
  bus: Bus
  issuer: string
  /** call(BranchServiceService.getBranch, { id }, { as: 'olena' }); rejects with an AppError. */
  call<In, Out>(rpc: MethodDefinition<In, Out>, request: In, options?: CallOptions): Promise<Out>
  /** What another service would publish; resolves when this service has applied it, rights and fields in its memory too. */
  receive(...events: OutgoingEvent[]): Promise<void>
  /** Its memory has what stands in its copy of the rights by now; by itself it has within a second. */
  refreshed(): Promise<void>
  /** Everything the service has published so far, in order; without what it tells the audit log. */
  published(): Promise<BusEvent[]>
  /** What it has told the audit log so far, in order. */
  recorded(): Promise<AuditFact[]>
  token(username: string, claims?: Record<string, unknown>): Promise<string>
  stop(): Promise<void>
}

/** Settings beside the usual ones; may depend on the url of the database. */
type Settings = Record<string, string> | ((databaseUrl: string) => Record<string, string>)

/** A service as it runs in a firm: real PostgreSQL, real gRPC, signed tokens, a bus, and the people of `world.ts`. */
export async function startTestService(definition: ServiceDefinition, env: Settings = {}): Promise<TestService> {
  const url = await freshDatabase(definition.name.replace('-', '_'))
  const busUrl = await freshDatabase('bus')
  const filesDir = await mkdtemp(join(tmpdir(), 'vitrylo-files-'))
  const pool = createPool({ url, name: 'test', max: 3 })
  const busPool = createPool({ url: busUrl, name: 'test', max: 2 })
  await migrate(url, [rightsMigrations])
  await peopleTheWorld(pool)
  const issuer = await startTestIssuer()
  let rights: RightsStore | undefined
  const rpc: ServiceDefinition['rpc'] = (deps) => {
    rights = deps.rights
    return definition.rpc(deps)
  }
  const service = await startService({ ...definition, rpc }, {
    VITRYLO_DATABASE_URL: url,
    VITRYLO_BUS_URL: busUrl,
    VITRYLO_OIDC_ISSUER: issuer.issuer,
    VITRYLO_FILES_DIR: filesDir,
    VITRYLO_SECRETS_KEY: 'a key for tests only, of 32 letters',
    VITRYLO_LOG_LEVEL: process.env.VITRYLO_LOG_LEVEL ?? 'silent',
    ...(typeof env === 'function' ? env(url) : env),
  })
  const client = new Client(service.address, credentials.createInsecure())
  const bus = createPgBus({ url: busUrl, log: { info() {}, warn() {}, error() {}, debug() {} } as never })
  const onBus = async (): Promise<BusEvent[]> => {
    await until(async () => (await many(pool, sql`select 1 from outbox limit 1`)).length === 0)
    return many<BusEvent>(busPool, sql`select id, topic, key, type, time::text, revision, data, headers from bus_log order by seq`)
  }
  return {
    address: service.address,
    pool,
    bus,
    issuer: issuer.issuer,
    token: issuer.token,
    async call(rpc, request, { as = 'admin', key, token, headers = {} } = {}) {
      const metadata = new Metadata()
      const claims = as === 'machine' ? { groups: ['integrations'] } : {}
      metadata.set('authorization', `Bearer ${token ?? (await issuer.token(as, claims))}`)
      if (key !== undefined) metadata.set('idempotency-key', key)
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
      return new Promise((resolve, reject) => {
        client.makeUnaryRequest(rpc.path, rpc.requestSerialize, rpc.responseDeserialize, request, metadata, (error: ServiceError | null, value) =>
          error === null ? resolve(value!) : reject(fromStatus(error)),
        )
      })
    },
    async receive(...events) {
      const sent = events.map(busEventOf)
      await bus.publish(sent)
      await until(async () => {
        const done = await many(pool, sql`select distinct event_id from inbox where event_id = any(${sent.map(({ id }) => id)}::uuid[])`)
        return done.length === new Set(sent.map(({ id }) => id)).size
      })
      await rights?.refresh()
    },
    refreshed: async () => rights?.refresh(),
    async published() {
      return (await onBus()).filter(({ type }) => type !== AuditFactEvent.type)
    },
    async recorded() {
      return (await onBus()).filter(({ type }) => type === AuditFactEvent.type).map(({ data }) => AuditFact.fromJSON(data))
    },
    async stop() {
      client.close()
      await service.stop()
      await bus.close()
      await issuer.stop()
      await Promise.all([pool.end(), busPool.end(), rm(filesDir, { recursive: true })])
    },
  }
}

function busEventOf({ id = randomUUID(), type, key, revision, data, branchId, ownerId, counterpartyId, recipients, time }: OutgoingEvent): BusEvent {
  const headers: Record<string, string> = { section: type.section }
  if (branchId !== undefined) headers.branch = branchId
  if (ownerId !== undefined) headers.owner = ownerId
  if (counterpartyId !== undefined) headers.counterparty = counterpartyId
  if (recipients !== undefined) headers.recipients = recipients.join(',')
  const at = (time ?? new Date()).toISOString()
  return { id, topic: type.topic, key, type: type.type, time: at, revision, data: type.codec.toJSON(data) as BusEvent['data'], headers }
}
