import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createPool, exec, many, sql, type Pool } from '@vitrylo/pg'
import { contacts } from '@vitrylo/contacts'
import { directory } from '@vitrylo/directory'
import { sales } from '@vitrylo/sales'
import { startService, type ServiceDefinition } from '@vitrylo/service'
import { serviceDesk } from '@vitrylo/service-desk'
import { telephony } from '@vitrylo/telephony'
import { freshDatabase, startTestIssuer, until } from '@vitrylo/testkit'
import { startRig, type Answer } from '../../../gateway/test/rig.ts'

const DEFINITIONS: Record<string, ServiceDefinition> = { directory, contacts, sales, servicedesk: serviceDesk, telephony }

type Options = { as?: string; key?: string; etag?: string; origin?: string }

/** The whole product as a firm runs it: every service, the gateway before them, one bus, one issuer. Spoken to over REST alone. */
export type Firm = {
  origin: string
  issuer: string
  /** Where the services answer. */
  addresses: Readonly<Record<string, string>>
  /** The databases, to see what stands in them. */
  pools: Readonly<Record<string, Pool>>
  /** Where the bytes of files stand, in a folder of the firm's own. */
  filesDir: string
  /** `as`: a name at sign-in; `root` is a machine of the administrators. */
  call(method: string, path: string, body?: unknown, options?: Options): Promise<Answer>
  /** The same for what has to succeed: the JSON of the answer. */
  ask<T = any>(method: string, path: string, body?: unknown, options?: Options): Promise<T>
  token(as: string): Promise<string>
  /** A token that the issuer signed, with claims of one's own. */
  forge(as: string, claims: Record<string, unknown>): Promise<string>
  /** Stops a service and starts it again where it was. */
  restart(area: string): Promise<void>
  stop(): Promise<void>
}

export const ROOT = 'root'
/** How often: as much as every run can bear, or more by VITRYLO_SIZE. */
export const sized = (n: number): number => Math.ceil(n * Number(process.env.VITRYLO_SIZE ?? 1))
// The issuer of tests gives them for five minutes.
const TOKEN_MS = 200_000

export async function startFirm(): Promise<Firm> {
  const busUrl = await freshDatabase('bus')
  const addresses: Record<string, string> = {}
  const running: Record<string, { address: string; stop(): Promise<void> }> = {}
  const pools: Record<string, Pool> = { bus: createPool({ url: busUrl, name: 'test', max: 1 }) }
  const issuer = await startTestIssuer()
  const filesDir = join(await mkdtemp(join(tmpdir(), 'vitrylo-firm-')), 'files')
  const env = {
    VITRYLO_FILES_DIR: filesDir,
    VITRYLO_BUS_URL: busUrl, VITRYLO_OIDC_ISSUER: issuer.issuer, VITRYLO_LOG_LEVEL: process.env.VITRYLO_LOG_LEVEL ?? 'silent',
    VITRYLO_SECRETS_KEY: 'a key for tests only, of 32 letters', VITRYLO_POOL_MAX: '5', VITRYLO_GRPC_MAX_AGE_MS: '3600000',
  }
  const settings: Record<string, Record<string, string>> = {}
  const start = async (area: string, listen?: string) => {
    running[area] = await startService(DEFINITIONS[area]!, { ...settings[area]!, ...(listen !== undefined && { VITRYLO_GRPC_LISTEN: listen }) })
    addresses[area] = running[area].address
  }
  for (const area of Object.keys(DEFINITIONS)) {
    const url = await freshDatabase(area)
    settings[area] = { ...env, VITRYLO_DATABASE_URL: url }
    pools[area] = createPool({ url, name: 'test', max: 2 })
    await start(area)
  }
  const { servicedesk, ...services } = addresses
  const rig = await startRig({ services: { ...services, 'service-desk': servicedesk! }, env })
  pools.gateway = rig.pool
  const tokens = new Map<string, { until: number; token: Promise<string> }>()
  const token = (as: string): Promise<string> => {
    let known = tokens.get(as)
    if (known === undefined || known.until < Date.now()) {
      known = { until: Date.now() + TOKEN_MS, token: issuer.token(as, as === ROOT ? { groups: ['administrators', 'integrations'] } : {}) }
      tokens.set(as, known)
    }
    return known.token
  }
  const call: Firm['call'] = async (method, path, body, { as = ROOT, key, etag } = {}) => rig.call(method, path, body, {
    authorization: `Bearer ${await token(as)}`, ...(key !== undefined && { 'idempotency-key': key }), ...(etag !== undefined && { 'if-match': etag }),
  })
  return {
    origin: rig.origin, issuer: issuer.issuer, addresses, pools, filesDir, call, token,
    forge: issuer.token,
    async ask(method, path, body, options) {
      const { status, json, text } = await call(method, path, body, options)
      if (status >= 300) throw new Error(`${method} ${path} as ${options?.as ?? ROOT}: ${status} ${text.slice(0, 600)} for ${JSON.stringify(body)}`)
      return json
    },
    async restart(area) {
      const { address, stop } = running[area]!
      await stop()
      await start(area, address)
    },
    async stop() {
      await rig.stop()
      await Promise.all(Object.values(running).map(({ stop }) => stop()))
      await Promise.all(Object.entries(pools).filter(([area]) => area !== 'gateway').map(([, pool]) => pool.end()))
      await issuer.stop()
      await rm(dirname(filesDir), { recursive: true })
    },
  }
}

// What an attempt may leave: an entry in the audit log, keys of repeats, how far somebody has read, when a machine was last seen; words of the search are gathered by the clock.
const PASSING = '^(outbox|inbox|audit_|bulk_read|integration_use|rights_|migrations|bus_position|bus_group|idempotency|pbx_link|consumer|token_use|live_event|session|sign_in|search_word)'

const questions = new Map<Pool, string>()

/** One statement for all tables of a database. */
async function questionOf(pool: Pool): Promise<string> {
  const tables = await many<{ name: string }>(
    pool,
    sql`select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and (table_schema = 'public' or (table_schema = 'graphile_worker' and table_name = '_private_jobs')) and table_name !~ ${PASSING} order by 1`,
  )
  const notAudit = (name: string) => (name === 'public.bus_log' ? ` where t.topic not like 'vitrylo.audit.%'` : '')
  return tables.map(({ name }) => `select '${name} ' || count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as line from ${name} t${notAudit(name)}`).join(' union all ')
}

/** One line for every table of every database, topics and waiting mails among them: the same as long as nothing has changed. */
export async function digests({ pools }: Firm): Promise<string[]> {
  const found = await Promise.all(Object.entries(pools).map(async ([area, pool]) => {
    if (!questions.has(pool)) questions.set(pool, await questionOf(pool))
    return (await pool.query<{ line: string }>(questions.get(pool)!)).rows.map(({ line }) => `${area} ${line}`)
  }))
  return found.flat().sort() // a database may ask its tables in any order
}

/** The same once everything that was told has arrived everywhere. */
export async function settled(firm: Firm): Promise<string[]> {
  let last = await digests(firm)
  const isTold = async ([area, pool]: [string, Pool]) =>
    (await many(pool, area === 'bus'
      ? sql`select 1 from bus_position p where p.seq < (select max(l.seq) from bus_log l where l.topic = p.topic) limit 1`
      : sql`select 1 from outbox limit 1`)).length === 0
  await until(async () => {
    const now = await digests(firm)
    const isStill = JSON.stringify(now) === JSON.stringify(last)
    last = now
    return isStill && (await Promise.all(Object.entries(firm.pools).map(isTold))).every((each) => each)
  }, { everyMs: 60 })
  return last
}

/**
 * Whether an attempt left something behind, and the state to compare the next one with. What differs may have come late
 * from an attempt before it: then this one is made `again`.
 */
export async function leftBy(firm: Firm, before: string[], again: () => Promise<unknown>): Promise<{ left: boolean; before: string[] }> {
  if (JSON.stringify(await digests(firm)) === JSON.stringify(before)) return { left: false, before }
  const still = await settled(firm)
  await again()
  const left = JSON.stringify(await digests(firm)) !== JSON.stringify(still)
  return { left, before: left ? await settled(firm) : still }
}

/** Ends connections of a service to its database, as a fault would. */
export const cutConnections = ({ pools }: Firm, area: string) =>
  exec(pools[area]!, sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name = ${area === 'servicedesk' ? 'service-desk' : area}`)
