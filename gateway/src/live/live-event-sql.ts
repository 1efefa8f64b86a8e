import type { Share } from '@vitrylo/auth'
import { exec, many, one, sql, type Db, type Pool } from '@vitrylo/pg'

export type LiveEvent = {
  seq: number
  type: string
  section: string
  branchId: string | null
  ownerId: string | null
  /** Employees who get it whatever their rights; nobody else does. */
  recipients: string[] | null
  payload: string
  /** Who was let in to the record alone, as of the reading: a share that has ended shows nothing of before either. */
  shares: Share[] | null
}

/** `recordId`: by which shares name the record that it is about. */
export type NewLiveEvent = Omit<LiveEvent, 'seq' | 'shares'> & { id: string; recordId?: string | null }

/** Type of a row that stands for a bulk change. */
export const RESYNC = 'resync'

/** NOTIFY channel of new rows. */
export const CHANNEL = 'live_event'
export const PAGE = 500

export async function appendLiveEvents(db: Db, events: readonly NewLiveEvent[]): Promise<void> {
  if (events.length > 0) await exec(db, sql`select live_event_append(${JSON.stringify(events)}::jsonb)`)
}

export function liveEventsAfter(pool: Pool, seq: number): Promise<LiveEvent[]> {
  return many<LiveEvent>(
    pool,
    sql`select l.seq, l.type, l.section, l.branch_id as "branchId", l.owner_id as "ownerId", l.recipients, l.payload, (
          select json_agg(json_strip_nulls(json_build_object('holder', s.holder, 'action', s.action, 'until', (extract(epoch from s.until_at) * 1000)::float8)))
          from record_share s where s.section = l.section and s.record_id = l.record_id
        ) as shares
        from live_event l where l.seq > ${seq} order by l.seq limit ${PAGE}`,
  )
}

/** The span of positions that a stream can go on from; both 0 while the table is empty. */
export async function liveSpan(pool: Pool): Promise<{ first: number; last: number }> {
  const row = await one<{ first: number; last: number }>(
    pool,
    sql`select coalesce(min(seq), 0)::int8 as first, coalesce(max(seq), 0)::int8 as last from live_event`,
  )
  return row!
}

/**
 * Rows that name one of these ids say from now on that everything is to be read anew, also those that come late: what was told
 * until `at`. A minute more, for a change that was under way.
 */
export async function blankLiveEvents(db: Db, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return
  await exec(db, sql`insert into erased_live (id, at) select x, ${at}::timestamptz + interval '1 minute' from unnest(${ids}::uuid[]) x on conflict (id) do nothing`)
  await exec(db, sql`update live_event set type = ${RESYNC}, section = '', branch_id = null, owner_id = null, recipients = null, record_id = null, payload = '{}' where payload ~ ${`(${ids.join('|')})`}`)
}

/** Keeps the newest row, so that the positions go on where they were. */
export async function pruneLiveEvents(pool: Pool, before: Date): Promise<void> {
  await exec(pool, sql`delete from live_event where at < ${before} and seq < (select max(seq) from live_event)`)
  // What was told before them is too old to be taken by now.
  await exec(pool, sql`delete from erased_live where at < ${before}`)
}
