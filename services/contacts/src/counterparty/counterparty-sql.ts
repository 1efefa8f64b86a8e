import { scopeOf, type Caller } from '@vitrylo/auth'
import { AppError, etagMismatch, notFound } from '@vitrylo/errors'
import { pageOf, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Sql, type Tx } from '@vitrylo/pg'
import { CounterpartyKind, CounterpartyRole, type Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { explained } from '../constraints.ts'
import { keysSaved } from '../duplicates/match-sql.ts'
import { told } from '../timeline/publish.ts'
import { changed, created } from './counterparty-events.ts'
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
  scopeOf(caller, 'counterparties', action, { branch: sql`c.branch_id`, owner: sql`c.responsible_id` })

const words = <E extends Record<string, string>>(of: E): string[] =>
  Object.values(of).flatMap((value) => (/_UNSPECIFIED$|^UNRECOGNIZED$/.test(value) ? [] : [wordOf(of, value as E[keyof E])]))

const list: ListDefinition = {
  id: sql`c.id`,
  fields: {
    kind: { column: sql`c.kind`, type: 'word', words: words(CounterpartyKind) },
    roles: { column: sql`c.roles`, type: 'array', words: words(CounterpartyRole) },
    responsibleId: { column: sql`c.responsible_id`, type: 'uuid' },
    branchId: { column: sql`c.branch_id`, type: 'uuid' },
    displayName: { column: sql`c.display_name`, type: 'text' },
    taxCode: { column: sql`c.tax_code`, type: 'text' },
    externalId: { column: sql`c.external_id`, type: 'text' },
    source: { column: sql`c.source`, type: 'text' },
    industry: { column: sql`c.industry`, type: 'text' },
    segment: { column: sql`c.segment`, type: 'text' },
    vip: { column: sql`c.vip`, type: 'boolean' },
    tags: { column: sql`c.tags`, type: 'array' },
    size: { column: sql`c.size`, type: 'number' },
    birthday: { column: sql`c.birthday`, type: 'date' },
    createTime: { column: sql`c.created_at`, type: 'time' },
    updateTime: { column: sql`c.updated_at`, type: 'time' },
  },
  orders: {
    displayName: { column: sql`c.display_name`, type: 'text' },
    createTime: { column: sql`c.created_at`, type: 'timestamptz' },
    updateTime: { column: sql`c.updated_at`, type: 'timestamptz' },
  },
  defaultOrder: 'displayName',
}

/** Also one that was removed: its deleteTime is set. */
export async function getCounterparty(db: Db, caller: Caller, id: string): Promise<Counterparty> {
  const row = await one<CounterpartyRow>(db, sql`select ${columns} from counterparty c where c.id = ${id} and ${scope(caller, 'view')}`)
  if (row === undefined) throw notFound('counterparty', id)
  return fromRow(row)
}

export async function listCounterparties(db: Db, caller: Caller, request: ListRequest) {
  const page = pageOf(list, request)
  const found = await many<CounterpartyRow & { page_key: string }>(
    db,
    sql`select ${columns}, ${page.pageKey} as page_key from counterparty c
        where c.deleted_at is null and ${scope(caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  const { rows, nextPageToken } = page.finish(found)
  return { counterparties: rows.map(fromRow), nextPageToken }
}

/** Locks one for a change; an etag that is given must be the present one. */
export async function lockCounterparty(tx: Tx, caller: Caller, action: string, id: string, etag = ''): Promise<Counterparty> {
  const row = await one<CounterpartyRow>(
    tx,
    sql`select ${columns} from counterparty c where c.id = ${id} and ${scope(caller, action)} for update`,
  )
  if (row === undefined) throw notFound('counterparty', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('counterparty', id)
  return fromRow(row)
}

export function assertNotDeleted({ id, deleteTime }: Counterparty): void {
  if (deleteTime === undefined) return
  throw new AppError('FAILED_PRECONDITION', 'DELETED', 'the counterparty was removed; bring it back first', { id })
}

/** Who acts, for the columns of the audit. */
export const actorOf = ({ employeeId, username }: Caller): string => employeeId ?? username

export async function insertCounterparties(db: Db, given: readonly Counterparty[], caller: Caller, now: Date): Promise<Counterparty[]> {
  if (given.length === 0) return []
  const saved = given.map((c) => ({ ...c, etag: '1', createTime: now, updateTime: now, deleteTime: undefined }))
  const facts = saved.map((c) => created(c, caller, now))
  const actor = actorOf(caller)
  await explained(
    exec(
      db,
      sql`with ${told(facts)}, ${keysSaved(saved)}
          insert into counterparty (id, ${savedColumns}, revision, created_at, created_by, updated_at, updated_by)
          select r.id, ${savedValues}, 1, ${now}::timestamptz, ${actor}::text, ${now}::timestamptz, ${actor}::text
          from jsonb_to_recordset(${JSON.stringify(saved.map(toRecord))}::jsonb) as r (${savedTypes})`,
    ),
  )
  return saved
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
          from jsonb_to_recordset(${JSON.stringify(saved.map(toRecord))}::jsonb) as r (${savedTypes}) where c.id = r.id`,
    ),
  )
  return saved
}
