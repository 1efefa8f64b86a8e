import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { isRecording } from '@vitrylo/telemetry'
import type { QueryResult, QueryResultRow } from 'pg'
import type { Db } from './pool.ts'
import { sql, type Sql } from './sql.ts'
import { traced } from './traced.ts'

const MAX_NAMES = 5_000
const names = new Map<string, string>()

// pg demands one text per name, and PostgreSQL cuts names at 63 bytes: the hash of the text gives both.
function nameOf(text: string): string {
  let name = names.get(text)
  if (name === undefined) {
    if (names.size >= MAX_NAMES) names.clear()
    name = createHash('sha1').update(text).digest('base64url')
    names.set(text, name)
  }
  return name
}

/** Runs a prepared statement and gives pg's own result, for its rowCount. */
export function exec<Row extends QueryResultRow>(db: Db, statement: Sql): Promise<QueryResult<Row>> {
  const { text, values } = statement
  const query = { name: nameOf(text), text, values: values as unknown[] }
  return isRecording() ? traced(text, () => db.query<Row>(query)) : db.query<Row>(query)
}

/** All rows of a prepared statement. */
export async function many<Row extends QueryResultRow>(db: Db, statement: Sql): Promise<Row[]> {
  return (await exec<Row>(db, statement)).rows
}

/** Statements of one connection, each made while the database works at the one before, and sent after it: pg gives up its own queue. */
export async function inTurn(db: Db, statements: Iterable<Sql>): Promise<void> {
  let sent: Promise<unknown> = Promise.resolve()
  for (const statement of statements) {
    await sent
    sent = exec(db, statement)
    sent.catch(() => {}) // told at the next turn
    await turn() // only then it is on its way
  }
  await sent
}

const SLICE = 10_000

/** Deletes what may be very much, in short statements: none comes near its time limit, and what was deleted stays so when the next one fails. `ending`: no other slice after it. Gives how many. */
export async function deleteInSlices(db: Db, table: Sql, where: Sql, ending?: AbortSignal): Promise<number> {
  for (let removed = 0; ; ) {
    const { rowCount } = await exec(db, sql`delete from ${table} where ctid = any(array(select ctid from ${table} where ${where} limit ${SLICE}))`)
    removed += rowCount ?? 0
    if ((rowCount ?? 0) < SLICE || ending?.aborted) return removed
  }
}

/** The row of a statement that gives at most one. */
export async function one<Row extends QueryResultRow>(db: Db, statement: Sql): Promise<Row | undefined> {
  const rows = await many<Row>(db, statement)
  if (rows.length > 1) throw new Error(`expected at most one row, got ${rows.length}`)
  return rows[0]
}
