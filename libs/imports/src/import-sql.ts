import type { Caller } from '@vitrylo/auth'
import { etagMismatch, notFound } from '@vitrylo/errors'
import { pageOf, type ListDefinition } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Tx } from '@vitrylo/pg'
import { ImportRules, ImportState, ImportSuggestion, type ColumnMapping, type Import } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { fromWord } from '@vitrylo/proto/words.ts'
import { UNDO_DAYS } from './batch-sql.ts'
import type { ImportKind } from './kind.ts'
import type { Format } from './source.ts'

export type StoredClaims = { subject: string; username: string; groups: string[] }

export type ImportRecord = {
  id: string
  kind: string
  claims: StoredClaims
  file_name: string
  encoding: string
  delimiter: string
  mapping: ColumnMapping[]
  defaults: Record<string, string>
  state: string
  upload_id: string | null
  detected_encoding: string
  format: Format
  detected_delimiter: string
  columns: string[]
  total_bytes: number
  dry_run: boolean
  run: number
  read_bytes: number
  rows: number
  created: number
  updated: number
  failed: number
  failure: string
  rules: unknown
  share_mapping: boolean
  suggestion: unknown
  skipped: number
  saved_at: Date | null
  undone: number
  kept: number
  revision: number
  created_at: Date
  updated_at: Date
}

const columns = sql`i.id, i.kind, i.claims, i.file_name, i.encoding, i.delimiter, i.mapping, i.defaults, i.state, i.upload_id,
  i.detected_encoding, i.format, i.detected_delimiter, i.columns, i.total_bytes, i.dry_run, i.run, i.read_bytes, i.rows, i.created,
  i.updated, i.failed, i.failure, i.rules, i.share_mapping, i.suggestion, i.skipped, i.saved_at, i.undone, i.kept, i.revision, i.created_at, i.updated_at`

const list: ListDefinition = {
  id: sql`i.id`,
  fields: {},
  orders: { createTime: { column: sql`i.created_at`, type: 'timestamptz' } },
  defaultOrder: 'createTime desc',
}

export const toImport = (row: ImportRecord, kinds: readonly ImportKind[]): Import => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  kind: row.kind,
  fileName: row.file_name,
  encoding: row.encoding || (row.upload_id === null ? '' : row.detected_encoding),
  delimiter: row.delimiter || (row.upload_id === null ? '' : row.detected_delimiter),
  mapping: row.mapping,
  defaults: row.defaults,
  state: fromWord(ImportState, row.state),
  dryRun: row.dry_run,
  columns: row.columns,
  format: row.upload_id === null ? '' : row.format,
  totalBytes: BigInt(row.total_bytes),
  readBytes: BigInt(row.read_bytes),
  rows: BigInt(row.rows),
  created: BigInt(row.created),
  updated: BigInt(row.updated),
  failed: BigInt(row.failed),
  failure: row.failure,
  fields: [...(kinds.find(({ name }) => name === row.kind)?.fields ?? [])],
  dateFields: datesOf(kinds.find(({ name }) => name === row.kind)),
  rules: ImportRules.fromJSON(row.rules),
  shareMapping: row.share_mapping,
  suggestion: row.suggestion === null ? undefined : ImportSuggestion.fromJSON(row.suggestion),
  skipped: BigInt(row.skipped),
  keys: keysOf(kinds.find(({ name }) => name === row.kind)),
  undoExpireTime: row.saved_at === null || kinds.find(({ name }) => name === row.kind)?.undo === undefined ? undefined : undoUntil(row.saved_at),
  undone: BigInt(row.undone),
  kept: BigInt(row.kept),
})

const datesOf = (kind: ImportKind | undefined): string[] => [...(kind?.days ?? []), ...(kind?.times ?? [])]

const keysOf = (kind: ImportKind | undefined): string[] => (kind?.keys === undefined ? ['externalId'] : [...kind.keys.alone, ...kind.keys.beside.map((key) => `+${key}`)])

export const undoUntil = (savedAt: Date): Date => new Date(savedAt.getTime() + UNDO_DAYS * 86_400_000)

/** An import belongs to who made it. */
const own = (caller: Caller) => sql`i.subject = ${caller.subject}`

export async function getImport(db: Db, caller: Caller, id: string): Promise<ImportRecord> {
  const row = await one<ImportRecord>(db, sql`select ${columns} from import i where i.id = ${id} and ${own(caller)}`)
  if (row === undefined) throw notFound('import', id)
  return row
}

/** For the worker, which acts for whoever started it. */
export const readImport = (db: Db, id: string): Promise<ImportRecord | undefined> =>
  one<ImportRecord>(db, sql`select ${columns} from import i where i.id = ${id}`)

export async function listImports(db: Db, caller: Caller, kinds: readonly string[], request: { pageSize: number; pageToken: string }) {
  const page = pageOf(list, { ...request, filter: '', orderBy: '' })
  const found = await many<ImportRecord & { page_key: string }>(
    db,
    sql`select ${columns}, ${page.pageKey} as page_key from import i
        where ${own(caller)} and i.kind = any(${kinds}::text[]) and ${page.where}
        order by ${page.orderBy} limit ${page.limit}`,
  )
  return page.finish(found)
}

/** What points at it, as the rows that a batch has saved and not committed, keeps nobody waiting here. */
export async function lockImport(tx: Tx, caller: Caller, id: string, etag = ''): Promise<ImportRecord> {
  const row = await one<ImportRecord>(tx, sql`select ${columns} from import i where i.id = ${id} and ${own(caller)} for no key update`)
  if (row === undefined) throw notFound('import', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('import', id)
  return row
}

export async function insertImport(tx: Tx, caller: Caller, i: Import, now: Date): Promise<ImportRecord> {
  const { subject, username, groups } = caller
  const row = await one<ImportRecord>(
    tx,
    sql`insert into import as i (id, kind, subject, claims, file_name, encoding, delimiter, mapping, defaults, rules, share_mapping, state, revision,
          created_at, updated_at)
        values (${i.id}, ${i.kind}, ${subject}, ${JSON.stringify({ subject, username, groups })}, ${i.fileName}, ${i.encoding},
          ${i.delimiter}, ${JSON.stringify(i.mapping)}, ${JSON.stringify(i.defaults)},
          ${JSON.stringify(i.rules ?? {})}, ${i.shareMapping}, 'uploading', 1, ${now}, ${now})
        returning ${columns}`,
  )
  return row!
}

export async function saveSettings(tx: Tx, i: ImportRecord, now: Date): Promise<ImportRecord> {
  const row = await one<ImportRecord>(
    tx,
    sql`update import i set file_name = ${i.file_name}, encoding = ${i.encoding}, delimiter = ${i.delimiter},
          mapping = ${JSON.stringify(i.mapping)}, defaults = ${JSON.stringify(i.defaults)}, columns = ${i.columns},
          rules = ${JSON.stringify(i.rules)}, share_mapping = ${i.share_mapping}, suggestion = ${JSON.stringify(i.suggestion)},
          revision = revision + 1, updated_at = ${now}
        where id = ${i.id} returning ${columns}`,
  )
  return row!
}

export type UploadedFile = { uploadId: string; bytes: number; encoding: string; delimiter: string; format: Format; columns: string[]; suggestion: unknown }

/** The upload becomes the file; the chunks of an earlier one go. */
export async function saveFile(tx: Tx, id: string, file: UploadedFile, now: Date): Promise<ImportRecord> {
  await exec(tx, sql`delete from import_chunk where import_id = ${id} and upload_id <> ${file.uploadId}`)
  const row = await one<ImportRecord>(
    tx,
    sql`update import i set upload_id = ${file.uploadId}, total_bytes = ${file.bytes}, detected_encoding = ${file.encoding}, format = ${file.format},
          detected_delimiter = ${file.delimiter}, columns = ${file.columns}, suggestion = ${JSON.stringify(file.suggestion)}, state = 'ready', read_bytes = 0, rows = 0, created = 0,
          updated = 0, failed = 0, skipped = 0, failure = '', revision = revision + 1, updated_at = ${now}
        where id = ${id} returning ${columns}`,
  )
  return row!
}

/** Begins a new run: counts from nothing, the errors of an earlier one go. */
export async function startRun(tx: Tx, caller: Caller, id: string, dryRun: boolean, now: Date): Promise<ImportRecord> {
  const { subject, username, groups } = caller
  await exec(tx, sql`delete from import_error where import_id = ${id}`)
  const row = await one<ImportRecord>(
    tx,
    sql`update import i set state = 'running', dry_run = ${dryRun}, run = run + 1, read_bytes = 0, rows = 0, created = 0,
          updated = 0, skipped = 0, failed = 0, failure = '', claims = ${JSON.stringify({ subject, username, groups })}, seen_at = now(),
          revision = revision + 1, updated_at = ${now}
        where id = ${id} returning ${columns}`,
  )
  return row!
}

export type Progress = { readBytes: number; rows: number; created: number; updated: number; skipped: number; failed: number }

/**
 * Moves the progress on from the row `from`, in the transaction that saves the rows. False: the run was cancelled, or
 * another worker was faster; then nothing of this batch may be saved.
 */
export async function moveOn(tx: Tx, { id, run, dry_run: dryRun }: ImportRecord, from: number, p: Progress, now: Date): Promise<boolean> {
  const { rowCount } = await exec(
    tx,
    sql`update import set read_bytes = ${p.readBytes}, rows = ${p.rows}, created = ${p.created}, updated = ${p.updated},
          skipped = ${p.skipped}, failed = ${p.failed}, seen_at = now(),
          saved_at = case when ${!dryRun && p.created + p.updated > 0} then ${now} else saved_at end
        where id = ${id} and run = ${run} and state = 'running' and rows = ${from}`,
  )
  return rowCount === 1
}

/** False: it had ended before. */
export async function endRun(db: Db, { id, run }: { id: string; run: number }, state: string, failure: string, now: Date): Promise<boolean> {
  const { rowCount } = await exec(
    db,
    sql`update import set state = ${state}, failure = ${failure}, revision = revision + 1, updated_at = ${now},
          read_bytes = case when ${state} = 'done' then total_bytes else read_bytes end
        where id = ${id} and run = ${run} and (state = 'running' or state = 'paused' and ${state} = 'cancelled')`,
  )
  return rowCount === 1
}

/** Goes on with a paused run. */
export async function resumeRun(tx: Tx, id: string, now: Date): Promise<ImportRecord> {
  const row = await one<ImportRecord>(
    tx,
    sql`update import i set state = 'running', seen_at = now(), revision = revision + 1, updated_at = ${now} where id = ${id} returning ${columns}`,
  )
  return row!
}

/** Begins to take back, with the rights of who asks for it as they are then. */
export async function startUndo(tx: Tx, { subject, username, groups }: Caller, id: string, now: Date): Promise<ImportRecord> {
  await exec(tx, sql`delete from import_conflict where import_id = ${id}`)
  const row = await one<ImportRecord>(
    tx,
    sql`update import i set state = 'undoing', undone = 0, kept = 0, failure = '', claims = ${JSON.stringify({ subject, username, groups })}, seen_at = now(),
          revision = revision + 1, updated_at = ${now}
        where id = ${id} returning ${columns}`,
  )
  return row!
}

/** Counts what a step took back, in its transaction. False: somebody else ended it. */
export async function undoOn(tx: Tx, id: string, undone: number, kept: number): Promise<boolean> {
  const { rowCount } = await exec(
    tx,
    sql`update import set undone = undone + ${undone}, kept = kept + ${kept}, seen_at = now() where id = ${id} and state = 'undoing'`,
  )
  return rowCount === 1
}

export async function endUndo(db: Db, id: string, failure: string, now: Date): Promise<void> {
  await exec(
    db,
    sql`with gone as (delete from import_undone where import_id = ${id} and ${failure === ''})
        update import set state = ${failure === '' ? 'undone' : 'failed'}, failure = ${failure}, saved_at = case when ${failure === ''} then null else saved_at end,
          revision = revision + 1, updated_at = ${now}
        where id = ${id} and state = 'undoing'`,
  )
}

/** Imports under way that no worker carries on. */
export const abandoned = (db: Db, seconds: number): Promise<{ id: string; run: number; state: string }[]> =>
  many(db, sql`select id, run, state from import where state in ('running', 'undoing') and seen_at <= now() - make_interval(secs => ${seconds})`)
