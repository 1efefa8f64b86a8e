import { exec, many, one, sql } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import type { JsonObject } from '../event.ts'

export type DeadLetterLine = {
  id: number
  consumer: string
  type: string
  key: string
  revision: number
  error: string
  attempts: number
  failedAt: Date
}

export type DeadLetter = DeadLetterLine & {
  eventId: string
  topic: string
  time: string
  data: JsonObject
  headers: Record<string, string>
  discardedAt: Date | null
  discardReason: string | null
}

const line = sql`id, consumer, type, key, revision, error, attempts, failed_at as "failedAt"`

/** What waits, oldest first. */
export const deadLetters = (pool: Pool, limit = 100): Promise<DeadLetterLine[]> =>
  many<DeadLetterLine>(pool, sql`select ${line} from dead_letter where discarded_at is null order by id limit ${limit}`)

/** The whole letter: may hold personal data, never log it. */
export const deadLetter = (pool: Pool, id: number): Promise<DeadLetter | undefined> =>
  one<DeadLetter>(pool, sql`
    select ${line}, event_id as "eventId", topic, time, data, headers, discarded_at as "discardedAt", discard_reason as "discardReason"
    from dead_letter where id = ${id}`)

/** The event will not be applied. False when no such letter waits. */
export async function discardDeadLetter(pool: Pool, id: number, reason: string): Promise<boolean> {
  const { rowCount } = await exec(pool, sql`
    update dead_letter set discarded_at = now(), discard_reason = ${reason} where id = ${id} and discarded_at is null`)
  return rowCount === 1
}
