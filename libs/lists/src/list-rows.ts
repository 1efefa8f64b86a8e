import { AppError } from '@vitrylo/errors'
import { adHoc, many, sql, type Pool, type Sql } from '@vitrylo/pg'

// Below the deadline of the gateway, so that the caller learns why.
const MOST_MS = 4_000
const GAVE_UP = '57014'

type Question = { filter: string; orderBy?: string }

/**
 * The rows of a list's statement. A filter, or an order of several fields, may be put together in any way, and not every
 * way has an index.
 */
export async function listRows<R extends object>(pool: Pool, { filter, orderBy = '' }: Question, statement: Sql, mostMs = MOST_MS): Promise<R[]> {
  if (filter === '' && !orderBy.includes(',')) return many<R>(pool, statement)
  try {
    return await adHoc<R>(pool, statement, mostMs)
  } catch (error) {
    if ((error as { code?: unknown }).code !== GAVE_UP) throw error
    throw new AppError(
      'DEADLINE_EXCEEDED',
      'FILTER_TOO_SLOW',
      'no index helps with this filter and there are too many records to look through; add a condition on responsible, branch, state or time',
      {},
      [],
      error,
    )
  }
}

const COUNT_MOST = 1_000
const COUNT_MS = 200

/**
 * How many rows `from … where …` gives: exact up to a thousand, one more says that there are more. A count of all would grow with the table.
 * Undefined where a filter without an index finds too few of too many: nobody waits for a figure beside a list.
 */
export async function countRows(pool: Pool, from: Sql): Promise<number | undefined> {
  try {
    const [row] = await adHoc<{ count: number }>(pool, sql`select count(*) as count from (select 1 ${from} limit ${COUNT_MOST + 1}) as counted`, COUNT_MS)
    return row!.count
  } catch (error) {
    if ((error as { code?: unknown }).code !== GAVE_UP) throw error
    return undefined
  }
}
