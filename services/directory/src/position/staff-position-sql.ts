import { etagMismatch, notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import type { StaffPosition } from '@vitrylo/proto/vitrylo/directory/v1/staff_position.ts'
import { remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'

type Row = { id: string; name_uk: string; name_en: string; archived: boolean; revision: number; created_at: Date; updated_at: Date }

// Positions belong to the firm and to no branch: the right itself, whatever its scope, is the whole decision.
const columns = sql`p.id, p.name_uk, p.name_en, p.archived, p.revision, p.created_at, p.updated_at`

const fromRow = (row: Row): StaffPosition => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  name: { uk: row.name_uk, en: row.name_en },
  archived: row.archived,
})

const list: ListDefinition = {
  id: sql`p.id`,
  fields: {
    name: { column: sql`p.name_uk`, type: 'text' },
    archived: { column: sql`p.archived`, type: 'boolean' },
  },
  orders: { name: { column: sql`p.name_uk`, type: 'text' } },
  defaultOrder: 'name',
}

export async function listStaffPositions(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from staff_position p where ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { staffPositions: rows.map(fromRow), nextPageToken }
}

/** A position, if there is one. Under `for key share` it cannot be removed before the employee who has it is written. */
export async function findStaffPosition(db: Db, id: string, lock: Sql = sql.empty): Promise<StaffPosition | undefined> {
  const row = await one<Row>(db, sql`select ${columns} from staff_position p where p.id = ${id} ${lock}`)
  return row && fromRow(row)
}

/** The one that bears a name in any language, capitals aside; of two, the Ukrainian name counts. An archived one only for who has it. */
export async function positionNamed(tx: Tx, name: string, current: string | undefined): Promise<StaffPosition | undefined> {
  const row = await one<Row>(
    tx,
    sql`select ${columns} from staff_position p where (not p.archived or p.id = ${current ?? null}) and (lower(p.name_uk) = lower(${name}) or lower(p.name_en) = lower(${name}))
        order by lower(p.name_uk) = lower(${name}) desc limit 1 for key share`,
  )
  return row && fromRow(row)
}

export async function getStaffPosition(db: Db, id: string, lock: Sql = sql.empty): Promise<StaffPosition> {
  const found = await findStaffPosition(db, id, lock)
  if (found === undefined) throw notFound('staff-position', id)
  return found
}

export async function lockStaffPosition(tx: Tx, id: string, etag: string): Promise<StaffPosition> {
  const found = await getStaffPosition(tx, id, sql`for update`)
  if (etag !== '' && etag !== found.etag) throw etagMismatch('staff-position', id)
  return remembered(found)
}

export async function insertStaffPosition(tx: Tx, { id, name, archived }: StaffPosition, now: Date): Promise<StaffPosition> {
  const row = await explained(
    one<Row>(
      tx,
      sql`insert into staff_position as p (id, name_uk, name_en, archived, revision, created_at, updated_at)
          values (${id}, ${name!.uk}, ${name!.en}, ${archived}, 1, ${now}, ${now}) returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

/** The employees who have it are read with its name: nothing of them is written. */
export async function updateStaffPosition(tx: Tx, { id, name, archived }: StaffPosition, now: Date): Promise<StaffPosition> {
  const row = await explained(
    one<Row>(
      tx,
      sql`update staff_position p set name_uk = ${name!.uk}, name_en = ${name!.en}, archived = ${archived}, revision = p.revision + 1, updated_at = ${now}
          where id = ${id} returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

export const deleteStaffPosition = (tx: Tx, id: string) => explained(exec(tx, sql`delete from staff_position where id = ${id}`))

/** Gives how many there were. An archived one hands its employees on all the same. */
export async function moveEmployees(tx: Tx, fromId: string, toId: string): Promise<number> {
  return (await many(tx, sql`update employee set position_id = ${toId} where position_id = ${fromId} returning id`)).length
}
