import { exec, many, sql, type Sql, type Tx } from '@vitrylo/pg'

/**
 * Tables of this service whose rows belong to a counterparty: a merge takes them along, its undo gives them back. A test
 * compares the list with the foreign keys of the database, so that a new table cannot be forgotten.
 */
export const REFERENCES: readonly { table: string; column: string }[] = [
  { table: 'position', column: 'counterparty_id' },
  { table: 'interaction_party', column: 'counterparty_id' },
]

/** Rows about the record itself, which stay with it. */
export const OWN_ROWS: readonly string[] = ['counterparty_match', 'duplicate_pair', 'counterparty_merge']

/** A row as it was before it moved, and what became of it. */
export type Moved = { table: string; column: string; row: Record<string, unknown>; outcome: 'moved' | 'dropped' }

// Names of tables and columns are constants of this file and of the catalog, never input.
const raw = (text: string): Sql => sql([`"${text}"`])

const UNIQUE_VIOLATION = '23505'
const CHECK_VIOLATION = '23514'

/**
 * Points rows at another counterparty, one by one, so that a row that is there already (a person with a place in both)
 * or makes no sense any more (a relation of one with itself) is dropped. The snapshot keeps each as it was.
 */
export async function moveReferences(tx: Tx, from: string, to: string): Promise<Moved[]> {
  const moved: Moved[] = []
  for (const { table, column } of REFERENCES) {
    const rows = await many<{ place: string; row: Record<string, unknown> }>(
      tx,
      sql`select t.ctid::text as place, to_jsonb(t) as row from ${raw(table)} t where t.${raw(column)} = ${from}::uuid order by t.ctid for update`,
    )
    for (const { place, row } of rows) {
      const outcome = await attempt(tx, sql`update ${raw(table)} t set ${raw(column)} = ${to}::uuid where t.ctid = ${place}::tid and t.${raw(column)} = ${from}::uuid`)
      if (outcome === 'dropped') await exec(tx, sql`delete from ${raw(table)} t where t.ctid = ${place}::tid and t.${raw(column)} = ${from}::uuid`)
      moved.push({ table, column, row, outcome })
    }
  }
  return moved
}

async function attempt(tx: Tx, statement: Sql): Promise<Moved['outcome']> {
  await tx.query('savepoint one_row')
  try {
    await exec(tx, statement)
    await tx.query('release savepoint one_row')
    return 'moved'
  } catch (error) {
    const { code } = error as { code?: string }
    if (code !== UNIQUE_VIOLATION && code !== CHECK_VIOLATION) throw error
    await tx.query('rollback to savepoint one_row')
    return 'dropped'
  }
}

/**
 * Gives rows back. One that was dropped comes again as it was; one that moved goes back as it is now; one that somebody
 * removed or gave to another since stays as they left it.
 */
export async function giveBack(tx: Tx, moved: readonly Moved[], from: string, to: string): Promise<void> {
  const keys = await primaryKeys(tx)
  for (const { table, column, row, outcome } of moved) {
    if (outcome === 'dropped') {
      await attemptInsert(tx, table, row)
      continue
    }
    const conditions = keys.get(table)!.map((key) =>
      key === column ? sql`t.${raw(key)} = ${to}::uuid` : sql`t.${raw(key)}::text = ${String(row[key])}`,
    )
    if (!keys.get(table)!.includes(column)) conditions.push(sql`t.${raw(column)} = ${to}::uuid`)
    await exec(tx, sql`update ${raw(table)} t set ${raw(column)} = ${from}::uuid where ${sql.join(conditions, ' and ')}`)
  }
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
