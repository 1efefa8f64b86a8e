import { may, type Caller } from '@vitrylo/auth'
import { inTx, many, one, sql, type Pool } from '@vitrylo/pg'
import type { Deps } from '@vitrylo/service'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { scope } from '../counterparty/counterparty-sql.ts'
import { compare } from './compare.ts'
import { factsOf, type Facts } from './facts.ts'
import { countValues, type Frequencies } from './frequency.ts'
import { buildBlocks, candidatePairs, readFrequencies, saveFrequencies } from './match-sql.ts'
import { savePairs, type FoundPair } from './pair-sql.ts'
import { PROBABLE } from './rules.ts'
import { countedAll, endSearch, moveOn, readSearch, type SearchRow } from './search-sql.ts'
import { refreshCounterpartyKeys } from './stale-keys.ts'

const STEP = 500
/** Facts that are kept for the steps to come: what bounds the memory of a search, whatever the size of the base. */
const KEPT = 20_000
/** Frequencies of so many records are as good as those of all. */
const SAMPLE = 50_000

type Run = Pick<Deps, 'pool' | 'rights' | 'now' | 'log'> & { signal?: AbortSignal }

/**
 * Compares the base step by step. Pairs and progress are saved together: after kill -9 it goes on behind the last step,
 * and no pair is there twice. An outage is thrown, so that the queue tries again.
 */
export async function runSearch(run: Run, id: string): Promise<void> {
  const { pool, now } = run
  let row = await readSearch(pool, id)
  if (row?.state === 'running' && !row.counted) {
    await count(run, row)
    row = await readSearch(pool, id)
  }
  const frequencies = await readFrequencies(pool)
  const kept = new Map<string, Known>()
  while (row?.state === 'running') {
    if (run.signal?.aborted === true) throw new Error('the worker is stopping')
    const caller = callerOf(run, row)
    if (!may(caller, 'counterparties', 'view')) return void (await endSearch(pool, id, 'failed', 'right-withdrawn', now()))
    const ended = await step({ run, row, caller, frequencies, kept })
    if (ended) return void (await endSearch(pool, id, 'done', '', now()))
    row = await readSearch(pool, id)
  }
}

const callerOf = ({ rights }: Run, { claims }: SearchRow): Caller => rights.callerOf({ ...claims, client: '', sessionId: undefined, expiresAt: 0 })

/** Brings keys and frequencies up to date. */
async function count({ pool, now, ...run }: Run, row: SearchRow): Promise<void> {
  await refreshCounterpartyKeys(pool, undefined, run.signal)
  const { base } = (await one<{ base: number }>(pool, sql`select count(*) as base from counterparty where deleted_at is null`))!
  const share = Math.min(100, (100 * SAMPLE) / Math.max(base, 1))
  const frequencies = countValues(await sampleOf(pool, share), base)
  const caller = callerOf({ pool, now, ...run }, row)
  await inTx(pool, async (tx) => {
    await saveFrequencies(tx, frequencies, now())
    await buildBlocks(tx)
    const { records } = (await one<{ records: number }>(
      tx,
      sql`select count(*) as records from counterparty c where c.deleted_at is null and ${scope(caller, 'view')}`,
    ))!
    await countedAll(tx, row.id, records)
  })
  // Plans made for a table that was empty are far off.
  await pool.query('analyze counterparty_match, match_block')
}

/** Read in parts: a sample is bounded, an answer with all of it at once would be held twice. */
async function sampleOf(pool: Pool, share: number): Promise<Facts[]> {
  return inTx(pool, async (tx) => {
    await tx.query(`declare sample no scroll cursor for select ${columns.text} from counterparty c tablesample bernoulli (${share}) repeatable (1) where c.deleted_at is null`)
    const facts: Facts[] = []
    for (;;) {
      const { rows } = await tx.query<CounterpartyRow>(`fetch ${STEP} from sample`)
      if (rows.length === 0) return facts
      for (const each of rows) facts.push(factsOf(fromRow(each)))
    }
  })
}

type Known = { facts: Facts; revision: number } | undefined
type Stepping = { run: Run; row: SearchRow; caller: Caller; frequencies: Frequencies; kept: Map<string, Known> }

/** True: there was nothing left. */
async function step({ run: { pool, now }, row, caller, frequencies, kept }: Stepping): Promise<boolean> {
  const ids = (
    await many<{ id: string }>(
      pool,
      sql`select c.id from counterparty c where (${row.position}::uuid is null or c.id > ${row.position}::uuid) and c.deleted_at is null
            and ${scope(caller, 'view')} order by c.id limit ${STEP}`,
    )
  ).map(({ id }) => id)
  if (ids.length === 0) return true
  const candidates = await candidatePairs(pool, ids)
  await know(pool, caller, kept, new Set(candidates.flatMap(({ older, younger }) => [older, younger])))
  const found: FoundPair[] = candidates.flatMap(({ older, younger }) => {
    const [first, second] = [kept.get(older), kept.get(younger)]
    if (first === undefined || second === undefined) return []
    const { probability, reasons } = compare(first.facts, second.facts, frequencies)
    if (probability < PROBABLE) return []
    return [{ first: older, second: younger, firstRevision: first.revision, secondRevision: second.revision, probability, reasons }]
  })
  await inTx(pool, async (tx) => {
    const pairs = await savePairs(tx, caller, ids, found)
    // Somebody else has gone on with it, or cancelled it: then nothing of this step may stay.
    if (!(await moveOn(tx, row, { position: ids.at(-1)!, compared: ids.length, pairs }, now()))) throw new Overtaken()
  }).catch((error: unknown) => {
    if (!(error instanceof Overtaken)) throw error
  })
  return false
}

class Overtaken extends Error {}

/** Reads the facts that are not at hand; undefined stands for a record that the caller may not see. */
async function know(pool: Pool, caller: Caller, kept: Map<string, Known>, ids: ReadonlySet<string>): Promise<void> {
  if (kept.size + ids.size > KEPT) for (const id of kept.keys()) if (!ids.has(id)) kept.delete(id)
  const missing = [...ids].filter((id) => !kept.has(id))
  for (let at = 0; at < missing.length; at += STEP) {
    const part = missing.slice(at, at + STEP)
    for (const id of part) kept.set(id, undefined)
    const rows = await many<CounterpartyRow>(
      pool,
      sql`select ${columns} from counterparty c where c.id = any(${part}::uuid[]) and c.deleted_at is null and ${scope(caller, 'view')}`,
    )
    for (const each of rows) kept.set(each.id, { facts: factsOf(fromRow(each)), revision: each.revision })
  }
}
