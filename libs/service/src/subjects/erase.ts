import { deleteNaming, exec, many, sql, type Sql, type Tx } from '@vitrylo/pg'
import { SubjectErasedEvent } from '@vitrylo/proto/events.ts'
import { endShares } from '../access.ts'
import { idsOf, type Subject, type SubjectPlace } from './places.ts'
import { aloneErasing, noteErased } from './register.ts'

/**
 * Erases the person in all places, in the transaction of the caller. Done again it changes nothing, so that it can follow
 * every late event.
 */
export async function erasePlaces(tx: Tx, places: readonly SubjectPlace[], subject: Subject, now: Date): Promise<void> {
  await forgetWaiting(tx, subject)
  // Later places are often found by way of earlier ones.
  for (const place of places.toReversed()) await erasePlace(tx, place, subject, now)
}

/** Whoever writes a record of theirs has ended, or waits until the erasure is through. */
export async function lockPlaces(tx: Tx, places: readonly SubjectPlace[], subject: Subject): Promise<void> {
  for (const place of places.toReversed()) {
    if (place.locked) await exec(tx, sql`select from ${sql([place.table])} t where ${place.of(subject)} order by t.id for update`)
  }
}

async function erasePlace(tx: Tx, place: SubjectPlace, subject: Subject, now: Date): Promise<void> {
  const table = sql([place.table])
  if (place.treatment === 'delete') return void (await exec(tx, sql`delete from ${table} t where ${place.of(subject)}`))
  if (place.treatment === 'keep') return
  const values = new Map(Object.entries(place.set?.(subject) ?? {}))
  const blank = await blanksOf(tx, place.table, new Set([...place.stays, ...values.keys()]))
  // Rows that are empty already stay untouched: nobody is told of them again.
  const differs = [...blank].map(([name, value]) => sql`${sql([`t."${name}"`])} is distinct from ${value}`)
  if (place.dirty !== undefined) differs.push(place.dirty)
  const changed = differs.length === 0 ? sql`true` : sql`(${sql.join(differs, ' or ')})`
  const emptied = await many<{ id: string }>(
    tx,
    sql`update ${table} t set ${assignments(new Map([...blank, ...values]))} where ${place.of(subject)} and ${changed}
        returning ${place.told === undefined && place.shared === undefined ? sql`null` : sql`t.id`} as id`,
  )
  if (emptied.length === 0) return
  const ids = emptied.map(({ id }) => id)
  await place.told?.(tx, ids, now)
  if (place.shared !== undefined) await endShares(tx, place.shared, ids, now)
}

const assignments = (values: ReadonlyMap<string, Sql>): Sql => sql.join([...values].map(([name, value]) => sql`${sql([`"${name}"`])} = ${value}`))

type Column = { name: string; type: string; nullable: boolean }

/** The empty value of every column that does not stay. */
async function blanksOf(tx: Tx, table: string, stays: ReadonlySet<string>): Promise<Map<string, Sql>> {
  const columns = await many<Column>(
    tx,
    sql`select column_name as name, data_type as type, is_nullable = 'YES' as nullable from information_schema.columns
        where table_schema = current_schema() and table_name = ${table} and is_generated = 'NEVER' order by ordinal_position`,
  )
  return new Map(columns.filter(({ name }) => !stays.has(name)).map((column) => [column.name, blankOf(table, column)]))
}

function blankOf(table: string, { name, type, nullable }: Column): Sql {
  if (nullable) return sql`null`
  if (type === 'text') return sql`''`
  if (type === 'ARRAY') return sql`'{}'`
  if (type === 'jsonb') return sql`case jsonb_typeof(${sql([`t."${name}"`])}) when 'array' then '[]'::jsonb else '{}'::jsonb end`
  if (type === 'boolean') return sql`false`
  if (/^(smallint|integer|bigint|numeric)$/.test(type)) return sql`0`
  throw new Error(`${table}.${name}: nothing is known that empties ${type}; name it among what stays, or give a value`)
}

/** Events that wait for the bus. */
async function forgetWaiting(tx: Tx, subject: Subject): Promise<void> {
  const ids = idsOf(subject)
  if (ids.length === 0) return
  await exec(tx, sql`delete from outbox where (key = any(${ids}::text[]) or headers->>'counterparty' = any(${ids}::text[])) and type <> ${SubjectErasedEvent.type}`)
}

/**
 * Letters that could not be delivered, and answers that a repeat would get. Both are read whole, which may take seconds: so it is done before
 * anything is locked, and once a person, not with each late event.
 */
async function forgetKept(tx: Tx, subject: Subject): Promise<void> {
  const all = [...idsOf(subject), ...subject.recordIds]
  if (all.length === 0) return
  await deleteNaming(tx, { table: 'dead_letter', key: { name: 'id', type: 'bigint' }, text: sql`concat_ws(' ', t.key, t.headers->>'counterparty', t.data::text)` }, all)
  // Encoded messages hold ids as they are written. An answer stands where it was written: it never changes.
  await deleteNaming(tx, { table: 'idempotency', key: { name: 'ctid', type: 'tid' }, text: sql`encode(t.response, 'escape')`, where: sql`t.response is not null` }, all)
}

/** How every erasure begins: it is noted, and no event that tells of the person is being applied from then on. */
export async function beginErasing(tx: Tx, subject: Subject, requestId: string, erasedAt: Date): Promise<void> {
  await noteErased(tx, subject, requestId, erasedAt)
  await forgetKept(tx, subject)
  await aloneErasing(tx)
}

/** Erases what records say, whosever they are. */
export async function eraseRecords(tx: Tx, places: readonly SubjectPlace[], recordIds: readonly string[], now: Date): Promise<void> {
  if (recordIds.length === 0) return
  const nobody: Subject = { kind: 'counterparty', id: recordIds[0]!, counterpartyIds: [], contactPersonIds: [], recordIds }
  await forgetKept(tx, nobody)
  await erasePlaces(tx, places, nobody, now)
}

/** Deletes what was kept until now and need not be any longer. */
export async function releasePlaces(tx: Tx, places: readonly SubjectPlace[], subject: Subject): Promise<void> {
  for (const place of places.toReversed()) {
    if (place.treatment === 'keep' && place.years !== undefined) await exec(tx, sql`delete from ${sql([place.table])} t where ${place.of(subject)}`)
  }
}
