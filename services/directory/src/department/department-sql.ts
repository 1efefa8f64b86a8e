import { scopeOf, type Caller } from '@vitrylo/auth'
import { etagMismatch, invalid, notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { Department } from '@vitrylo/proto/vitrylo/directory/v1/department.ts'
import { remembered, type Among } from '@vitrylo/service'
import { explained } from '../constraints.ts'

type Row = { id: string; name: string; branch_id: string; head_id: string | null; revision: number; created_at: Date; updated_at: Date }

const columns = sql`d.id, d.name, d.branch_id, d.head_id, d.revision, d.created_at, d.updated_at`

const fromRow = (row: Row): Department => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  name: row.name,
  branchId: row.branch_id,
  headId: row.head_id ?? undefined,
})

const scope = (caller: Caller, action: string) =>
  scopeOf(caller, 'employees', action, { branch: sql`d.branch_id`, owner: sql`null::uuid` })

const list: ListDefinition = {
  id: sql`d.id`,
  fields: {
    branchId: { column: sql`d.branch_id`, type: 'uuid' },
    name: { column: sql`d.name`, type: 'text' },
    headId: { column: sql`d.head_id`, type: 'uuid', reference: 'employees', nullable: true },
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
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from department d
        where ${scope(asker.caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { departments: rows.map(fromRow), nextPageToken }
}

/** Locks one for a change; an etag that is given must be the present one. */
export async function lockDepartment(tx: Tx, caller: Caller, action: string, id: string, etag: string): Promise<Department> {
  const row = await one<Row>(tx, sql`select ${columns} from department d where d.id = ${id} and ${scope(caller, action)} for update`)
  if (row === undefined) throw notFound('department', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('department', id)
  return remembered(fromRow(row))
}

export async function insertDepartment(tx: Tx, { id, name, branchId, headId }: Department, now: Date): Promise<Department> {
  const row = await explained(
    one<Row>(
      tx,
      sql`insert into department as d (id, name, branch_id, head_id, revision, created_at, updated_at)
          values (${id}, ${name}, ${branchId}, ${headId ?? null}, 1, ${now}, ${now}) returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

export async function updateDepartment(tx: Tx, { id, name, branchId, headId }: Department, now: Date): Promise<Department> {
  const row = await explained(
    one<Row>(
      tx,
      sql`update department d set name = ${name}, branch_id = ${branchId}, head_id = ${headId ?? null}, revision = revision + 1, updated_at = ${now}
          where id = ${id} returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

export async function deleteDepartment(tx: Tx, { id }: Department): Promise<void> {
  await explained(exec(tx, sql`delete from department where id = ${id}`))
}

/** Locks some of those that somebody leads. */
export async function departmentsOf(tx: Tx, headId: string, most: number, among: Among): Promise<Department[]> {
  const rows = await many<Row>(tx, sql`select ${columns} from department d where d.head_id = ${headId} and ${among(sql`d.id`)} order by d.id limit ${most} for update of d`)
  return rows.map((row) => remembered(fromRow(row)))
}

/** Who leads is somebody who works; one who left since stays named, and is shown as such. */
export async function assertHead(tx: Tx, headId: string | undefined): Promise<void> {
  if (headId === undefined || (await one(tx, sql`select 1 as yes from employee where id = ${headId} and not disabled for key share`)) !== undefined) return
  throw invalid([{ field: 'department.headId', rule: 'reference', description: 'must be an employee who works' }])
}
