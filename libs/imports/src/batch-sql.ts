import type { Caller } from '@vitrylo/auth'
import { pageOf, type ListDefinition } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Tx } from '@vitrylo/pg'
import type { ImportConflict } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import type { Conflict, Deeds } from './deeds.ts'
import type { ImportRecord } from './import-sql.ts'
import type { ImportKind } from './kind.ts'

/** So long an import can be taken back; then what it did is forgotten. */
export const UNDO_DAYS = 30

type Batch = Deeds & { kind: string; first: number; part: number; at: Date }

/** Remembers what a batch did, in its transaction. */
export async function insertBatch(tx: Tx, { id, run }: ImportRecord, { kind, created, updated, first, part, at }: Batch): Promise<void> {
  if (created.length + updated.length === 0) return
  await exec(
    tx,
    sql`insert into import_batch (import_id, run, first_row, part, kind, created, updated, at)
        values (${id}, ${run}, ${first}, ${part}, ${kind}, ${created}::uuid[], ${JSON.stringify(updated)}::jsonb, ${at})`,
  )
}

type Stored = Deeds & { kind: string; run: number; first_row: number; part: number }

/** What the import did last and is not taken back yet; it is taken out. */
export const takeLastBatch = (tx: Tx, id: string): Promise<Stored | undefined> =>
  one<Stored>(
    tx,
    sql`delete from import_batch b using (
          select run, first_row, part from import_batch where import_id = ${id} order by run desc, first_row desc, part desc limit 1) last
        where b.import_id = ${id} and b.run = last.run and b.first_row = last.first_row and b.part = last.part
        returning b.kind, b.run, b.first_row, b.part, b.created, b.updated`,
  )

/** Revisions that the undo itself left on these records. */
export async function revisionsLeft(tx: Tx, id: string, records: readonly string[]): Promise<Map<string, number>> {
  const rows = await many<{ record_id: string; revision: number }>(
    tx,
    sql`select record_id, revision from import_undone where import_id = ${id} and record_id = any(${records}::uuid[])`,
  )
  return new Map(rows.map(({ record_id: record, revision }) => [record, revision]))
}

export async function saveUndone(tx: Tx, { id, kind }: { id: string; kind: string }, revisions: ReadonlyMap<string, number>, conflicts: readonly Conflict[]): Promise<void> {
  await exec(
    tx,
    sql`insert into import_undone (import_id, record_id, revision)
        select ${id}::uuid, v.* from unnest(${[...revisions.keys()]}::uuid[], ${[...revisions.values()]}::bigint[]) v
        on conflict (import_id, record_id) do update set revision = excluded.revision`,
  )
  const column = (name: keyof Conflict) => conflicts.map((conflict) => conflict[name])
  await exec(
    tx,
    sql`insert into import_conflict (import_id, kind, record_id, field, rule)
        select ${id}::uuid, ${kind}, v.* from unnest(${column('recordId')}::uuid[], ${column('field')}::text[], ${column('rule')}::text[]) v`,
  )
}

/** Forgets what nobody may take back any more. One that is being taken back is not torn away. */
export const forgetBatches = (db: Db, now: Date) =>
  exec(
    db,
    sql`delete from import_batch b using import i
        where b.at < ${now}::timestamptz - make_interval(days => ${UNDO_DAYS}) and i.id = b.import_id and i.state <> 'undoing'`,
  )

/** Files of people are not kept for ever: neither as they came, nor the rows that were refused. What was not begun by then is given up. */
export const forgetFiles = (db: Db, now: Date) =>
  exec(
    db,
    sql`with old as (
          select i.id from import i
          where i.updated_at < ${now}::timestamptz - make_interval(days => ${UNDO_DAYS}) and i.state in ('uploading', 'ready', 'done', 'failed', 'cancelled', 'undone')
            and (exists (select from import_chunk k where k.import_id = i.id) or exists (select from import_error e where e.import_id = i.id))
        ), chunks as (delete from import_chunk k using old where k.import_id = old.id),
        errors as (delete from import_error e using old where e.import_id = old.id)
        update import i set upload_id = null, state = case when i.state in ('uploading', 'ready') then 'cancelled' else i.state end
        from old where i.id = old.id`,
  )

const list: ListDefinition = {
  id: sql`f.id`,
  fields: {},
  orders: { met: { column: sql`f.met`, type: 'bigint' } },
  defaultOrder: 'met',
}

type ConflictRow = { id: string; kind: string; record_id: string; field: string; rule: string; page_key: string }

/** Conflicts of records that the caller may see now; of the others the count in the import must do. */
export async function listConflicts(db: Db, caller: Caller, kind: ImportKind, importId: string, request: { pageSize: number; pageToken: string }) {
  const page = pageOf(list, { ...request, filter: '', orderBy: '', bound: importId })
  const found = await many<ConflictRow>(
    db,
    sql`select f.id, f.kind, f.record_id, f.field, f.rule, ${page.pageKey} as page_key from import_conflict f
        where f.import_id = ${importId} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  const { rows, nextPageToken } = page.finish(found)
  const names = new Map<string, string>()
  for (const one of [kind, kind.companion]) {
    const own = rows.filter((row) => (row.kind || kind.name) === one?.name).map(({ record_id: id }) => id)
    if (own.length > 0) for (const [id, name] of (await one!.namesOf?.(db, caller, own)) ?? []) names.set(id, name)
  }
  const conflicts = rows.flatMap(({ record_id: recordId, field, rule, kind: of }): ImportConflict[] => {
    const displayName = names.get(recordId)
    return displayName === undefined ? [] : [{ recordId, displayName, field, rule, kind: of || kind.name }]
  })
  return { conflicts, nextPageToken }
}
