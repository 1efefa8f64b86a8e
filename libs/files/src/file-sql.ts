import type { Caller } from '@vitrylo/auth'
import { exec, many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import type { FileValue } from './value.ts'

/** One that no record has named goes after so many hours. */
const UNNAMED_HOURS = 24
/** Files that one person may bring in an hour, whatever their size. */
export const HOURLY_FILES = 1_000

export type Coming = { id: string; resource: string; field: string; name: string; size: number }

/** Before the bytes: gives what the same person has brought within the hour, this one among it. */
export async function insertComing(pool: Pool, { subject }: Caller, { id, resource, field, name, size }: Coming, now: Date): Promise<{ files: number; bytes: number }> {
  await exec(
    pool,
    sql`insert into stored_file (id, resource, field, name, size, uploader, created_at, keep_until)
        values (${id}, ${resource}, ${field}, ${name}, ${size}, ${subject}, ${now}, ${now}::timestamptz + make_interval(hours => ${UNNAMED_HOURS}))`,
  )
  const row = await one<{ files: number; bytes: string }>(
    pool,
    sql`select count(*) as files, sum(size)::text as bytes from stored_file where uploader = ${subject} and created_at > ${now}::timestamptz - interval '1 hour'`,
  )
  return { files: row!.files, bytes: Number(row!.bytes) }
}

/** After the bytes: from here on a record can name it. False where a sweep has taken it meanwhile. */
export async function saveCome(tx: Tx, id: string, { size, sha256, type }: { size: number; sha256: string; type: string }): Promise<boolean> {
  const { rowCount } = await exec(tx, sql`update stored_file set state = 'here', size = ${size}, sha256 = ${sha256}, content_type = ${type} where id = ${id} and state = 'coming'`)
  return rowCount === 1
}

export const deleteRow = (db: Db, id: string) => exec(db, sql`delete from stored_file where id = ${id}`)

const value = sql`jsonb_build_object('id', f.id, 'name', f.name, 'size', f.size, 'type', f.content_type,
  'time', to_char(f.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`

/** A file that a custom field is to hold, by the id that was given. */
export type NamedFile = { field: string; id: string }

/**
 * Files that the caller brought for these fields and that no record has held yet, as values of the fields, by `field/id`. A file of
 * somebody else, or of another record, would carry what is in it to people who may not see it there.
 */
export const newFiles = (db: Db, { subject }: Caller, resource: string) => async (named: readonly NamedFile[]): Promise<ReadonlyMap<string, FileValue>> => {
  // Under lock: a sweep that is about to take one waits, or has taken it. Who waited for the lock is judged by the row as it is then, and
  // only by that: `keep_until` says that nobody has it, the look at holds that nobody had it.
  const rows = await many<{ value: FileValue; field: string }>(
    db,
    sql`select ${value} as value, 'custom.' || f.field as field from stored_file f
        where f.id = any(${named.map(({ id }) => id)}::uuid[]) and f.resource = ${resource} and f.uploader = ${subject} and f.state = 'here' and f.keep_until is not null
          and not exists (select from file_hold h where h.file_id = f.id)
        for update of f`,
  )
  return new Map(rows.map((row) => [`${row.field}/${row.value.id}`, row.value]))
}

export type HeldFile = FileValue & { sha256: string; field: string }

/**
 * A file as one of the fields of a record holds it. `record`: a statement that gives `custom` of the record when the caller may see it.
 * `hidden`: custom fields that they may not see.
 */
export async function heldFile(db: Db, fileId: string, record: Sql, hidden: readonly string[]): Promise<HeldFile | undefined> {
  const row = await one<{ value: FileValue; sha256: string; field: string }>(
    db,
    sql`select ${value} as value, f.sha256, e.key as field from (${record}) r cross join lateral jsonb_each(r.custom) e (key, value)
        join stored_file f on f.id = ${fileId} and f.state = 'here'
        where e.value ->> 'id' = ${fileId} and e.key <> all(${hidden}::text[]) limit 1`,
  )
  return row && { ...row.value, sha256: row.sha256, field: row.field }
}

const PAGE = 200

/** When one that could not be removed is tried again, and after which time what a process that died had taken. */
const AGAIN = sql`interval '10 minutes'`

/** Marks those whose time is over: nobody can name them from here on. Gives those that are to be removed now, to one process alone. */
export async function markGoing(tx: Tx, now: Date): Promise<string[]> {
  await exec(
    tx,
    sql`update stored_file f set state = 'going' where f.id in (
          select s.id from stored_file s where s.keep_until < ${now} and s.state <> 'going'
            and not exists (select from file_hold h where h.file_id = s.id and h.released_at is null)
          order by s.keep_until limit ${PAGE} for update skip locked)`,
  )
  const rows = await many<{ id: string }>(
    tx,
    sql`update stored_file f set keep_until = ${now}::timestamptz + ${AGAIN} where f.id in (
          select s.id from stored_file s where s.state = 'going' and s.keep_until <= ${now} order by s.keep_until limit ${PAGE} for update skip locked)
        returning f.id`,
  )
  return rows.map(({ id }) => id)
}
