import { isRecording } from '@vitrylo/telemetry'
import type { QueryResult, QueryResultRow } from 'pg'
import type { Pool } from './pool.ts'
import type { Sql } from './sql.ts'
import { traced } from './traced.ts'

/**
 * Rows of a statement that is put together as somebody wishes: not prepared, for a connection never forgets what it
 * prepared, and stopped (57014) after `mostMs`.
 */
export async function adHoc<Row extends QueryResultRow>(pool: Pool, { text, values }: Sql, mostMs: number): Promise<Row[]> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query(`begin read only; set local statement_timeout = ${Math.trunc(mostMs)}`)
    const run = (): Promise<QueryResult<Row>> => client.query<Row>({ text, values: values as unknown[] })
    const { rows } = await (isRecording() ? traced(text, run) : run())
    return rows
  } finally {
    await client.query('commit').catch(() => (broken = true))
    client.release(broken)
  }
}
