import { exec, many, one, sql } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import { COMPACT_AFTER_DAYS } from '../topics.ts'
import type { Topic } from '../topics.ts'
import { forgetNamed } from './named.ts'

const CHUNK = 10_000

/**
 * Forgets what topics that keep the last event of each key need no more, in short transactions, and gives the count.
 * The last event of a topic always stays, so the places of groups keep their meaning. Nothing is done while another
 * process does it.
 */
export async function compact(pool: Pool, topics: readonly Topic[], days = COMPACT_AFTER_DAYS): Promise<number> {
  // A lock of the session: in a transaction that rests it would be ended after 30 s, in the middle of a large topic.
  const session = await pool.connect()
  let held = false
  try {
    held = (await one<{ mine: boolean }>(session, sql`select pg_try_advisory_lock(hashtextextended('vitrylo.compact', 0)) as mine`))?.mine === true
    let removed = 0
    if (!held) return removed
    for (const { name, keep } of topics) {
      if (keep === 'all') continue
      removed += keep === 'last' ? await compactTopic(pool, name, days) : await dropPassed(pool, name, days)
      await forgetNamed(pool, name)
    }
    return removed
  } finally {
    // Ending a session that cannot give the lock back does so.
    const given = !held || (await session.query("select pg_advisory_unlock(hashtextextended('vitrylo.compact', 0))").then(() => true, () => false))
    session.release(!given)
  }
}

async function compactTopic(pool: Pool, topic: string, days: number): Promise<number> {
  const rows = await many<{ seq: number }>(pool, sql`
    select seq from (
      select seq, stored_at, max(seq) over (partition by key) as last from bus_log where topic = ${topic}
    ) as l
    where seq < last and stored_at < now() - make_interval(days => ${days}::int)
    order by seq`)
  const seqs = rows.map(({ seq }) => seq)
  for (let start = 0; start < seqs.length; start += CHUNK) {
    await exec(pool, sql`delete from bus_log where topic = ${topic} and seq = any(${seqs.slice(start, start + CHUNK)}::bigint[])`)
  }
  return seqs.length
}

/** In the order in which it came: nothing beyond the first chunk is looked at before that is gone. */
async function dropPassed(pool: Pool, topic: string, days: number): Promise<number> {
  for (let gone = 0; ; ) {
    const { rowCount } = await exec(pool, sql`
      delete from bus_log where topic = ${topic} and seq in (
        select seq from (select seq, stored_at from bus_log where topic = ${topic} order by seq limit ${CHUNK}) as l
        where stored_at < now() - make_interval(days => ${days}::int)
          and seq < (select max(m.seq) from bus_log m where m.topic = ${topic})
          and seq <= (select min(p.seq) from bus_position p where p.topic = ${topic}))`)
    gone += rowCount ?? 0
    if ((rowCount ?? 0) < CHUNK) return gone
  }
}
