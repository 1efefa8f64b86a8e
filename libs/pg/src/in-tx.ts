import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { Db, Pool, Tx } from './pool.ts'
import { traced } from './traced.ts'

const MAX_RETRIES = 3
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'

/**
 * Runs `work` in one transaction. It is repeated, at most three times, when PostgreSQL chose it as the victim of a
 * deadlock or of a serialization failure: so it must be repeatable and must not reach outside the transaction.
 */
export function inTx<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  return repeated(() => attempt(pool, work))
}

/**
 * As `inTx` for work that sends one statement, which is a transaction by itself: two trips to the database less. A
 * second statement is refused.
 */
export function inStatement<T>(pool: Pool, work: (db: Db) => Promise<T>): Promise<T> {
  return repeated(() => work(onlyOnce(pool)))
}

function onlyOnce(pool: Pool): Db {
  let sent = false
  const query = (statement: pg.QueryConfig): Promise<pg.QueryResult> => {
    if (sent) throw new Error('a second statement would stand outside the transaction of the first')
    sent = true
    return pool.query(statement)
  }
  return { query } as Db
}

async function repeated<T>(attempt: () => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await attempt()
    } catch (error) {
      if (retry === MAX_RETRIES || !isTransient(error)) throw error
      await delay(5 * 2 ** retry * (1 + Math.random()))
    }
  }
}

async function attempt<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query('begin')
    const result = await work(client)
    const { command } = await traced('commit', () => client.query('commit'))
    // After a failed statement whose error was swallowed, COMMIT succeeds by rolling back.
    if (command !== 'COMMIT') throw new Error('transaction was rolled back: a failed statement was ignored')
    return result
  } catch (error) {
    // A connection that cannot roll back is in an unknown state and must not be lent again.
    await client.query('rollback').catch(() => (broken = true))
    throw error
  } finally {
    client.release(broken)
  }
}

function isTransient(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED
}
