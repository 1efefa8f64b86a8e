import { scopeOf, type Caller } from '@vitrylo/auth'
import { etagMismatch, invalid, notFound } from '@vitrylo/errors'
import { accompanied, appendOutbox } from '@vitrylo/events'
import { listRows, pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import { EmployeeChangedEvent, EmployeeDeletedEvent, EmployeeInvitationEndedEvent, UsernameEndedEvent } from '@vitrylo/proto/events.ts'
import type { Employee } from '@vitrylo/proto/vitrylo/directory/v1/employee.ts'
import { remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'

type Row = {
  id: string
  display_name: string
  position: string
  email: string | null
  branch_id: string
  department_id: string | null
  username: string | null
  groups: string[]
  disabled: boolean
  external_id: string
  substitutes: { employeeId: string; fromTime: string; untilTime: string }[]
  position_id: string | null
  hired_date: string | null
  left_date: string | null
  signed_in: boolean
  revision: number
  created_at: Date
  updated_at: Date
}

// A position of the dictionary is called as it is called there today.
const columns = sql`e.id, e.display_name, coalesce((select p.name_uk from staff_position p where p.id = e.position_id), e.position) as position, e.email, e.branch_id, e.department_id, e.username, e.groups,
  e.disabled, e.external_id, e.substitutes, e.position_id, e.hired_date, e.left_date, e.signed_in, e.revision, e.created_at, e.updated_at`

const fromRow = (row: Row): Employee => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  displayName: row.display_name,
  position: row.position,
  email: row.email ?? undefined,
  branchId: row.branch_id,
  departmentId: row.department_id ?? undefined,
  username: row.username ?? undefined,
  groups: row.groups,
  disabled: row.disabled,
  externalId: row.external_id,
  substitutes: row.substitutes.map(({ employeeId, fromTime, untilTime }) => ({
    employeeId,
    fromTime: new Date(fromTime),
    untilTime: new Date(untilTime),
  })),
  positionId: row.position_id ?? undefined,
  hiredDate: row.hired_date ?? '',
  leftDate: row.left_date ?? '',
  signedIn: row.signed_in,
})

const scope = (caller: Caller, action: string) =>
  scopeOf(caller, 'employees', action, { branch: sql`e.branch_id`, owner: sql`e.id` })

const list: ListDefinition = {
  id: sql`e.id`,
  section: 'employees',
  fields: {
    branchId: { column: sql`e.branch_id`, type: 'uuid', reference: 'branches' },
    departmentId: { column: sql`e.department_id`, type: 'uuid', nullable: true },
    username: { column: sql`e.username`, type: 'text', nullable: true },
    groups: { column: sql`e.groups`, type: 'array' },
    disabled: { column: sql`e.disabled`, type: 'boolean' },
    externalId: { column: sql`e.external_id`, type: 'text' },
    positionId: { column: sql`e.position_id`, of: 'position', type: 'uuid', nullable: true },
    hiredDate: { column: sql`e.hired_date`, type: 'date', nullable: true },
    leftDate: { column: sql`e.left_date`, type: 'date', nullable: true },
  },
  orders: { displayName: { column: sql`e.display_name`, type: 'text' } },
  defaultOrder: 'displayName',
}

export async function getEmployee(db: Db, caller: Caller, id: string): Promise<Employee> {
  const row = await one<Row>(db, sql`select ${columns} from employee e where e.id = ${id} and ${scope(caller, 'view')}`)
  if (row === undefined) throw notFound('employee', id)
  return fromRow(row)
}

/** The employee behind a name at sign-in: everybody may read themselves. */
export async function employeeOfUser(db: Db, username: string): Promise<Employee | undefined> {
  const row = await one<Row>(db, sql`select ${columns} from employee e where e.username = ${username.toLowerCase()}`)
  return row && fromRow(row)
}

export async function listEmployees(pool: Pool, asker: Asker, request: ListRequest & { skip: number; countTotal: boolean }) {
  const page = pageOf(list, request, asker)
  const counted = request.countTotal ? await listRows<{ count: number }>(pool, request, sql`select count(*)::int as count from employee e where ${scope(asker.caller, 'view')} and ${page.where}`) : []
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from employee e
        where ${scope(asker.caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit} offset ${request.skip}`,
  )
  return { employees: rows.map(fromRow), nextPageToken, totalSize: counted[0]?.count ?? 0 }
}

/** For what is done to employees by a rule of the house; who may do it is asked before. */
export async function employeesWhere(tx: Tx, which: Sql): Promise<Employee[]> {
  return (await many<Row>(tx, sql`select ${columns} from employee e where ${which}`)).map((row) => remembered(fromRow(row)))
}

/** Locks one for a change; an etag that is given must be the present one. */
export async function lockEmployee(tx: Tx, caller: Caller, action: string, id: string, etag: string): Promise<Employee> {
  const row = await one<Row>(tx, sql`select ${columns} from employee e where e.id = ${id} and ${scope(caller, action)} for update`)
  if (row === undefined) throw notFound('employee', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('employee', id)
  return remembered(fromRow(row))
}

/** Counts a link of an employee who is locked: a later one has a higher number, whatever the clocks of two processes say. `isJudged`: see `endInvitations`. */
export async function nextInvitation(tx: Tx, id: string, isJudged: boolean, now: Date): Promise<number> {
  const row = await one<{ revision: number }>(
    tx,
    sql`update employee set invitation_revision = greatest(invitation_revision + 1, ${now.getTime()}::bigint), invitation_judged = ${isJudged}
        where id = ${id} returning invitation_revision as revision`,
  )
  return row!.revision
}

/** Judging whether a link may be given: rights change before it or after it, not meanwhile. */
export const holdRights = (tx: Tx) => exec(tx, sql`select pg_advisory_xact_lock_shared(hashtext('directory.invitation'))`)

/**
 * Ends the links of employees whose rights have changed since it was judged that those may be given: what they would give now, nobody has
 * judged. In nobody's company: the entry of the audit is that of the command. `e`: the employee who was invited.
 */
export async function endInvitations(tx: Tx, whose: Sql): Promise<void> {
  await exec(tx, sql`select pg_advisory_xact_lock(hashtext('directory.invitation'))`)
  const ended = await many<{ id: string; branchId: string; revision: number }>(
    tx,
    sql`update employee e set invitation_revision = invitation_revision + 1, invitation_judged = false
        where e.invitation_judged and (${whose}) returning e.id, e.branch_id as "branchId", e.invitation_revision as revision`,
  )
  const events = ended.map(({ id, branchId, revision }) => ({ type: EmployeeInvitationEndedEvent, key: id, revision, data: { employeeId: id }, branchId, ownerId: id }))
  if (events.length > 0) await accompanied({ with: () => [] }, () => appendOutbox(tx, events))
}

/** Whose rights change with somebody's: theirs, of those who stand in for them, and of those who reach the department that they came into. */
const near = ({ id, substitutes }: Employee, joined: string | undefined): Sql =>
  sql`e.id = any(${[id, ...substitutes.map(({ employeeId }) => employeeId)]}::uuid[]) or e.department_id = ${joined ?? null}::uuid`

// Fields of which somebody's rights are made.
const RIGHTS = ['groups', 'branchId', 'departmentId', 'substitutes', 'disabled']

/** Notes of some that they have signed in. It is no change of theirs: nobody is told, and the etag stays. */
export async function noteSignedIn(tx: Tx, ids: readonly string[]): Promise<void> {
  await exec(tx, sql`update employee set signed_in = true where id = any(${ids}::uuid[]) and not signed_in`)
}

export async function insertEmployee(tx: Tx, e: Employee, now: Date): Promise<Employee> {
  await assertGroupsExist(tx, e.groups)
  await assertSubstitutes(tx, e)
  const row = await explained(
    one<Row>(
      tx,
      sql`insert into employee as e (id, display_name, position, email, branch_id, department_id, username, groups,
            disabled, external_id, substitutes, position_id, hired_date, left_date, revision, created_at, updated_at)
          values (${e.id}, ${e.displayName}, ${e.position}, ${e.email ?? null}, ${e.branchId}, ${e.departmentId ?? null},
            ${e.username ?? null}, ${e.groups}, ${e.disabled}, ${e.externalId},
            ${JSON.stringify(e.substitutes)}, ${e.positionId ?? null}, ${e.hiredDate || null}::date, ${e.leftDate || null}::date, 1, ${now}, ${now})
          returning ${columns}`,
    ),
  )
  if (e.substitutes.length > 0 || e.departmentId !== undefined) await endInvitations(tx, near(e, e.departmentId))
  return publish(tx, fromRow(row!))
}

/** `changed`: what was there already may name a group that is gone, or somebody who has left. */
export async function updateEmployee(tx: Tx, e: Employee, changed: readonly string[], now: Date): Promise<Employee> {
  if (changed.includes('username')) await endUsername(tx, e.id)
  if (changed.includes('groups')) await assertGroupsExist(tx, e.groups)
  if (changed.includes('substitutes')) await assertSubstitutes(tx, e)
  const row = await explained(
    one<Row>(
      tx,
      sql`update employee e set display_name = ${e.displayName}, position = ${e.position}, email = ${e.email ?? null},
            branch_id = ${e.branchId}, department_id = ${e.departmentId ?? null}, username = ${e.username ?? null},
            groups = ${e.groups}, disabled = ${e.disabled}, external_id = ${e.externalId},
            substitutes = ${JSON.stringify(e.substitutes)}, position_id = ${e.positionId ?? null}, hired_date = ${e.hiredDate || null}::date,
            left_date = ${e.leftDate || null}::date, revision = revision + 1, updated_at = ${now}
          where id = ${e.id} returning ${columns}`,
    ),
  )
  if (changed.length === 0 || changed.some((field) => RIGHTS.includes(field))) {
    await endInvitations(tx, near(e, changed.includes('departmentId') ? e.departmentId : undefined))
  }
  return publish(tx, fromRow(row!))
}

export async function deleteEmployee(tx: Tx, { id, etag, branchId }: Employee): Promise<void> {
  await endUsername(tx, id)
  await explained(exec(tx, sql`delete from employee where id = ${id}`))
  await appendOutbox(tx, [
    { type: EmployeeDeletedEvent, key: id, revision: Number(etag) + 1, data: { id }, branchId, ownerId: id },
  ])
}

/** Tells that the present name is given up. */
async function endUsername(tx: Tx, id: string): Promise<void> {
  const had = await one<{ username: string | null; branchId: string }>(tx, sql`select username, branch_id as "branchId" from employee where id = ${id}`)
  if (!had?.username) return
  await appendOutbox(tx, [{ type: UsernameEndedEvent, key: had.username, revision: 1, data: { username: had.username }, branchId: had.branchId, ownerId: id }])
}

async function assertGroupsExist(tx: Tx, groups: readonly string[]): Promise<void> {
  const known = await many<{ name: string }>(tx, sql`select name from user_group where name = any(${groups}::text[]) and employee_id is null`)
  const missing = groups.filter((group) => !known.some(({ name }) => name === group))
  if (missing.length === 0) return
  throw invalid(
    missing.map((group) => ({
      field: `groups[${groups.indexOf(group)}]`,
      rule: 'reference',
      description: `no group ${group}; add the group first`,
    })),
  )
}

async function assertSubstitutes(tx: Tx, { id, substitutes }: Employee): Promise<void> {
  const named = substitutes.map(({ employeeId }) => employeeId)
  const known = await many<{ id: string }>(tx, sql`select id from employee where id = any(${named}::uuid[])`)
  const wrong = substitutes.flatMap(({ employeeId, fromTime, untilTime }, index) => {
    const field = `employee.substitutes[${index}]`
    if (employeeId === id || !known.some((one) => one.id === employeeId)) {
      return [{ field: `${field}.employeeId`, rule: 'reference', description: 'must be another employee' }]
    }
    return fromTime! < untilTime! ? [] : [{ field: `${field}.untilTime`, rule: 'range', description: 'must be after the beginning' }]
  })
  if (wrong.length > 0) throw invalid(wrong)
}

async function publish(tx: Tx, employee: Employee): Promise<Employee> {
  const { id, branchId } = employee
  await appendOutbox(tx, [
    { type: EmployeeChangedEvent, key: id, revision: Number(employee.etag), data: { employee }, branchId, ownerId: id },
  ])
  return employee
}
