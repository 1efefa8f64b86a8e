import { scopeOf, type Caller } from '@vitrylo/auth'
import { exec, many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { columns, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { factsOf } from './facts.ts'
import { emptyCounts, type Frequencies, type Kind } from './frequency.ts'
import { keysOf } from './keys.ts'
import { MAX_BLOCK } from './rules.ts'

const keyRows = (saved: readonly Counterparty[]): string => JSON.stringify(saved.map((c) => ({ id: c.id, revision: c.etag, keys: keysOf(factsOf(c)) })))

const keyed = (rows: string): Sql =>
  sql`insert into counterparty_match (counterparty_id, revision, keys)
      select r.id, r.revision, r.keys from jsonb_to_recordset(${rows}::jsonb) as r (id uuid, revision bigint, keys int[])
      on conflict (counterparty_id) do update set revision = excluded.revision, keys = excluded.keys
        where counterparty_match.revision < excluded.revision`

/** The keys of records that are being saved, for the statement that saves them: `with keyed as (…)`. */
export const keysSaved = (saved: readonly Counterparty[]): Sql => sql`keyed as (${keyed(keyRows(saved))})`

export async function saveKeys(db: Db, saved: readonly Counterparty[]): Promise<void> {
  if (saved.length > 0) await exec(db, keyed(keyRows(saved)))
}

/** Living records that share a key, as far as the caller may see them. */
export const candidatesOf = (db: Db, caller: Caller, keys: readonly number[], exceptId: string): Promise<CounterpartyRow[]> =>
  many<CounterpartyRow>(
    db,
    sql`select ${columns} from counterparty c
        where c.id in (
            select m.counterparty_id from counterparty_match m
            where m.keys && array(select k from unnest(${keys}::int[]) k where not exists (select from match_common_key o where o.key = k)))
          and c.deleted_at is null and c.id::text <> ${exceptId}
          and ${scopeOf(caller, 'counterparties', 'view', { branch: sql`c.branch_id`, owner: sql`c.responsible_id`, record: sql`c.id` })}
        order by c.id limit ${MAX_CANDIDATES}`,
  )

/** A name that is all there is may share its beginning with many. */
const MAX_CANDIDATES = 500

export async function saveFrequencies(tx: Tx, { base, records, counts }: Frequencies, now: Date): Promise<void> {
  // Two searches that count at once would both lay out the same.
  await exec(tx, sql`select pg_advisory_xact_lock(hashtextextended('match_base', 60))`)
  await exec(tx, sql`delete from match_frequency`)
  await exec(tx, sql`delete from match_common_key`)
  for (const [kind, map] of Object.entries(counts)) {
    await exec(
      tx,
      sql`insert into match_frequency (kind, value, count)
          select ${kind}::text, v.* from unnest(${[...map.keys()]}::text[], ${[...map.values()]}::int[]) v`,
    )
  }
  await exec(
    tx,
    sql`insert into match_common_key
        select k from counterparty_match m, unnest(m.keys) k group by k having count(*) > ${MAX_BLOCK}`,
  )
  await exec(
    tx,
    sql`insert into match_base (base, records, counted_at) values (${base}, ${records}, ${now})
        on conflict (only_row) do update set base = excluded.base, records = excluded.records, counted_at = excluded.counted_at`,
  )
}

const PART = 50_000
const FIRST = '00000000-0000-0000-0000-000000000000'
/** Keys are hashes, so that a range holds a part of the rows. */
const KEYS = 2 ** 26

/** Lays out which records share which keys, part by part, so that no statement is a long one. */
export async function buildBlocks(tx: Tx): Promise<void> {
  for (let low = -(2 ** 31); low < 2 ** 31; low += KEYS) await exec(tx, sql`delete from match_block where key between ${low}::int and ${low + KEYS - 1}::int`)
  let after = FIRST
  for (;;) {
    const last = await one<{ id: string | null }>(
      tx,
      sql`select max(counterparty_id::text) as id from (
            select counterparty_id from counterparty_match where counterparty_id > ${after}::uuid order by counterparty_id limit ${PART}) part`,
    )
    if (last?.id == null) return
    await exec(
      tx,
      sql`insert into match_block (key, counterparty_id)
          select k, m.counterparty_id from counterparty_match m, unnest(m.keys) k
          where m.counterparty_id > ${after}::uuid and m.counterparty_id <= ${last.id}::uuid
            and not exists (select from match_common_key x where x.key = k) order by k, m.counterparty_id`,
    )
    after = last.id
  }
}

/** Each of `ids` with every older record that shares a key. */
export const candidatePairs = (db: Db, ids: readonly string[]): Promise<{ older: string; younger: string }[]> =>
  many(
    db,
    sql`select distinct o.counterparty_id as older, m.counterparty_id as younger
        from counterparty_match m cross join unnest(m.keys) k
          join match_block o on o.key = k and o.counterparty_id < m.counterparty_id
        where m.counterparty_id = any(${ids}::uuid[])`,
  )

type Known = { at: number; frequencies: Frequencies }
const known = new WeakMap<Pool, Known>()
const KNOWN_MS = 60_000

/** As the last search counted them; before the first one every value is taken for a rare one. */
export async function frequenciesOf(pool: Pool): Promise<Frequencies> {
  const kept = known.get(pool)
  if (kept !== undefined && performance.now() - kept.at < KNOWN_MS) return kept.frequencies
  const frequencies = await readFrequencies(pool)
  known.set(pool, { at: performance.now(), frequencies })
  return frequencies
}

export async function readFrequencies(db: Db): Promise<Frequencies> {
  const counted = await one<{ base: number; records: number }>(db, sql`select base, records from match_base`)
  const counts = emptyCounts()
  for (const { kind, value, count } of await many<{ kind: Kind; value: string; count: number }>(db, sql`select kind, value, count from match_frequency`)) {
    counts[kind]?.set(value, count)
  }
  return { base: counted?.base ?? 0, records: counted?.records ?? 0, counts }
}
