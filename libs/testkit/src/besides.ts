import { inTx, many, sql, type Pool, type Tx } from '@vitrylo/pg'
import { until } from './until.ts'

/**
 * What `first` did stands uncommitted until each of the others, begun one after another, waits for a lock; gives what they came to. One that ends
 * without having waited fails the test: there is nothing to see then.
 */
export async function besides<T extends unknown[]>(pool: Pool, first: (tx: Tx) => Promise<unknown>, ...others: { [K in keyof T]: () => Promise<T[K]> }): Promise<T> {
  const begun: Promise<unknown>[] = []
  await inTx(pool, async (tx) => {
    await first(tx)
    for (const other of others) {
      let ended = false
      const outcome = other().finally(() => (ended = true))
      outcome.catch(() => {}) // told at the end
      begun.push(outcome)
      await until(async () => ended || (await waiting(pool)) >= begun.length)
      if (ended) throw new Error(`number ${begun.length} waited for no lock and came to ${JSON.stringify(await outcome)}`)
    }
  })
  return Promise.all(begun) as Promise<T>
}

const waiting = async (pool: Pool): Promise<number> =>
  (await many(pool, sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length
