import { may, scopeOf, type Caller } from '@vitrylo/auth'
import { many, sql, type Pool, type Sql } from '@vitrylo/pg'
import type { SearchCounterpartiesResponse } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { scope } from '../counterparty/counterparty-sql.ts'
import type { Query } from './query.ts'
import { beginningsOf, isMistypable, likest, meant, SHORTEST_KEPT } from './mistyped.ts'
import { isFoundOpenly, openQuery, openRow, searchesLess } from './open-words.ts'
import { personsOf, reasonsOf } from './reasons.ts'
import { ALIKE, wordsAlike, wordsLike } from './words.ts'

type Found = CounterpartyRow & { tier: number; name_key: string; own_search: string }

/** Matches that are ranked against each other. A word with more is a common one; then the best of each rank are looked up. */
const POOL = 32
/** So many are looked through for a common word before its trigrams are asked. */
const LATEST = 1_000
/** So many of those whose names begin with a common word. */
const NAMED = 200

/**
 * Best first: the name itself, its beginning, the beginning of a word, the inside of a word; only when there is
 * nothing of these, words that are written alike. Among equals own clients, then the ones that changed last; of a common
 * word, which hardly anybody looks for to its end, those that are not among the last changed come in any order.
 */
export async function searchCounterparties(pool: Pool, caller: Caller, query: Query, size: number): Promise<SearchCounterpartiesResponse> {
  if (searchesLess(caller)) return searchOpenly(pool, caller, openQuery(caller, query), size)
  const found = query.words.length === 0 ? [] : await find(pool, caller, query, size)
  return { counterparties: found.map(fromRow), nextPageToken: '', reasons: await reasonsOf(pool, caller, query, found) }
}

// So many times as many are looked at where some of them are found only by what the caller must not know.
const SPARE = 4

/** The same for a caller from whom something is hidden by which others find: whoever is found by that alone is not found. */
async function searchOpenly(pool: Pool, caller: Caller, query: Query, size: number): Promise<SearchCounterpartiesResponse> {
  const rows = query.words.length === 0 ? [] : await find(pool, caller, query, size * SPARE)
  const persons = await personsOf(pool, caller, rows.map(({ id }) => id))
  const open = rows.map((row) => openRow(caller, row))
  const literal = open.filter((row) => row.tier < 4 && isFoundOpenly(query, row, persons.filter((person) => person.counterparty_id === row.id)))
  // Were nobody found by the hidden words either, those written alike would be shown: that must make no difference.
  const alike = literal.length > 0 || query.digits ? [] : rows.some(({ tier }) => tier < 4) ? await similar(pool, caller, query, size) : rows
  const found = [...literal, ...alike.map((row) => openRow(caller, row))].slice(0, size)
  return { counterparties: found.map(fromRow), nextPageToken: '', reasons: await reasonsOf(pool, caller, query, found) }
}

async function find(pool: Pool, caller: Caller, query: Query, size: number): Promise<Found[]> {
  // One or two letters are everywhere: they are looked for at the beginning of words only.
  const short = query.words.every((word) => word.length < 3)
  if (!short && !isCommon(query.key)) {
    const rows = await latestMatches(pool, caller, query)
    if (rows.length === 0) return query.digits ? [] : similar(pool, caller, query, size)
    if (rows.length < POOL) return ranked(caller, rows, size)
    common.set(query.key, performance.now())
  }
  const ids = await best(pool, caller, query, size, short)
  // Common among what others see: for this caller it may be nowhere.
  if (ids.length === 0 && !short && !query.digits) return similar(pool, caller, query, size)
  const rows = await many<Found>(pool, sql`${selectFound(query)} where c.id = any(${ids}::uuid[]) and ${visible(caller)} order by ${recent}`)
  return ranked(caller, rows, size)
}

// What was common a minute ago needs no first look: both ways give the same, this one only costs less.
const common = new Map<string, number>()
const COMMON_MS = 60_000
const MAX_COMMON = 5_000

function isCommon(key: string): boolean {
  if (common.size > MAX_COMMON) common.clear()
  return performance.now() - (common.get(key) ?? -Infinity) < COMMON_MS
}

/**
 * Without a name PostgreSQL plans with the words themselves: for a rare one by trigrams, for a common one along the
 * index of changes. A prepared plan would be wrong for one of them.
 */
async function latestMatches(pool: Pool, caller: Caller, query: Query): Promise<Found[]> {
  const { text, values } = sql`${selectFound(query)} where ${visible(caller)} and ${matches(caller, query)} order by ${recent} limit ${POOL}`
  return (await pool.query<Found>(text, values as unknown[])).rows
}

/** For common words: rank by rank until there are enough, so that no rank is read to its end. */
async function best(pool: Pool, caller: Caller, query: Query, size: number, short: boolean): Promise<string[]> {
  const ids = new Set<string>()
  const take = (rows: readonly { id: string }[]): boolean => {
    for (const { id } of rows) ids.add(id)
    return ids.size >= size
  }
  const ranks = [and(caller, query.starts.map((word) => `% ${word}%`)), matches(caller, query)]
  // With the first rank of words in one trip: among the latest it costs little, whether it is needed or not.
  let picks = named(caller, query.key, size)
  for (const condition of ranks.slice(0, short ? 1 : 2)) {
    const limit = size + ids.size // those of a better rank may come again
    const own = caller.employeeId === undefined ? [] : [latest(sql`c.responsible_id = ${caller.employeeId} and ${visible(caller)}`, condition, limit)]
    if (take(await many(pool, sql.join([...picks, ...own, latest(visible(caller), condition, limit)], ' union all ')))) break
    if (take(await some(pool, caller, condition, limit))) break
    picks = []
  }
  return [...ids]
}

// Behind every text that begins with the one before it, whatever the database sorts by: name_key is of collation C.
const LAST = '\u{10ffff}'

/** Whose name is the words, and whose begins so: of very many the first by the alphabet, the latest of them stand among the latest anyway. */
const named = (caller: Caller, key: string, limit: number): Sql[] => [
  sql`(select c.id from counterparty c where ${visible(caller)} and c.name_key = ${key} order by ${recent} limit ${limit})`,
  sql`(select c.id from (select c.id, c.updated_at from counterparty c where ${visible(caller)} and c.name_key >= ${key} and c.name_key < ${key + LAST}
        order by c.name_key limit ${NAMED}) c order by ${recent} limit ${limit})`,
]

/** Among those that changed last: what is common is mostly found there, and when it is not no more of them are read. */
const latest = (of: Sql, condition: Sql, limit: number): Sql =>
  sql`(select c.id from (select * from counterparty c where ${of} order by ${recent} limit ${LATEST}) c where ${condition} limit ${limit})`

/** Any of them, by trigrams. `materialized` keeps the limit from the planner: it would read the table from its beginning. */
async function some(pool: Pool, caller: Caller, condition: Sql, limit: number): Promise<{ id: string }[]> {
  const { text, values } = sql`with hits as materialized (select c.id from counterparty c where ${visible(caller)} and ${condition}) select id from hits limit ${limit}`
  return (await pool.query<{ id: string }>(text, values as unknown[])).rows
}

const recent = sql`c.updated_at desc, c.id desc`

const visible = (caller: Caller): Sql => sql`c.deleted_at is null and ${scope(caller, 'view')}`

/** All words, in any order. */
const matches = (caller: Caller, { words }: Query): Sql => and(caller, words.map((word) => (word.length < 3 ? `% ${word}%` : `%${word}%`)))

/** Words of contact persons count only where the caller may see contact persons. A pattern may be several, of which one must fit. */
function and(caller: Caller, patterns: readonly (string | string[])[]): Sql {
  const persons = caller.reach('contact-persons', 'view')
  const like = (column: Sql, pattern: string | string[]): Sql => (typeof pattern === 'string' ? sql`${column} like ${pattern}` : sql`${column} like any(${pattern}::text[])`)
  if (persons?.all === true) return sql.join(patterns.map((pattern) => like(sql`c.search`, pattern)), ' and ')
  const personScope = may(caller, 'contact-persons', 'view')
    ? scopeOf(caller, 'contact-persons', 'view', { branch: sql`c.branch_id`, owner: sql`c.responsible_id` })
    : sql`false`
  const parts = patterns.map((pattern) => sql`${like(sql`c.search`, pattern)} and (${personScope} or ${like(sql`c.own_search`, pattern)})`)
  return sql.join(parts, ' and ')
}

/** The columns of a match and its rank: the name itself, its beginning, the beginning of a word, the inside of one. */
function selectFound({ key, starts: words, code }: Query): Sql {
  const starts = sql.join(words.map((word) => sql`c.search like ${`% ${word}%`}`), ' and ')
  return sql`select ${columns}, c.name_key, c.own_search,
      case when c.name_key = ${key} or c.tax_code = ${code} then 0 when c.name_key like ${`${key}%`} then 1 when ${starts} then 2 else 3 end as tier
    from counterparty c`
}

/** Rows come with the latest first. */
function ranked({ employeeId }: Caller, rows: readonly Found[], size: number): Found[] {
  const rank = ({ tier, responsible_id: owner }: Found): number => 2 * tier + (owner !== null && owner === employeeId ? 0 : 1)
  return rows.toSorted((a, b) => rank(a) - rank(b)).slice(0, size)
}

/** Words with a mistake: with one that a hand makes, else each long word of the query stands for words that are written alike. */
async function similar(pool: Pool, caller: Caller, query: Query, size: number): Promise<Found[]> {
  const found = isMistypable(query.words) ? await mistyped(pool, caller, query, size) : []
  return found.length > 0 ? found : alike(pool, caller, query, size)
}

/** What a word may stand for, the likest first, a list for each word of the query; none for one that stands for nothing. */
type Meant = string[][]

async function mistyped(pool: Pool, caller: Caller, query: Query, size: number): Promise<Found[]> {
  const patterns = query.words.map(meant)
  const known = await wordsLike(pool, patterns.flatMap((some) => some.slice(1)))
  const meanings = patterns.map((some, index) => likest(query.words[index]!, beginningsOf(some.slice(1), known)))
  return widened(pool, caller, query, size, meanings, [fresh(caller, meantIn(caller, patterns.map((some) => some.map((one) => one.slice(0, -1)))))])
}

async function alike(pool: Pool, caller: Caller, query: Query, size: number): Promise<Found[]> {
  if (query.words.every((word) => word.length < SHORTEST_KEPT)) return []
  const meanings = await Promise.all(query.words.map(async (word) => (word.length < SHORTEST_KEPT ? [] : wordsAlike(pool, word, MEANT.at(-1)!))))
  const own = searchesLess(caller) ? sql`c.name_key` : sql`c.own_search`
  const like = query.words.map((word) => (word.length < SHORTEST_KEPT ? sql`' ' || ${own} like ${`% ${word}%`}` : sql`word_similarity(${word}, ${own}) >= ${ALIKE}`))
  return widened(pool, caller, query, size, meanings, [fresh(caller, sql.join(like, ' and '))])
}

/** Who was saved a moment ago is compared as they are: their words are not among the known yet. */
const fresh = (caller: Caller, condition: Sql): Sql => latest(sql`c.updated_at > now() - interval '1 minute' and ${visible(caller)}`, condition, NAMED)

/** So many words one that was mistyped may stand for, and if nobody is found by these so many: each is a look into the trigrams of all records. */
const MEANT = [4, 12]

/** Words that others alone have must not hide those that the caller's records have: where the first few find nobody there are more. */
async function widened(pool: Pool, caller: Caller, query: Query, size: number, meanings: Meant, others: Sql[]): Promise<Found[]> {
  let found: Found[] = []
  for (const most of MEANT) {
    // Of several words one may also be right; one alone was looked for as it is, and nobody was found.
    const itself = (index: number): string[] => (query.words.length > 1 ? [query.words[index]!] : [])
    found = await written(pool, caller, query, size, meanings.map((some, index) => [...itself(index), ...some.slice(0, most)]), others)
    if (found.length > 0 || meanings.every((some) => some.length <= most)) break
  }
  return found
}

/** Those that are found by what was meant, the likest first, and of equals own clients. */
async function written(pool: Pool, caller: Caller, { words }: Query, size: number, meanings: Meant, others: Sql[]): Promise<Found[]> {
  const sources = meanings.some((some) => some.length === 0) ? others : [sql`(select c.id from counterparty c where ${visible(caller)} and ${meantIn(caller, meanings)} limit ${NAMED})`, ...others]
  if (sources.length === 0) return []
  const likeness = sql.join(words.map((word) => sql`word_similarity(${word}, c.name_key)`), ' + ')
  // As for a rare word: planned with the patterns themselves. `materialized` keeps the limit from the planner.
  const { text, values } = sql`with hits as materialized (${sql.join(sources, ' union ')})
    select ${columns}, c.name_key, c.own_search, 4 as tier from counterparty c where c.id in (select id from hits)
    order by ${likeness} desc, (c.responsible_id = ${caller.employeeId ?? null}::uuid) is true desc, ${recent} limit ${size}`
  return (await pool.query<Found>(text, values as unknown[])).rows
}

/** Beginnings of words; for whom something is hidden only of the name: the text with everything would tell of the rest. */
function meantIn(caller: Caller, meanings: Meant): Sql {
  const patterns = meanings.map((some) => some.map((one) => `% ${one}%`))
  if (!searchesLess(caller)) return and(caller, patterns)
  return sql`${and(caller, patterns)} and ${sql.join(patterns.map((some) => sql`' ' || c.name_key like any(${some}::text[])`), ' and ')}`
}
