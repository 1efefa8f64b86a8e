import type { RightsStore } from '@vitrylo/auth'
import { stats, within } from '@vitrylo/events'
import { one, sql, type Pool } from '@vitrylo/pg'
import type { Readiness } from './readiness.ts'

const PATIENCE_MS = 1_500
const BUSY_MS = 15_000
const LATE_S = 10

/**
 * What a process needs to serve: its database and the rights. The bus is none of it: while it is away events wait in the
 * outbox, and taking every pod out of rotation for it would turn a small loss into a big one.
 */
export function watchStores(readiness: Readiness, pool: Pool, rights: RightsStore): void {
  readiness.need(databaseLook(pool))
  readiness.need(() => (rights.data().rules.size === 0 ? 'no rights have arrived from directory yet' : undefined))
  readiness.note(async () => {
    const { oldestUnpublishedSeconds: age, parked, deadLetters } = await stats(pool)
    if (age > LATE_S) return `events wait for the bus for ${Math.round(age)} s`
    if (parked + deadLetters > 0) return `${parked} parked events, ${deadLetters} dead letters`
  })
}

/** A pool whose connections are all at work is busy and not away, unless nothing has come back for long. */
function databaseLook(pool: Pool): () => Promise<string | undefined> {
  let answered = Date.now()
  return async () => {
    const asked = one(pool, sql`select 1 as up`).then(
      () => {
        answered = Date.now()
        return true
      },
      () => false,
    )
    const inTime = await within(PATIENCE_MS, asked, () => false)
    const isBusy = pool.idleCount === 0 && pool.totalCount >= pool.options.max && Date.now() - answered < BUSY_MS
    return inTime || isBusy ? undefined : 'the database does not answer'
  }
}
