import { deleteInSlices, exec, one, sql } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'

export type EventStats = {
  /** Seconds that the oldest event waits for the bus, 0 when none does. Grows while the bus is away. */
  oldestUnpublishedSeconds: number
  /** Events that the bus refused; they wait for `retryParked`. */
  parked: number
  /** Events that a handler could not apply; they wait for `replayDeadLetters`. */
  deadLetters: number
}

/** The gauges of one service's events. */
export async function stats(pool: Pool): Promise<EventStats> {
  const row = await one<EventStats>(pool, sql`
    select
      coalesce((select greatest(extract(epoch from clock_timestamp() - created_at), 0)
                from outbox where parked_error is null order by id limit 1), 0)::float8 as "oldestUnpublishedSeconds",
      (select count(*) from outbox where parked_error is not null) as parked,
      (select count(*) from dead_letter where discarded_at is null) as "deadLetters"`)
  return row as EventStats
}

const DAY_MS = 86_400_000
const APPLIED_DAYS = 7
const DISCARDED_DAYS = 90

/**
 * Forgets what was applied more than seven days ago, in short transactions. An event that comes again later still meets
 * the revision check of its handler. Discarded letters are forgotten after 90 days.
 */
export async function pruneInbox(pool: Pool, now: Date, ending?: AbortSignal): Promise<number> {
  await exec(pool, sql`delete from dead_letter where discarded_at < ${new Date(now.getTime() - DISCARDED_DAYS * DAY_MS)}`)
  const before = new Date(now.getTime() - APPLIED_DAYS * DAY_MS)
  return deleteInSlices(pool, sql`inbox`, sql`received_at < ${before}`, ending)
}
