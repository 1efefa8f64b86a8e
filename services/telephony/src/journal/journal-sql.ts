import { exec, many, one, sql, type Db } from '@vitrylo/pg'
import type { CallEvent } from '../call/events.ts'

export type JournalLine = { hash: string; line: string; received_at: Date }

export const insertLines = (db: Db, pbxId: string, lines: readonly { hash: string; line: string }[], now: Date) =>
  exec(
    db,
    sql`insert into pbx_journal (pbx_id, hash, line, received_at)
        select ${pbxId}, *, ${now}::timestamptz from unnest(${lines.map(({ hash }) => hash)}::text[], ${lines.map(({ line }) => line)}::text[])
        on conflict do nothing`,
  )

const LINES_AT_ONCE = 10_000

export const waitingLines = (db: Db, pbxId: string): Promise<JournalLine[]> =>
  many(db, sql`select hash, line, received_at from pbx_journal where pbx_id = ${pbxId} order by received_at, hash limit ${LINES_AT_ONCE}`)

export const removeLines = (db: Db, pbxId: string, hashes: readonly string[]) =>
  exec(db, sql`delete from pbx_journal where pbx_id = ${pbxId} and hash = any(${hashes}::text[])`)

/** Lines of calls of which the rest never came. */
export const dropStaleLines = (db: Db, before: Date) => exec(db, sql`delete from pbx_journal where received_at < ${before}`)

/** All that is known of the calls that these legs belong to. */
export const knownCalls = (db: Db, pbxId: string, legs: readonly string[]): Promise<{ callId: string; events: CallEvent[] }[]> =>
  many(
    db,
    sql`select e.call_id as "callId", jsonb_agg(e.body order by e.at, e.event_id) as events
        from pbx_event e
        where e.call_id in (select call_id from pbx_event where pbx_id = ${pbxId} and leg = any(${legs}::text[]))
        group by e.call_id`,
  )

/**
 * Whether legs belong to a call of a person who was erased: what was seen of it is gone, and its journal is not to bring it back. Its exchange may give a key out
 * again after a restart, so the call must have been on the same day.
 */
export async function isOfErased(db: Db, pbxId: string, legs: readonly string[], at: Date): Promise<boolean> {
  const keys = legs.flatMap((leg) => [leg, `${leg}#`])
  const found = await one(db, sql`
    select 1 as yes from call where erased and facts->'legKeys' ?| ${keys}::text[] and pbx_id = ${pbxId}
      and started_at between ${at}::timestamptz - interval '1 day' and ${at}::timestamptz + interval '1 day' limit 1`)
  return found !== undefined
}
