import { scopeOf, type Caller } from '@vitrylo/auth'
import { AppError, etagMismatch, notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import { LinkState, PbxKind, type Pbx, type PbxExtension } from '@vitrylo/proto/vitrylo/telephony/v1/pbx.ts'
import { fromWord, wordOf } from '@vitrylo/proto/words.ts'
import { remembered } from '@vitrylo/service'
import type { LinkFacts } from './link-sql.ts'
import type { PbxSecrets } from './secrets.ts'

type Row = {
  id: string
  name: string
  kind: string
  host: string
  port: number
  tls: boolean
  username: string
  secret: string
  country: string
  branch_id: string
  trunks: string[]
  extensions: PbxExtension[]
  extension_pattern: string
  test_context: string
  tls_certificate: string
  disabled: boolean
  revision: number
  created_at: Date
  updated_at: Date
}
type LinkRow = { state: LinkFacts['state'] | null; since: Date; last_error: string; server_version: string; clock_offset_ms: number; events: number }

const columns = sql`p.id, p.name, p.kind, p.host, p.port, p.tls, p.username, p.secret, p.country, p.branch_id, p.trunks,
  p.extensions, p.extension_pattern, p.test_context, p.tls_certificate, p.disabled, p.revision, p.created_at, p.updated_at`
const withLink = sql`${columns}, l.state, l.since, l.last_error, l.server_version, l.clock_offset_ms, l.events`
const source = sql`pbx p left join pbx_link l on l.pbx_id = p.id`

const fromRow = (row: Row & Partial<LinkRow>): Pbx => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  name: row.name,
  kind: fromWord(PbxKind, row.kind),
  host: row.host,
  port: row.port,
  tls: row.tls,
  username: row.username,
  secret: '', // never read back
  country: row.country,
  branchId: row.branch_id,
  trunks: row.trunks,
  extensions: row.extensions,
  extensionPattern: row.extension_pattern,
  testContext: row.test_context,
  tlsCertificate: row.tls_certificate,
  disabled: row.disabled,
  link: {
    state: fromWord(LinkState, row.disabled ? 'disabled' : (row.state ?? 'connecting')),
    since: row.since ?? row.updated_at,
    lastError: row.last_error ?? '',
    serverVersion: row.server_version ?? '',
    clockOffsetMs: row.clock_offset_ms ?? 0,
    events: BigInt(row.events ?? 0),
  },
})

const scope = (caller: Caller, action: string) =>
  scopeOf(caller, 'pbxes', action, { branch: sql`p.branch_id`, owner: sql`null::uuid` })

const list: ListDefinition = {
  id: sql`p.id`,
  fields: { branchId: { column: sql`p.branch_id`, type: 'uuid' }, name: { column: sql`p.name`, type: 'text' } },
  orders: { name: { column: sql`p.name`, type: 'text' } },
  defaultOrder: 'name',
}

export async function getPbx(db: Db, caller: Caller, action: string, id: string): Promise<Pbx> {
  const row = await one<Row & LinkRow>(db, sql`select ${withLink} from ${source} where p.id = ${id} and ${scope(caller, action)}`)
  if (row === undefined) throw notFound('pbx', id)
  return fromRow(row)
}

export async function listPbxes(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row & LinkRow>(
    pool,
    sql`select ${withLink}, ${page.pageKey} as page_key from ${source}
        where ${scope(asker.caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { pbxes: rows.map(fromRow), nextPageToken }
}

/** Locks one for a change; an etag that is given must be the present one. */
export async function lockPbx(tx: Tx, caller: Caller, action: string, id: string, etag: string): Promise<Pbx> {
  const row = await one<Row>(tx, sql`select ${columns} from pbx p where p.id = ${id} and ${scope(caller, action)} for update`)
  if (row === undefined) throw notFound('pbx', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('pbx', id)
  return remembered(fromRow(row))
}

export async function insertPbx(tx: Tx, p: Pbx, now: Date): Promise<Pbx> {
  const row = await named(
    one<Row>(
      tx,
      sql`insert into pbx as p (id, name, kind, host, port, tls, username, secret, country, branch_id, trunks, extensions,
            extension_pattern, test_context, tls_certificate, disabled, revision, created_at, updated_at)
          values (${p.id}, ${p.name}, ${wordOf(PbxKind, p.kind)}, ${p.host}, ${p.port}, ${p.tls}, ${p.username}, ${p.secret},
            ${p.country}, ${p.branchId}, ${p.trunks}, ${JSON.stringify(p.extensions)}, ${p.extensionPattern},
            ${p.testContext}, ${p.tlsCertificate}, ${p.disabled}, 1, ${now}, ${now})
          returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

/** The secret comes sealed; an empty one keeps the stored one. */
export async function updatePbx(tx: Tx, p: Pbx, now: Date): Promise<Pbx> {
  const row = await named(
    one<Row>(
      tx,
      sql`update pbx p set name = ${p.name}, host = ${p.host}, port = ${p.port}, tls = ${p.tls}, username = ${p.username},
            secret = case when ${p.secret} = '' then secret else ${p.secret} end, country = ${p.country},
            branch_id = ${p.branchId}, trunks = ${p.trunks}, extensions = ${JSON.stringify(p.extensions)},
            extension_pattern = ${p.extensionPattern}, test_context = ${p.testContext}, tls_certificate = ${p.tlsCertificate}, disabled = ${p.disabled},
            revision = revision + 1, updated_at = ${now}
          where id = ${p.id} returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

export const deletePbx = (tx: Tx, id: string) => exec(tx, sql`delete from pbx where id = ${id}`)

/** What a link needs, the opened secret among it; for the process that connects, never for an answer. */
export type PbxSettings = Pbx & { secret: string }

export async function settingsOf(db: Db, secrets: PbxSecrets, id: string): Promise<PbxSettings | undefined> {
  const row = await one<Row>(db, sql`select ${columns} from pbx p where p.id = ${id}`)
  return row && { ...fromRow(row), secret: secrets.open(row.secret, id) }
}

/** Where an exchange stands, for those who write to it without seeing its settings. */
export const placeOf = (db: Db, id: string): Promise<{ branchId: string } | undefined> =>
  one(db, sql`select branch_id as "branchId" from pbx where id = ${id}`)

/** Exchanges to be connected, with the revision that tells a changed one. */
export const enabledPbxes = (db: Db) =>
  many<{ id: string; revision: number }>(db, sql`select id, revision from pbx where not disabled order by id`)

async function named<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if ((error as { constraint?: string }).constraint !== 'pbx_name_unique') throw error
    throw new AppError('ALREADY_EXISTS', 'TAKEN', 'name is taken by another exchange', { field: 'name' }, [], error)
  }
}
