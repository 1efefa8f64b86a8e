import { exec, many, sql, type Sql, type Tx } from '@vitrylo/pg'

/**
 * Tables of this service whose rows belong to a counterparty: a merge takes them along, its undo gives them back. A test
 * compares the list with the foreign keys of the database, so that a new table cannot be forgotten.
 */
export const REFERENCES: readonly { table: string; column: string }[] = [
  { table: 'position', column: 'counterparty_id' },
  { table: 'interaction_party', column: 'counterparty_id' },
  { table: 'relation', column: 'from_id' },
  { table: 'relation', column: 'to_id' },
  { table: 'consent', column: 'counterparty_id' },
]

/** Rows about the record itself, which stay with it. */
export const OWN_ROWS: readonly string[] = ['counterparty_match', 'duplicate_pair', 'counterparty_merge']

/** A row as it was before it moved, and what became of it. */
export type Moved = { table: string; column: string; row: Record<string, unknown>; outcome: 'moved' | 'dropped' }

// Names of tables and columns are constants of this file and of the catalog, never input.
const raw = (text: string): Sql => sql([`"${text}"`])

const UNIQUE_VIOLATION = '23505'
const CHECK_VIOLATION = '23514'
const EXCLUSION_VIOLATION = '23P01'
const IN_THE_WAY: readonly unknown[] = [UNIQUE_VIOLATION, CHECK_VIOLATION, EXCLUSION_VIOLATION]

type Found = { place: string; row: Record<string, unknown> }

/**
 * Points rows at another counterparty. What is there already (a person with a place in both) or makes no sense any more (a
 * relation of one with itself) is dropped. The snapshot keeps each as it was.
 */
export async function moveReferences(tx: Tx, from: string, to: string): Promise<Moved[]> {
  const moved: Moved[] = []
  for (const { table, column } of REFERENCES) {
    const rows = await many<Found>(
      tx,
      sql`select t.ctid::text as place, to_jsonb(t) as row from ${raw(table)} t where t.${raw(column)} = ${from}::uuid order by t.ctid for update`,
    )
    for (const { row, outcome } of await point(tx, table, sql`${raw(column)} = ${to}::uuid`, rows)) moved.push({ table, column, row, outcome })
  }
  return moved
}

/** All in one statement; if one of them cannot be, each half by itself: a client with thousands of meetings takes a few. */
async function point(tx: Tx, table: string, to: Sql, rows: readonly Found[]): Promise<Pick<Moved, 'row' | 'outcome'>[]> {
  if (rows.length === 0) return []
  const these = sql`t.ctid = any(${rows.map(({ place }) => place)}::tid[])`
  const outcome = await attempt(tx, sql`update ${raw(table)} t set ${to} where ${these}`)
  if (outcome === 'dropped' && rows.length > 1) {
    const half = rows.length >> 1
    return [...(await point(tx, table, to, rows.slice(0, half))), ...(await point(tx, table, to, rows.slice(half)))]
  }
  if (outcome === 'dropped') await exec(tx, sql`delete from ${raw(table)} t where ${these}`)
  return rows.map(({ row }) => ({ row, outcome }))
}

async function attempt(tx: Tx, statement: Sql): Promise<Moved['outcome']> {
  await tx.query('savepoint one_row')
  try {
    await exec(tx, statement)
    await tx.query('release savepoint one_row')
    return 'moved'
  } catch (error) {
    const { code } = error as { code?: string }
    if (!IN_THE_WAY.includes(code)) throw error
    await tx.query('rollback to savepoint one_row')
    return 'dropped'
  }
}

/**
 * Gives rows back. One that was dropped comes again as it was; one that moved goes back as it is now; one that somebody
 * removed or gave to another since, or that has no place there any more, stays as they left it.
 */
export async function giveBack(tx: Tx, moved: readonly Moved[], from: string, to: string): Promise<void> {
  const keys = await primaryKeys(tx)
  for (const { table, row, outcome } of moved) if (outcome === 'dropped') await attemptInsert(tx, table, row)
  for (const { table, column } of REFERENCES) {
    const rows = moved.filter((one) => one.table === table && one.column === column && one.outcome === 'moved').map(({ row }) => row)
    if (rows.length === 0) continue
    const conditions = keys.get(table)!.filter((key) => key !== column).map((key) => sql`t.${raw(key)} = r.${raw(key)}`)
    await backAgain(tx, rows, (some) =>
      sql`update ${raw(table)} t set ${raw(column)} = ${from}::uuid
          from jsonb_populate_recordset(null::${raw(table)}, ${JSON.stringify(some)}::jsonb) r
          where ${sql.join([...conditions, sql`t.${raw(column)} = ${to}::uuid`], ' and ')}`,
    )
  }
}

/** All in one statement; if one of them cannot be, each half by itself. */
async function backAgain(tx: Tx, rows: readonly object[], update: (some: readonly object[]) => Sql): Promise<void> {
  if ((await attempt(tx, update(rows))) === 'moved' || rows.length === 1) return
  const half = rows.length >> 1
  await backAgain(tx, rows.slice(0, half), update)
  await backAgain(tx, rows.slice(half), update)
}

/** What it belonged to may be gone. */
async function attemptInsert(tx: Tx, table: string, row: Record<string, unknown>): Promise<void> {
  await tx.query('savepoint one_row')
  try {
    await exec(tx, sql`insert into ${raw(table)} select (jsonb_populate_record(null::${raw(table)}, ${JSON.stringify(row)}::jsonb)).* on conflict do nothing`)
    await tx.query('release savepoint one_row')
  } catch (error) {
    if (!String((error as { code?: string }).code).startsWith('23')) throw error
    await tx.query('rollback to savepoint one_row')
  }
}

async function primaryKeys(tx: Tx): Promise<Map<string, string[]>> {
  const rows = await many<{ table: string; columns: string[] }>(
    tx,
    sql`select c.relname::text as table, array_agg(a.attname::text order by a.attnum) as columns
        from pg_index i join pg_class c on c.oid = i.indrelid join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
        where i.indisprimary and i.indrelid = any(${REFERENCES.map(({ table }) => `"${table}"`)}::regclass[]) group by c.relname`,
  )
  return new Map(rows.map(({ table, columns }) => [table, columns]))
}

/** Contact persons whose place moved or was dropped. */
export const personsOf = (moved: readonly Moved[]): string[] =>
  moved.flatMap(({ table, row }) => (table === 'position' ? [String(row.person_id)] : []))
