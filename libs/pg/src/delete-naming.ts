import type { ClientBase } from 'pg'
import { uuidsIn } from './id.ts'
import { sql, type Sql } from './sql.ts'

/** A table (alias t) that may name ids: its key, and the text that they stand in. */
type Naming = { table: string; key: Readonly<{ name: string; type: 'bigint' | 'uuid' | 'tid' }>; text: Sql; where?: Sql }

// Of so few PostgreSQL looks for each, some microseconds a row.
const FEW = 60
const PAGE = 1_000

/**
 * Deletes rows that name one of the ids, in the transaction of the caller. Of many ids the rows are read once, however many there are: a pattern of 200 takes
 * PostgreSQL a millisecond a row, and one of 2,000 it refuses. `text` and `where` have no values of their own.
 */
export async function deleteNaming(tx: ClientBase, { table, key, text, where = sql`true` }: Naming, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  if (ids.length <= FEW) {
    await tx.query(`delete from ${table} t where ${where.text} and exists (select from unnest($1::text[]) id where strpos(${text.text}, id) > 0)`, [ids])
    return
  }
  const wanted = new Set(ids)
  await tx.query(`declare naming no scroll cursor for select t.${key.name}::text as key, ${text.text} as text from ${table} t where ${where.text}`)
  for (;;) {
    const { rows } = await tx.query<{ key: string; text: string }>(`fetch ${PAGE} from naming`)
    const found = rows.filter(({ text }) => !uuidsIn(text).isDisjointFrom(wanted)).map((row) => row.key)
    if (found.length > 0) await tx.query(`delete from ${table} t where t.${key.name} = any($1::${key.type}[])`, [found])
    if (rows.length < PAGE) break
  }
  await tx.query('close naming')
}
