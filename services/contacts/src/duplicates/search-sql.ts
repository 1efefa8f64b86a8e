import type { Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { pageOf, type ListDefinition } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Tx } from '@vitrylo/pg'
import { DuplicateSearchState, type DuplicateSearch } from '@vitrylo/proto/vitrylo/contacts/v1/duplicate.ts'
import { fromWord } from '@vitrylo/proto/words.ts'

export type SearchRow = {
  id: string
  claims: { subject: string; username: string; groups: string[] }
  state: string
  position: string | null
  counted: boolean
  records: number
  compared: number
  pairs: number
  failure: string
  created_at: Date
  updated_at: Date
}

const columns = sql`s.id, s.claims, s.state, s.position, s.counted, s.records, s.compared, s.pairs, s.failure, s.created_at, s.updated_at`

export const toSearch = (row: SearchRow): DuplicateSearch => ({
  id: row.id,
  createTime: row.created_at,
  updateTime: row.updated_at,
  state: fromWord(DuplicateSearchState, row.state),
  records: BigInt(row.records),
  compared: BigInt(row.compared),
  pairs: BigInt(row.pairs),
  failure: row.failure,
})

/** A search belongs to who started it. */
const own = (caller: Caller) => sql`s.subject = ${caller.subject}`

/** Starts one; undefined if one of the caller runs already. */
export const insertSearch = (tx: Tx, { subject, username, groups }: Caller, id: string, now: Date): Promise<SearchRow | undefined> =>
  one<SearchRow>(
    tx,
    sql`insert into duplicate_search as s (id, subject, claims, state, created_at, updated_at)
        values (${id}, ${subject}, ${JSON.stringify({ subject, username, groups })}, 'running', ${now}, ${now})
        on conflict (subject) where state = 'running' do nothing returning ${columns}`,
  )

export const runningSearch = (db: Db, caller: Caller): Promise<SearchRow | undefined> =>
  one<SearchRow>(db, sql`select ${columns} from duplicate_search s where ${own(caller)} and s.state = 'running'`)

export async function getSearch(db: Db, caller: Caller, id: string): Promise<SearchRow> {
  const row = await one<SearchRow>(db, sql`select ${columns} from duplicate_search s where s.id = ${id} and ${own(caller)}`)
  if (row === undefined) throw notFound('duplicate-search', id)
  return row
}

/** For the worker, which acts for who started it. */
export const readSearch = (db: Db, id: string): Promise<SearchRow | undefined> =>
  one<SearchRow>(db, sql`select ${columns} from duplicate_search s where s.id = ${id}`)

const list: ListDefinition = {
  id: sql`s.id`,
  fields: {},
  orders: { createTime: { column: sql`s.created_at`, type: 'timestamptz' } },
  defaultOrder: 'createTime desc',
}

export async function listSearches(db: Db, caller: Caller, request: { pageSize: number; pageToken: string }) {
  const page = pageOf(list, { ...request, filter: '', orderBy: '' })
  const found = await many<SearchRow & { page_key: string }>(
    db,
    sql`select ${columns}, ${page.pageKey} as page_key from duplicate_search s where ${own(caller)} and ${page.where}
        order by ${page.orderBy} limit ${page.limit}`,
  )
  return page.finish(found)
}

export const countedAll = (tx: Tx, id: string, records: number) =>
  exec(tx, sql`update duplicate_search set counted = true, records = ${records}, seen_at = now(), tries = 0 where id = ${id} and state = 'running'`)

export type Step = { position: string; compared: number; pairs: number }

/** Moves on behind `from`, in the transaction that saves the pairs. False: cancelled, or another worker was faster. */
export async function moveOn(tx: Tx, { id, position }: SearchRow, step: Step, now: Date): Promise<boolean> {
  const { rowCount } = await exec(
    tx,
    sql`update duplicate_search set position = ${step.position}, compared = compared + ${step.compared}, pairs = pairs + ${step.pairs},
          seen_at = now(), tries = 0, updated_at = ${now}
        where id = ${id} and state = 'running' and position is not distinct from ${position}::uuid`,
  )
  return rowCount === 1
}

export const endSearch = (db: Db, id: string, state: 'done' | 'failed' | 'cancelled', failure: string, now: Date) =>
  exec(
    db,
    sql`update duplicate_search set state = ${state}, failure = ${failure}, updated_at = ${now} where id = ${id} and state = 'running'`,
  )

/** Takes up running searches that no worker carries on; one that gets nowhere twice as late each time, up to some hours. */
export const takeUpSearches = (db: Db, seconds: number): Promise<{ id: string }[]> =>
  many(
    db,
    sql`update duplicate_search set tries = tries + 1, seen_at = now()
        where state = 'running' and seen_at <= now() - make_interval(secs => ${seconds}::int * 2 ^ least(tries, 8)) returning id`,
  )
