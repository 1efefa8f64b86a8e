import { scopeOf, type Caller } from '@vitrylo/auth'
import { etagMismatch, notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import type { SavedFilter } from '@vitrylo/proto/vitrylo/directory/v1/saved_filter.ts'
import { remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'

type Row = {
  id: string
  display_name: string
  resource: string
  filter: string
  order_by: string
  columns: string[]
  groups: string[]
  owner_id: string
  revision: number
  created_at: Date
  updated_at: Date
}

const columns = sql`f.id, f.display_name, f.resource, f.filter, f.order_by, f.columns, f.groups, f.owner_id, f.revision,
  f.created_at, f.updated_at`

const fromRow = (row: Row): SavedFilter => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  displayName: row.display_name,
  resource: row.resource,
  filter: row.filter,
  orderBy: row.order_by,
  columns: row.columns,
  groups: row.groups,
  ownerId: row.owner_id,
})

/** One's own, and those that the right to manage reaches: they belong to no branch. */
const changeable = (caller: Caller): Sql =>
  sql`(f.owner_id = ${caller.employeeId ?? null}::uuid
    or ${scopeOf(caller, 'saved-filters', 'manage', { branch: sql`null::uuid`, owner: sql`f.owner_id` })})`

const visible = (caller: Caller): Sql => sql`(f.groups && ${caller.groups}::text[] or ${changeable(caller)})`

const list: ListDefinition = {
  id: sql`f.id`,
  fields: {
    displayName: { column: sql`f.display_name`, type: 'text' },
    resource: { column: sql`f.resource`, type: 'text' },
    ownerId: { column: sql`f.owner_id`, type: 'uuid', reference: 'employees' },
    groups: { column: sql`f.groups`, type: 'array' },
    updateTime: { column: sql`f.updated_at`, type: 'time' },
  },
  orders: {
    displayName: { column: sql`f.display_name`, type: 'text' },
    updateTime: { column: sql`f.updated_at`, type: 'timestamptz' },
  },
  defaultOrder: 'displayName',
}

export async function getSavedFilter(db: Db, caller: Caller, id: string): Promise<SavedFilter> {
  const row = await one<Row>(db, sql`select ${columns} from saved_filter f where f.id = ${id} and ${visible(caller)}`)
  if (row === undefined) throw notFound('saved-filter', id)
  return fromRow(row)
}

export async function listSavedFilters(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from saved_filter f
        where ${visible(asker.caller)} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { savedFilters: rows.map(fromRow), nextPageToken }
}

/** Locks one for a change; an etag that is given must be the present one. */
export async function lockSavedFilter(tx: Tx, caller: Caller, id: string, etag = ''): Promise<SavedFilter> {
  const row = await one<Row>(tx, sql`select ${columns} from saved_filter f where f.id = ${id} and ${changeable(caller)} for update`)
  if (row === undefined) throw notFound('saved-filter', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('saved-filter', id)
  return remembered(fromRow(row))
}

export async function insertSavedFilter(tx: Tx, f: SavedFilter, now: Date): Promise<SavedFilter> {
  const row = await explained(
    one<Row>(
      tx,
      sql`insert into saved_filter as f (id, display_name, resource, filter, order_by, columns, groups, owner_id, revision, created_at, updated_at)
          values (${f.id}, ${f.displayName}, ${f.resource}, ${f.filter}, ${f.orderBy}, ${f.columns}, ${f.groups}, ${f.ownerId}, 1, ${now}, ${now})
          returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

export async function updateSavedFilter(tx: Tx, f: SavedFilter, now: Date): Promise<SavedFilter> {
  const row = await explained(
    one<Row>(
      tx,
      sql`update saved_filter f set display_name = ${f.displayName}, filter = ${f.filter}, order_by = ${f.orderBy}, columns = ${f.columns},
            groups = ${f.groups}, owner_id = ${f.ownerId}, revision = revision + 1, updated_at = ${now}
          where id = ${f.id} returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

export const deleteSavedFilter = (tx: Tx, id: string) => exec(tx, sql`delete from saved_filter where id = ${id}`)
