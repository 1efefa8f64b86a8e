import { createHash } from 'node:crypto'
import { networkOf } from '@vitrylo/auth/network-of.ts'
import { exec, one, sql } from '@vitrylo/pg'
import type { Db, Pool, Sql } from '@vitrylo/pg'

/** A guesser is stopped by name and address together, so that guessing does not lock the owner out elsewhere. */
export const PER_ACCOUNT_AND_ADDRESS = 5
const PER_ADDRESS = 50
/** New passwords that one person may ask for within the pause. */
export const WISHES = 30
export const PAUSE_MINUTES = 15

const WINDOW = sql`make_interval(mins => ${PAUSE_MINUTES}::int)`

export type Attempt = { /** Why this one is not looked at any more. */ stop: 'ACCOUNT_LOCKED' | 'TOO_MANY_TRIES' | undefined; left: number; succeeded(): Promise<void> }

/**
 * Counts an attempt before the password is looked at, so that parallel guesses cannot slip through; a success takes
 * it back. Names that do not exist are counted like any other.
 */
export async function beginAttempt(pool: Pool, login: string, address: string): Promise<Attempt> {
  const network = networkOf(address)
  const pair = keyOf('pair', login.toLowerCase(), network)
  const place = keyOf('address', network)
  const failures = await count(pool, pair)
  const fromHere = failures > PER_ACCOUNT_AND_ADDRESS ? 0 : await count(pool, place)
  return {
    stop: failures > PER_ACCOUNT_AND_ADDRESS ? 'ACCOUNT_LOCKED' : fromHere > PER_ADDRESS ? 'TOO_MANY_TRIES' : undefined,
    left: Math.max(0, PER_ACCOUNT_AND_ADDRESS - failures),
    async succeeded() {
      await exec(pool, sql`delete from login_attempts where key = ${pair}`)
      await exec(pool, sql`update login_attempts set failures = failures - 1 where key = ${place} and failures > 0`)
    },
  }
}

/** Counts a new password that somebody wishes for, before it is looked at: to estimate one holds everybody else up. True when there were too many. */
export const wishesTooOften = async (pool: Pool, userId: string): Promise<boolean> => (await count(pool, keyOf('wish', userId))) > WISHES

// Only hashes are stored: people also type passwords into the field of the name.
const keyOf = (...parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url')

async function count(db: Db, key: string): Promise<number> {
  const row = await one<{ failures: number }>(
    db,
    sql`insert into login_attempts as a (key, failures, since) values (${key}, 1, now())
        on conflict (key) do update set
          failures = case when ${expired(sql`a.since`)} then 1 else a.failures + 1 end,
          since = case when ${expired(sql`a.since`)} then now() else a.since end
        returning failures`,
  )
  return row!.failures
}

const expired = (since: Sql): Sql => sql`${since} < now() - ${WINDOW}`

export const deleteOldAttempts = (db: Db) => exec(db, sql`delete from login_attempts where ${expired(sql`since`)}`)
