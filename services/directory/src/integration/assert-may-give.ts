import { may, type Caller } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import { many, sql, type Tx } from '@vitrylo/pg'
import type { Employee } from '@vitrylo/proto/vitrylo/directory/v1/employee.ts'

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

type Cell = { group: string; section: string; action: string; scope: string; bound: boolean }

const WIDTH = ['own', 'department', 'branch', 'all']

/** A program gives nobody more than its own groups have, and makes no administrators; one with the scope rights:manage may. */
export async function assertMayGiveGroups(tx: Tx, caller: Caller, given: readonly string[]): Promise<void> {
  const beyond = mayRule(caller) || given.length === 0 ? undefined : await cellBeyond(tx, caller, given)
  if (beyond === undefined) return
  const { group, section, action } = beyond
  throw new AppError('PERMISSION_DENIED', 'GROUP_EXCEEDS', `the group gives ${section}: ${action}, which this account may not give; it needs the scope rights:manage`, { group, section, action })
}

/** Who sets somebody's password can sign in as them: without managing rights nobody does so for one who may do more, be it in a colleague's stead. */
export async function assertMayInvite(tx: Tx, caller: Caller, employee: Pick<Employee, 'id' | 'groups'>): Promise<void> {
  if (mayRule(caller) && may(caller, 'rights', 'manage')) return
  const stoodInFor = await many<{ id: string; groups: string[] }>(tx, sql`select id, groups from employee where substitutes @> ${JSON.stringify([{ employeeId: employee.id }])}::jsonb`)
  const beyond = await cellBeyond(tx, caller, [employee, ...stoodInFor].flatMap(({ id, groups }) => [...groups, id]))
  if (beyond === undefined) return
  const { section, action } = beyond
  throw new AppError('PERMISSION_DENIED', 'INVITATION_EXCEEDS', `this employee has the right ${section}: ${action}, and you have less; let somebody who manages rights invite them`, { section, action })
}

/** What these groups give and the caller's own do not for good, or the right to manage rights. */
async function cellBeyond(tx: Tx, { groups, employeeId }: Caller, given: readonly string[]): Promise<Cell | undefined> {
  const mine = [...groups, ...(employeeId === undefined ? [] : [employeeId])]
  const cells = await many<Cell>(
    tx,
    sql`select g.name as group, r.section, r.action, r.scope, (r.from_at is not null or r.until_at is not null) as bound
        from user_group g join group_grant r on r.group_id = g.id where g.name = any(${[...given, ...mine]}::text[])`,
  )
  const own = cells.filter(({ group }) => mine.includes(group))
  const denied = new Set(own.filter(({ scope }) => scope === 'deny').map(({ section, action }) => `${section}:${action}`))
  const has = ({ section, action, scope }: Cell): boolean =>
    !denied.has(`${section}:${action}`) && own.some((cell) => !cell.bound && cell.section === section && cell.action === action && WIDTH.indexOf(cell.scope) >= WIDTH.indexOf(scope))
  return cells.find((cell) => given.includes(cell.group) && cell.scope !== 'deny' && ((cell.section === 'rights' && cell.action === 'manage') || !has(cell)))
}
