import { scopeOf, viewOnly, type Caller } from '@vitrylo/auth'
import { withCustom } from '@vitrylo/custom'
import { AppError, etagMismatch, notFound } from '@vitrylo/errors'
import { countRows, pageOf, type Asker, type ListRequest } from '@vitrylo/lists'
import { exec, inTurn, many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { endShares, livingId, remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'
import { keysSaved } from '../duplicates/match-sql.ts'
import { searchableFields } from '../search/search-text.ts'
import { told } from '../timeline/publish.ts'
import { changed, created } from './counterparty-events.ts'
import { counterpartyList } from './counterparty-list.ts'
import {
  columns,
  fromRow,
  savedAssignments,
  savedColumns,
  savedTypes,
  savedValues,
  toRecord,
  type CounterpartyRow,
} from './counterparty-row.ts'

export const scope = (caller: Caller, action: string): Sql =>
  scopeOf(caller, 'counterparties', action, { branch: sql`c.branch_id`, owner: sql`c.responsible_id`, record: sql`c.id` })

/** Also one that was removed: its deleteTime is set. One that was merged is the one it went into: an old link leads there. */
export async function getCounterparty(db: Db, caller: Caller, id: string): Promise<Counterparty> {
  const row = await one<CounterpartyRow>(db, sql`select ${columns} from counterparty c where c.id = ${livingId(id)} and ${scope(caller, 'view')}`)
  if (row === undefined) throw notFound('counterparty', id)
  return fromRow(row)
}

export async function listCounterparties(pool: Pool, asker: Asker, { countTotal, ...request }: ListRequest & { countTotal?: boolean }) {
  const [page, totalSize] = await Promise.all([pageOfCounterparties(pool, asker, 'view', request), countTotal ? countCounterparties(pool, asker, request) : undefined])
  return { ...page, totalSize }
}

function countCounterparties(pool: Pool, asker: Asker, request: ListRequest) {
  const { where } = pageOf(withCustom(counterpartyList, asker.caller, 'counterparties', 'c.'), { ...request, pageToken: '' }, asker)
  return countRows(pool, sql`from counterparty c where c.deleted_at is null and ${scope(asker.caller, 'view')} and ${where}`)
}

/** A page of those that the caller may see and that a right reaches. */
export async function pageOfCounterparties(pool: Pool, asker: Asker, action: string, request: ListRequest) {
  const page = pageOf(withCustom(counterpartyList, asker.caller, 'counterparties', 'c.'), request, asker)
  const { rows, nextPageToken } = await page.read<CounterpartyRow>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from counterparty c
        where c.deleted_at is null and ${scope(asker.caller, 'view')} and ${action === 'view' ? sql`true` : scope(asker.caller, action)} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { counterparties: rows.map(fromRow), nextPageToken }
}

/** Which of those that the caller sees the right to export reaches. */
export async function amongExported(pool: Pool, caller: Caller, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await many<{ id: string }>(pool, sql`select c.id from counterparty c where c.id = any(${ids}::uuid[]) and c.deleted_at is null and ${scope(caller, 'view')} and ${scope(caller, 'export')}`)
  return new Set(rows.map(({ id }) => id))
}

/** Locks one for a change; an etag that is given must be the present one. */
export async function lockCounterparty(tx: Tx, caller: Caller, action: string, id: string, etag = ''): Promise<Counterparty> {
  const row = await one<CounterpartyRow>(
    tx,
    sql`select ${columns} from counterparty c where c.id = ${id} and ${scope(caller, action)} for update`,
  )
  if (row === undefined) {
    await getCounterparty(tx, caller, id)
    throw viewOnly('counterparties', action, id)
  }
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('counterparty', id)
  return remembered(fromRow(row))
}

export function assertNotDeleted(counterparty: Counterparty): void {
  const { id, deleteTime } = counterparty
  if (deleteTime === undefined) return
  assertNotErased(counterparty)
  throw new AppError('FAILED_PRECONDITION', 'DELETED', 'the counterparty was removed; bring it back first', { id })
}

/** Nothing is left that could come back. */
export function assertNotErased({ id, eraseTime }: Counterparty): void {
  if (eraseTime !== undefined) throw new AppError('FAILED_PRECONDITION', 'ERASED', 'the person was erased; nothing but the id is known', { id })
}

/** Who acts, for the columns of the audit. */
export const actorOf = ({ employeeId, username }: Caller): string => employeeId ?? username

/** So many at once are made ready while the database saves those before. */
const SLICE = 100

/** A record that another system had before is as old as it was there; the caller says when it was made, or nobody does. */
export async function insertCounterparties(db: Db, given: readonly Counterparty[], caller: Caller, now: Date): Promise<Counterparty[]> {
  const saved = given.map((c) => ({ ...c, etag: '1', createTime: c.createTime ?? now, updateTime: now, deleteTime: undefined, eraseTime: undefined, lastContactTime: undefined, nextContactTime: undefined }))
  await explained(inTurn(db, insertsOf(saved, caller, now)))
  return saved
}

function* insertsOf(saved: readonly Counterparty[], caller: Caller, now: Date): Generator<Sql> {
  for (let at = 0; at < saved.length; at += SLICE) yield insertOf(saved.slice(at, at + SLICE), caller, now)
}

function insertOf(saved: readonly Counterparty[], caller: Caller, now: Date): Sql {
  const facts = saved.map((c) => created(c, caller, now))
  const actor = actorOf(caller)
  return sql`with ${told(facts)}, ${keysSaved(saved)}
      insert into counterparty (id, ${savedColumns}, revision, created_at, entered_at, created_by, updated_at, updated_by)
      select r.id, ${savedValues}, 1, r.created_at, ${now}::timestamptz, ${actor}::text, ${now}::timestamptz, ${actor}::text
      from jsonb_to_recordset(${JSON.stringify(records(saved, caller).map((record, at) => ({ ...record, created_at: saved[at]!.createTime })))}::jsonb) as r (${savedTypes}, created_at timestamptz)`
}

/** As JSON for one statement; who saves knows by which custom fields records are found. */
function records(saved: readonly Counterparty[], caller: Caller) {
  const searchable = searchableFields(caller)
  return saved.map((c) => toRecord(c, searchable))
}

export type Change = { next: Counterparty; changed: string[] }

/** Saves changes of records that are locked. */
export async function updateCounterparties(tx: Tx, changes: readonly Change[], caller: Caller, now: Date): Promise<Counterparty[]> {
  if (changes.length === 0) return []
  const saved = changes.map(({ next }) => ({ ...next, etag: String(Number(next.etag) + 1), updateTime: now }))
  const facts = saved.map((c, index) => changed(c, changes[index]!.changed, caller, now))
  await explained(
    exec(
      tx,
      sql`with ${told(facts)}, ${keysSaved(saved)}
          update counterparty c set ${savedAssignments}, revision = c.revision + 1, updated_at = ${now}, updated_by = ${actorOf(caller)}
          from jsonb_to_recordset(${JSON.stringify(records(saved, caller))}::jsonb) as r (${savedTypes}) where c.id = r.id`,
    ),
  )
  const removed = saved.filter(({ deleteTime }, index) => deleteTime !== undefined && changes[index]!.changed.includes('deleteTime'))
  await endShares(tx, 'counterparties', removed.map(({ id }) => id), now)
  return saved
}

/** Saves records that are locked, without a word to anybody: for changes of several that one event tells of. */
export async function saveQuietly(tx: Tx, next: readonly Counterparty[], caller: Caller, now: Date): Promise<Counterparty[]> {
  const saved = next.map((c) => ({ ...c, etag: String(Number(c.etag) + 1), updateTime: now }))
  await explained(
    exec(
      tx,
      sql`with ${keysSaved(saved)}
          update counterparty c set ${savedAssignments}, revision = c.revision + 1, updated_at = ${now}, updated_by = ${actorOf(caller)}
          from jsonb_to_recordset(${JSON.stringify(records(saved, caller))}::jsonb) as r (${savedTypes}) where c.id = r.id`,
    ),
  )
  return saved
}
