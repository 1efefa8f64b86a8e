import { areaOf, callerOfEmployee, isAmong, may, type Area, type Caller, type RightsData, type Scope } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import { many, sql, type Tx } from '@vitrylo/pg'
import type { Employee } from '@vitrylo/proto/vitrylo/directory/v1/employee.ts'
import { holdRights } from '../employee/employee-sql.ts'

/** A program whose scopes are cut would find its way around them by an account or a key of another one. */
export function assertMayGive({ integration }: Caller): void {
  if (integration === undefined || integration.scopes.some((scope) => scope === '*' || scope === '*:*')) return
  throw new AppError('PERMISSION_DENIED', 'SCOPE_MISSING', 'only an account with the scope * changes accounts and gives keys; let a person do it')
}

// In so many words: the scope `scim` brings the rights on groups that SCIM itself needs, and no more.
const RULING = new Set(['*', '*:*', 'rights:*', 'rights:manage', '*:manage'])
const mayRule = ({ integration }: Caller): boolean => integration === undefined || integration.scopes.some((scope) => RULING.has(scope))

/** Rules of rights, limits of fields, substitutes: a program changes them only if it was allowed to explicitly. */
export function assertMayRule(caller: Caller): void {
  if (mayRule(caller)) return
  throw new AppError('PERMISSION_DENIED', 'SCOPE_MISSING', 'only an account with the scope rights:manage changes rules of rights; let a person do it')
}

type Member = Pick<Employee, 'groups' | 'username' | 'disabled'>

/** The groups whose rights a change gives to somebody: those that are new, and all of whoever gets a name at sign-in or comes back. */
export function groupsGiven(before: Member | undefined, next: Member & { id: string }): string[] {
  const anew = before === undefined || before.username !== next.username || (before.disabled && !next.disabled)
  return anew ? [...next.groups, next.id] : next.groups.filter((group) => !before.groups.includes(group))
}

type Cell = { group: string; section: string; action: string; scope: Scope | 'deny'; denyScope: Scope | null; bound: boolean }
export type Allowing = Cell & { scope: Scope }

const WIDTH: readonly Scope[] = ['own', 'department', 'branch', 'all']
const widest = (cells: readonly Allowing[]): number => Math.max(-1, ...cells.map(({ scope }) => WIDTH.indexOf(scope)))

/** A program gives nobody more than its own groups have, and makes no administrators; one with the scope rights:manage may. */
export async function assertMayGiveGroups(tx: Tx, caller: Caller, given: readonly string[]): Promise<void> {
  const beyond = mayRule(caller) || given.length === 0 ? undefined : await cellBeyond(tx, caller, given, (cell, own) => widest(own) >= widest([cell]))
  if (beyond === undefined) return
  const { group, section, action } = beyond
  throw new AppError('PERMISSION_DENIED', 'GROUP_EXCEEDS', `the group gives ${section}: ${action}, which this account may not give; it needs the scope rights:manage`, { group, section, action })
}

type Place = { id: string; branchId: string; departmentId: string | null }
type Invited = Pick<Employee, 'id' | 'groups' | 'branchId' | 'departmentId'>

/** Is not judged by what others may do: they could give it to themselves. */
export const managesRights = (caller: Caller): boolean => mayRule(caller) && may(caller, 'rights', 'manage')

/**
 * Who sets somebody's password can sign in as them: without managing rights nobody does so for one who may do more, who reaches
 * other records by the same right, or who sees more of them, be it in a colleague's stead. The link ends when that changes.
 */
export async function assertMayInvite(tx: Tx, caller: Caller, data: RightsData, employee: Invited): Promise<void> {
  if (managesRights(caller)) return
  await holdRights(tx)
  const stoodInFor = await many<Place & { groups: string[] }>(
    tx,
    sql`select id, groups, branch_id as "branchId", department_id as "departmentId" from employee where substitutes @> ${JSON.stringify([{ employeeId: employee.id }])}::jsonb`,
  )
  const me = caller.employeeId === undefined ? undefined : data.employees.get(caller.employeeId)
  for (const one of [{ ...employee, departmentId: employee.departmentId ?? null }, ...stoodInFor]) {
    const beyond = await cellBeyond(tx, caller, [...one.groups, one.id], (cell, own) => isInside(data, areaOf(data, one, [cell]), areaOf(data, me, own)))
    if (beyond === undefined) continue
    const { section, action } = beyond
    throw new AppError('PERMISSION_DENIED', 'INVITATION_EXCEEDS', `this employee has the right ${section}: ${action}, and you have less; let somebody who manages rights invite them`, { section, action })
  }
  const shown = fieldShown(data, caller, employee.id)
  if (shown === undefined) return
  const [section, field] = shown
  throw new AppError('PERMISSION_DENIED', 'INVITATION_EXCEEDS', `this employee has ${section}: ${field}, which is kept from you; let somebody who manages rights invite them`, { section, field })
}

/** What colleagues own is as near as the branches where they work. */
export function isInside(data: RightsData, theirs: Area, mine: Area): boolean {
  if (mine.all || theirs.all) return mine.all
  const isNear = (id: string): boolean => mine.ownerIds.has(id) || mine.branchIds.has(data.employees.get(id)?.branchId ?? '')
  return [...theirs.branchIds].every((id) => mine.branchIds.has(id)) && [...theirs.ownerIds].every(isNear)
}

/** A field that is hidden from the caller, or that they may not write, and the employee sees or writes. */
function fieldShown(data: RightsData, caller: Caller, employeeId: string): [section: string, field: string] | undefined {
  const mine = caller.limits()
  if (mine === undefined) return undefined
  const they = callerOfEmployee(data, employeeId, caller.now)
  const theirs = they?.limits()
  for (const section of new Set([...data.limits.values()].flat().map((limit) => limit.section))) {
    const pairs = [
      ...[...(mine.hidden.get(section) ?? [])].map((field) => ['view', field, theirs?.hidden.get(section)] as const),
      ...['create', 'change'].flatMap((action) => [...mine.kept(section, action)].map((field) => [action, field, theirs?.kept(section, action)] as const)),
    ]
    const found = pairs.find(([action, field, kept]) => (they === undefined || they.reach(section, action) !== undefined) && !isAmong(kept, field))
    if (found !== undefined) return [section, found[1]]
  }
  return undefined
}

/** What these groups give and the caller's own do not for good, or the right to manage rights. */
async function cellBeyond(tx: Tx, caller: Caller, given: readonly string[], covered: (cell: Allowing, own: readonly Allowing[]) => boolean): Promise<Cell | undefined> {
  const { cells, ownFor } = await cellsOf(tx, caller, given)
  return cells.filter(allows).find((cell) => (cell.section === 'rights' && cell.action === 'manage') || !covered(cell, ownFor(cell)))
}

/** What these groups give, what the caller's own do, and of that what holds for good of the same right: nothing where it is denied. */
export async function cellsOf(tx: Tx, { groups, employeeId }: Caller, given: readonly string[]): Promise<{ cells: Cell[]; own: Allowing[]; ownFor: (cell: Cell) => Allowing[] }> {
  const mine = [...groups, ...(employeeId === undefined ? [] : [employeeId])]
  const cells = await many<Cell>(
    tx,
    sql`select g.name as group, r.section, r.action, r.scope, r.deny_scope as "denyScope", (r.from_at is not null or r.until_at is not null) as bound
        from user_group g join group_grant r on r.group_id = g.id where g.name = any(${[...given, ...mine]}::text[])`,
  )
  const own = cells.filter(({ group }) => mine.includes(group))
  const denied = own.filter(({ scope }) => scope === 'deny')
  const ownFor = (cell: Cell) => (denied.some(isSameRight(cell)) ? [] : own.filter(allows).filter((one) => !one.bound && isSameRight(cell)(one)))
  return { cells: cells.filter(({ group }) => given.includes(group)), own: own.filter(allows), ownFor }
}

export const isSameRight = (cell: Cell) => ({ section, action }: Cell): boolean => section === cell.section && action === cell.action

export const allows = (cell: Cell): cell is Allowing => cell.scope !== 'deny'
