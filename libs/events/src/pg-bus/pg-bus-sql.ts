import { exec, inStatement, many, one, sql } from '@vitrylo/pg'
import type { Pool, Sql, Tx } from '@vitrylo/pg'
import type { Erasure, ErasureMark } from '../bus.ts'
import type { BusEvent } from '../event.ts'
import { forgetFloods, type Flood, type Logged } from './flood.ts'
import { noteNamed } from './named.ts'

export const BATCH = 500
const COUNT_LIMIT = 100_000

export type Place = { group: string; topic: string }
type Row = Omit<BusEvent, 'time'> & { seq: number; time: Date }

export async function insertEvents(pool: Pool, events: readonly BusEvent[]): Promise<void> {
  await exec(pool, sql`select bus_publish(${JSON.stringify(events)}::jsonb)`)
}

/** Gives the group its place in each topic, if it has none yet. */
export async function ensurePositions(pool: Pool, group: string, topics: string[], from: 'beginning' | 'end' | Date) {
  await exec(pool, sql`
    insert into bus_position (group_name, topic, seq)
    select ${group}, t.topic, ${startOf(from)} from unnest(${topics}::text[]) as t (topic)
    on conflict do nothing`)
}

function startOf(from: 'beginning' | 'end' | Date): Sql {
  if (from === 'beginning') return sql`0`
  if (from === 'end') return sql`coalesce((select max(l.seq) from bus_log l where l.topic = t.topic), 0)`
  return sql`coalesce((select max(l.seq) from bus_log l where l.topic = t.topic and l.stored_at < ${from}), 0)`
}

export async function forgetPositions(pool: Pool, group: string): Promise<void> {
  await exec(pool, sql`delete from bus_position where group_name = ${group}`)
}

/** Events after the position of the group, by topic. Beyond the limit it is only told that there are at least so many. */
export async function countBehind(pool: Pool, group: string, topics: readonly string[]): Promise<Record<string, number>> {
  const rows = await many<{ topic: string; events: number }>(pool, sql`
    select t.topic, (
      select count(*) from (
        select from bus_log l
        where l.topic = t.topic
          and l.seq > coalesce((select p.seq from bus_position p where p.group_name = ${group} and p.topic = t.topic), 0)
        limit ${COUNT_LIMIT}) as ahead) as events
    from unnest(${topics}::text[]) as t (topic)`)
  return Object.fromEntries(rows.map(({ topic, events }) => [topic, events]))
}

const columns = sql`seq, id, topic, key, type, time, revision, data, headers`

type Taken = { rows: readonly Logged[]; atEnd: boolean }

/**
 * Locks the position and reads what follows it; nothing when another member of the group has the lock. `atEnd`: there
 * was no more at that moment. In a flood what another group of this process has read is taken.
 */
export async function lockAndRead(tx: Tx, place: Place, flood: Flood): Promise<Taken> {
  if (!flood.isOn) return taken(await readWithLock(tx, place, flood))
  const position = await one<{ seq: number }>(tx, sql`
    select seq from bus_position where group_name = ${place.group} and topic = ${place.topic} for update skip locked`)
  if (position === undefined) return { rows: [], atEnd: true }
  const rows = await flood.known(position.seq)
  if (rows !== undefined) return { rows, atEnd: false }
  const fetched = many<Row>(tx, sql`
    select ${columns} from bus_log where topic = ${place.topic} and seq > ${position.seq} order by seq limit ${BATCH}`)
  return taken(await flood.share({ after: position.seq, rows: fetched.then(loggedOf) }))
}

/**
 * By one statement. The position comes as a scalar subquery so that the log is read by its index, 500 rows and no more,
 * however long the backlog is.
 */
async function readWithLock(tx: Tx, { group, topic }: Place, flood: Flood): Promise<readonly Logged[]> {
  const rows = await many<Row & { after: number }>(tx, sql`
    with place as materialized (
      select seq from bus_position where group_name = ${group} and topic = ${topic} for update skip locked
    )
    select ${columns}, (select seq from place) as after
    from bus_log
    where topic = ${topic} and seq > (select seq from place)
    order by seq limit ${BATCH}`)
  if (rows.length === 0) return []
  return flood.share({ after: rows[0]!.after, rows: Promise.resolve(loggedOf(rows)) })
}

const taken = (rows: readonly Logged[]): Taken => ({ rows, atEnd: rows.length < BATCH })

const loggedOf = (rows: readonly Row[]): Logged[] =>
  rows.map(({ seq, id, topic, key, type, time, revision, data, headers }) => ({
    seq, event: { id, topic, key, type, time: time.toISOString(), revision, data, headers },
  }))

export async function moveTo(tx: Tx, { group, topic }: Place, seq: number): Promise<void> {
  await exec(tx, sql`update bus_position set seq = ${seq} where group_name = ${group} and topic = ${topic}`)
}

/** Which of these places have events ahead of them: one index probe for each. */
export async function behind(pool: Pool, places: readonly Place[]): Promise<Place[]> {
  return many<Place>(pool, sql`
    select p.group_name as "group", p.topic
    from unnest(${places.map((p) => p.group)}::text[], ${places.map((p) => p.topic)}::text[]) as w (group_name, topic)
    join bus_position p using (group_name, topic)
    where p.seq < (select max(l.seq) from bus_log l where l.topic = p.topic)`)
}

/** The last seq of the log over these topics, 0 when they are empty. */
export async function endOf(pool: Pool, topics: string[]): Promise<number> {
  const row = await one<{ seq: number }>(pool, sql`
    select coalesce(max((select max(l.seq) from bus_log l where l.topic = t.topic)), 0)::int8 as seq
    from unnest(${topics}::text[]) as t (topic)`)
  return row?.seq ?? 0
}

/** Whether the group has passed everything up to `seq` in these topics. */
export async function hasReached(pool: Pool, group: string, topics: string[], seq: number): Promise<boolean> {
  const row = await one<{ done: boolean }>(pool, sql`
    select not exists (
      select from bus_position p
      where p.group_name = ${group} and p.topic = any(${topics}::text[])
        and exists (select from bus_log l where l.topic = p.topic and l.seq > p.seq and l.seq <= ${seq})
    ) as done`)
  return row?.done === true
}

/** Whether a group has passed everything in its topics that stands before an event. */
async function hasTaken(pool: Pool, group: string, topics: string, beforeId: string): Promise<boolean> {
  const row = await one<{ late: boolean }>(pool, sql`
    select exists (
      select from bus_position p where p.group_name = ${group} and starts_with(p.topic, ${topics})
        and exists (select from bus_log l where l.topic = p.topic and l.seq > p.seq and l.seq < (select m.seq from bus_log m where m.id = ${beforeId}))
    ) as late`)
  return row?.late === false
}

const IDS_AT_ONCE = 200
/** So many in a statement: it stays far below the time that one may take. */
const ERASED_AT_ONCE = 5_000

/** Places of groups keep their meaning: a seq is never given twice. */
export async function eraseEvents(pool: Pool, { ids, marks }: Erasure): Promise<void> {
  for (const mark of marks) {
    const { topics, beforeId, takenBy } = mark
    if (takenBy !== undefined && !(await hasTaken(pool, takenBy, topics, beforeId!))) throw new Error(`${takenBy} has not taken the events of ${topics} yet`)
    await noteNamed(pool, topics)
    for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
      while ((await eraseNaming(pool, mark, ids.slice(at, at + IDS_AT_ONCE))) === ERASED_AT_ONCE);
    }
  }
  // What groups of this process have read meanwhile. Those of others apply it within a second, and heed that it is of an erased person.
  forgetFloods()
}

async function eraseNaming(pool: Pool, { topics, beforeId, before: moment }: ErasureMark, ids: readonly string[]): Promise<number> {
  const before = beforeId === undefined ? sql`true` : sql`n.seq < (select m.seq from bus_log m where m.id = ${beforeId})`
  const early = moment === undefined ? sql`true` : sql`exists (select from bus_log e where e.topic = n.topic and e.seq = n.seq and e.stored_at < ${moment})`
  const row = await inStatement(pool, (db) => one<{ erased: number }>(db, sql`
    with found as materialized (
      select n.topic, n.seq from bus_named n where n.ids && ${ids}::uuid[] and starts_with(n.topic, ${topics}) and ${before} and ${early} limit ${ERASED_AT_ONCE}
    ), noted as (
      delete from bus_named n using found f where n.topic = f.topic and n.seq = f.seq
    ), gone as (
      delete from bus_log l using found f where l.topic = f.topic and l.seq = f.seq
    )
    select count(*) as erased from found`))
  return row!.erased
}
