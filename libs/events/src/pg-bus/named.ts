import { deleteInSlices, exec, inTx, many, one, sql, uuidsIn, type Pool, type Tx } from '@vitrylo/pg'

const SLICE = 500

/**
 * Notes what the events of topics that begin so name, so that an erasure finds its own without reading the log. It is done when somebody erases, from where it ended the last time:
 * kept by who publishes it would make a create 6 % dearer (docs/adr/0002-postgresql-bus.md). Each slice is a transaction: after a kill it goes on, and two at once take turns.
 */
export async function noteNamed(pool: Pool, topics: string): Promise<void> {
  for (const topic of await topicsOf(pool, topics)) while (await noteSlice(pool, topic));
}

/** One probe of the index for each topic of the log. */
async function topicsOf(pool: Pool, begin: string): Promise<string[]> {
  const rows = await many<{ topic: string }>(pool, sql`
    with recursive known (topic) as (
      select min(topic) from bus_log
      union all
      select (select min(l.topic) from bus_log l where l.topic > k.topic) from known k where k.topic is not null
    )
    select topic from known where starts_with(topic, ${begin})`)
  return rows.map(({ topic }) => topic)
}

type Row = { seq: number; text: string }

/** False when it has come to the end. */
async function noteSlice(pool: Pool, topic: string): Promise<boolean> {
  return inTx(pool, async (tx) => {
    const until = await lockUntil(tx, topic)
    const rows = await many<Row>(tx, sql`
      select seq, concat_ws(' ', key, headers->>'counterparty', data::text) as text from bus_log where topic = ${topic} and seq > ${until} order by seq limit ${SLICE}`)
    if (rows.length === 0) return false
    const named = rows.map(({ seq, text }) => ({ seq, ids: [...uuidsIn(text)] }))
    await exec(tx, sql`
      insert into bus_named (topic, seq, ids)
      select ${topic}, n.seq, n.ids from jsonb_to_recordset(${JSON.stringify(named)}::jsonb) as n (seq bigint, ids uuid[]) on conflict do nothing`)
    await exec(tx, sql`update bus_named_until set seq = ${rows.at(-1)!.seq} where topic = ${topic}`)
    return rows.length === SLICE
  })
}

async function lockUntil(tx: Tx, topic: string): Promise<number> {
  await exec(tx, sql`insert into bus_named_until (topic, seq) values (${topic}, 0) on conflict do nothing`)
  const row = await one<{ seq: number }>(tx, sql`select seq from bus_named_until where topic = ${topic} for update`)
  return row!.seq
}

/** What was noted of events that compaction has removed, now or when it was ended before it came to this. */
export const forgetNamed = (pool: Pool, topic: string) =>
  deleteInSlices(pool, sql`bus_named`, sql`topic = ${topic} and not exists (select from bus_log l where l.topic = bus_named.topic and l.seq = bus_named.seq)`)
