import { scopeOf, type Caller } from '@vitrylo/auth'
import { etagMismatch, notFound } from '@vitrylo/errors'
import { listRows, pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { Department } from '@vitrylo/proto/vitrylo/directory/v1/department.ts'
import { remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'

type Row = { id: string; name: string; branch_id: string; revision: number; created_at: Date; updated_at: Date }

const columns = sql`d.id, d.name, d.branch_id, d.revision, d.created_at, d.updated_at`

const fromRow = (row: Row): Department => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  name: row.name,
  branchId: row.branch_id,
})

const scope = (caller: Caller, action: string) =>
  scopeOf(caller, 'employees', action, { branch: sql`d.branch_id`, owner: sql`null::uuid` })

const list: ListDefinition = {
  id: sql`d.id`,
  fields: {
    branchId: { column: sql`d.branch_id`, type: 'uuid' },
    name: { column: sql`d.name`, type: 'text' },
  },
  orders: { name: { column: sql`d.name`, type: 'text' } },
  defaultOrder: 'name',
}

export async function getDepartment(db: Db, caller: Caller, id: string): Promise<Department> {
  const row = await one<Row>(db, sql`select ${columns} from department d where d.id = ${id} and ${scope(caller, 'view')}`)
  if (row === undefined) throw notFound('department', id)
  return fromRow(row)
}

export async function listDepartments(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const found = await listRows<Row & { page_key: string }>(
    pool,
    request,
    sql`select ${columns}, ${page.pageKey} as page_key from department d
        where ${scope(asker.caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  const { rows, nextPageToken } = page.finish(found)
  return { departments: rows.map(fromRow), nextPageToken }
}

/** Locks one for a change; an etag that is given must be the present one. */
export async function lockDepartment(tx: Tx, caller: Caller, action: string, id: string, etag: string): Promise<Department> {
  const row = await one<Row>(tx, sql`select ${columns} from department d where d.id = ${id} and ${scope(caller, action)} for update`)
  if (row === undefined) throw notFound('department', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('department', id)
  return remembered(fromRow(row))
}

export async function insertDepartment(tx: Tx, { id, name, branchId }: Department, now: Date): Promise<Department> {
  const row = await explained(
    one<Row>(
      tx,
      sql`insert into department as d (id, name, branch_id, revision, created_at, updated_at)
          values (${id}, ${name}, ${branchId}, 1, ${now}, ${now}) returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

export async function updateDepartment(tx: Tx, { id, name, branchId }: Department, now: Date): Promise<Department> {
  const row = await explained(
    one<Row>(
      tx,
      sql`update department d set name = ${name}, branch_id = ${branchId}, revision = revision + 1, updated_at = ${now}
          where id = ${id} returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

export async function deleteDepartment(tx: Tx, { id }: Department): Promise<void> {
  await explained(exec(tx, sql`delete from department where id = ${id}`))
}
