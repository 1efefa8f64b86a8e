import { scopeOf, type Caller } from '@vitrylo/auth'
import { etagMismatch, invalid, notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, isUuid, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { Group } from '@vitrylo/proto/vitrylo/directory/v1/group.ts'
import type { GroupTitle } from '@vitrylo/proto/vitrylo/directory/v1/group_service.ts'
import { remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'

type Row = {
  id: string
  name: string
  title: string
  revision: number
  created_at: Date
  updated_at: Date
  member_count: number
  employee_id: string | null
  requests_per_minute: number
  bulk_reads_per_hour: number
}

const columns = sql`g.id, g.name, g.title, g.revision, g.created_at, g.updated_at, g.employee_id, g.requests_per_minute, g.bulk_reads_per_hour,
  case when g.employee_id is null then (select count(*) from employee e where e.groups @> array[g.name]) else 1 end as member_count`

const fromRow = (row: Row): Group => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  name: row.name,
  title: row.title,
  memberCount: row.member_count,
  employeeId: row.employee_id ?? undefined,
  requestsPerMinute: row.requests_per_minute,
  bulkReadsPerHour: row.bulk_reads_per_hour,
})

// Groups belong to no branch: only a right on all of them reaches one.
const scope = (caller: Caller, action: string) =>
  scopeOf(caller, 'rights', action, { branch: sql`null::uuid`, owner: sql`null::uuid` })

const list: ListDefinition = {
  id: sql`g.id`,
  fields: {
    name: { column: sql`g.name`, type: 'text' },
    employeeId: { column: sql`g.employee_id`, type: 'uuid' },
    personal: { column: sql`(g.employee_id is not null)`, type: 'boolean' },
  },
  orders: { title: { column: sql`g.title`, type: 'text' } },
  defaultOrder: 'title',
}

export async function getGroup(db: Db, caller: Caller, id: string): Promise<Group> {
  const row = await one<Row>(db, sql`select ${columns} from user_group g where g.id = ${id} and ${scope(caller, 'view')}`)
  if (row === undefined) throw notFound('group', id)
  return fromRow(row)
}

/** For what is done to a group by a rule of the house; who may do it is asked before. */
export async function groupById(tx: Tx, id: string): Promise<Group> {
  return fromRow((await one<Row>(tx, sql`select ${columns} from user_group g where g.id = ${id}`))!)
}

export async function listGroups(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from user_group g
        where ${scope(asker.caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { groups: rows.map(fromRow), nextPageToken }
}

/** What those are called that people are members of; personal ones bear the name of somebody. */
export const groupTitles = (db: Db): Promise<GroupTitle[]> =>
  many<GroupTitle>(db, sql`select name, title from user_group where employee_id is null order by title, name limit 1000`)

/** Locks one for a change of it or of its grants; an etag that is given must be the present one. */
export async function lockGroup(tx: Tx, caller: Caller, action: string, id: string, etag: string): Promise<Group> {
  const row = await one<Row>(
    tx,
    sql`select ${columns} from user_group g where g.id = ${id} and ${scope(caller, action)} for update of g`,
  )
  if (row === undefined) throw notFound('group', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('group', id)
  return remembered(fromRow(row))
}

/** Only the personal group of an employee bears their id: its rules hold for them without their being named a member. */
export async function insertGroup(tx: Tx, { id, name, title, employeeId, requestsPerMinute, bulkReadsPerHour }: Group, now: Date): Promise<Group> {
  if (employeeId === undefined ? isUuid(name) : name !== employeeId) {
    throw invalid([{ field: 'group.name', rule: 'format', description: "must be the employee's id for a personal group, and no id for another" }])
  }
  const row = await explained(
    one<Row>(
      tx,
      sql`insert into user_group as g (id, name, title, employee_id, requests_per_minute, bulk_reads_per_hour, revision, created_at, updated_at)
          values (${id}, ${name}, ${title}, ${employeeId ?? null}, ${requestsPerMinute}, ${bulkReadsPerHour}, 1, ${now}, ${now}) returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

/** Saves the title and the limits of requests and reads; also moves the revision on after a change of the grants. */
export async function updateGroup(tx: Tx, { id, title, requestsPerMinute, bulkReadsPerHour }: Group, now: Date): Promise<Group> {
  const row = await one<Row>(
    tx,
    sql`update user_group g set title = ${title}, requests_per_minute = ${requestsPerMinute}, bulk_reads_per_hour = ${bulkReadsPerHour},
          revision = revision + 1, updated_at = ${now} where id = ${id} returning ${columns}`,
  )
  return fromRow(row!)
}

export const deleteGroup = (tx: Tx, id: string) => exec(tx, sql`delete from user_group where id = ${id}`)
