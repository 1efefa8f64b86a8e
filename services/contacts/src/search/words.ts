import { exec, inTx, many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import type { Deps, Sweep } from '@vitrylo/service'
import { SHORTEST_KEPT } from './mistyped.ts'

const SWEEP_MS = 15_000
const STEP = 2_000
/** A record may be saved some moments after the time that it bears. */
const LATE_MS = 5_000
/** Where it took longer, or a clock is behind: so often what was saved lately is looked through again, twice as far back. */
const AGAIN = sql`interval '10 minutes'`
/** All words are gathered anew so often: what came later still is in then, and what no record has any more is out. */
const WHOLE = sql`interval '24 hours'`
const LONGEST_KEPT = 32
/** Share of equal three-letter pieces from which a word counts as mistyped. */
export const ALIKE = 0.5
/** One process gathers at a time; who takes words away looks whether one does. */
const LOCK = sql`hashtextextended('search_words', 0)`

/** Behind which record the next step begins, in the order of changes. */
type Place = { at: string; id: string }
type Seen = { counterparty_at: string; counterparty_id: string; person_at: string; person_id: string; whole_at: string; is_whole: boolean; is_again: boolean; again_from: string; now: string }

const FIRST = '00000000-0000-0000-0000-000000000000'
const SOURCES = {
  counterparty: sql`select c.updated_at, c.id, c.search from counterparty c where c.deleted_at is null`,
  person: sql`select c.updated_at, c.id, c.search from contact_person c where true`,
} as const

/** Keeps the words of records up to date. Those changed last are searched without them, so that they may come a little later. */
export function wordsSweep({ pool }: Deps): Sweep {
  const each = () => gatherWords(pool)
  return { name: 'words of the search', everyMs: SWEEP_MS, first: each, each }
}

/** The words of records changed since the last time; once a day of all of them. One process at a time, the others leave it to that one. */
export async function gatherWords(pool: Pool, lateMs = LATE_MS): Promise<void> {
  const client = await pool.connect()
  try {
    const lock = await one<{ held: boolean }>(client, sql`select pg_try_advisory_lock(${LOCK}) as held`)
    if (lock?.held !== true) return
    await gather(client, lateMs).finally(() => exec(client, sql`select pg_advisory_unlock(${LOCK})`))
  } finally {
    client.release()
  }
}

// By the clock of the database: those of processes differ, and one that is ahead would keep the others from it.
async function gather(db: Db, lateMs: number): Promise<void> {
  const seen = (await one<Seen>(
    db,
    sql`select counterparty_at::text, counterparty_id, person_at::text, person_id, whole_at::text, clock_timestamp()::text as now,
          whole_at <= clock_timestamp() - ${WHOLE} as is_whole, again_at <= clock_timestamp() - ${AGAIN} as is_again, (clock_timestamp() - 2 * ${AGAIN})::text as again_from from search_words_seen`,
  ))!
  const from = (at: string, id: string): Place => (seen.is_whole ? { at: '-infinity', id: FIRST } : seen.is_again ? { at: seen.again_from, id: FIRST } : { at, id })
  const known = seen.is_whole ? sql`do update set seen_at = excluded.seen_at where search_word.seen_at < excluded.seen_at` : sql`do nothing`
  const counterparties = await gatherFrom(db, SOURCES.counterparty, from(seen.counterparty_at, seen.counterparty_id), { lateMs, known, now: seen.now })
  const persons = await gatherFrom(db, SOURCES.person, from(seen.person_at, seen.person_id), { lateMs, known, now: seen.now })
  if (seen.is_whole) await exec(db, sql`delete from search_word where seen_at < ${seen.now}::timestamptz`)
  // Unless meanwhile somebody wanted all of them gathered anew.
  await exec(
    db,
    sql`update search_words_seen set counterparty_at = ${counterparties.at}::timestamptz, counterparty_id = ${counterparties.id}, person_at = ${persons.at}::timestamptz, person_id = ${persons.id},
          again_at = case when ${seen.is_again || seen.is_whole} then ${seen.now}::timestamptz else again_at end, whole_at = case when ${seen.is_whole} then ${seen.now}::timestamptz else whole_at end
        where whole_at = ${seen.whole_at}::timestamptz`,
  )
}

async function gatherFrom(db: Db, source: Sql, from: Place, { lateMs, known, now }: { lateMs: number; known: Sql; now: string }): Promise<Place> {
  for (let place = from; ; ) {
    const last: { updated_at: string; id: string; size: number } | undefined = await one(
      db,
      sql`with page as materialized (${source} and (c.updated_at, c.id) > (${place.at}::timestamptz, ${place.id}::uuid) and c.updated_at <= clock_timestamp() - ${lateMs} * interval '1 ms' order by c.updated_at, c.id limit ${STEP}),
            kept as (
              insert into search_word (word, seen_at)
              select distinct w.word, ${now}::timestamptz from page, string_to_table(page.search, ' ') w (word)
              where length(w.word) between ${SHORTEST_KEPT} and ${LONGEST_KEPT} and w.word !~ '[0-9]' order by 1
              on conflict (word) ${known})
          select p.updated_at::text, p.id, (select count(*)::int from page) as size from page p order by p.updated_at desc, p.id desc limit 1`,
    )
    if (last === undefined) return place
    place = { at: last.updated_at, id: last.id }
    if (last.size < STEP) return place
  }
}

const MOST_READ = 500

/** Words that begin as one of the patterns of LIKE says. */
export const wordsLike = (db: Db, patterns: readonly string[]): Promise<string[]> =>
  // Planned with the patterns themselves: a prepared plan would read all words.
  ask(db, sql`select w.word from search_word w where w.word like any(${patterns}::text[]) limit ${MOST_READ}`)

/** Words that share at least half of their three-letter pieces with one and do not begin with it, the likest first. */
export const wordsAlike = (pool: Pool, word: string, limit: number): Promise<string[]> =>
  inTx(pool, async (tx) => {
    await tx.query(`set local pg_trgm.word_similarity_threshold = ${ALIKE}`)
    return ask(tx, sql`select w.word from search_word w where ${word} <% w.word and not starts_with(w.word, ${word}) order by word_similarity(${word}, w.word) desc, w.word limit ${limit}`)
  })


async function ask(db: Db, { text, values }: Sql): Promise<string[]> {
  return (await db.query<{ word: string }>(text, values as unknown[])).rows.map(({ word }) => word)
}

/** What people that are erased were found by, so that their words can be forgotten when they are gone. */
export async function wordsOfRecords(tx: Tx, counterpartyIds: readonly string[], contactPersonIds: readonly string[]): Promise<string[]> {
  const rows = await many<{ word: string }>(
    tx,
    sql`select distinct w.word from (
          select search from counterparty where id = any(${counterpartyIds}::uuid[])
          union all select search from contact_person where id = any(${contactPersonIds}::uuid[])) r, string_to_table(r.search, ' ') w (word)
        where length(w.word) >= ${SHORTEST_KEPT}`,
  )
  return rows.map(({ word }) => word)
}

/** Has all words gathered anew by the next sweep: what a restored backup brought of people who were erased again is out then. */
export const gatherAnew = async (tx: Tx): Promise<void> => void (await exec(tx, sql`update search_words_seen set whole_at = '-infinity'`))

/** Of these words those that no record is found by. Where a gathering is under way, which may have read them before, it is done again. */
export async function forgetWords(tx: Tx, words: readonly string[]): Promise<void> {
  const alone = await one<{ held: boolean }>(tx, sql`select pg_try_advisory_xact_lock(${LOCK}) as held`)
  if (alone?.held !== true) await gatherAnew(tx)
  await exec(
    tx,
    sql`delete from search_word w where w.word = any(${words}::text[])
        and not exists (select from counterparty c where c.search like '% ' || w.word || ' %')`,
  )
}
