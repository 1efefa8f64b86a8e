import type { Claims } from './verify.ts'

export type Scope = 'own' | 'department' | 'branch' | 'all' | 'deny'
export type Cell = { section: string; action: string; scope: Scope }

export type EmployeeFacts = {
  id: string
  username: string | null
  displayName: string
  branchId: string
  departmentId: string | null
  groups: string[]
  disabled: boolean
  externalId: string
}

export type BranchFacts = { id: string; name: string; code: string }

/** Everything that decisions need, as one immutable value. */
export type RightsData = {
  employees: ReadonlyMap<string, EmployeeFacts>
  /** Also who left, as disabled. */
  byUsername: ReadonlyMap<string, EmployeeFacts>
  /** Branch -> the branch above it. */
  branches: ReadonlyMap<string, string | null>
  branchFacts: ReadonlyMap<string, BranchFacts>
  /** Group name -> its cells. */
  groups: ReadonlyMap<string, readonly Cell[]>
}

/** Records that a right reaches: all, or those of these branches or these owners. */
export type Reach = { all: boolean; branchIds: readonly string[]; ownerIds: readonly string[] }

export type Caller = {
  subject: string
  username: string
  /** Absent for a machine, or a user who is no employee. */
  employeeId: string | undefined
  branchId: string | undefined
  groups: readonly string[]
  /** The reach of a right; undefined if the caller does not have it. */
  reach(section: string, action: string): Reach | undefined
}

const WIDTH: Record<Exclude<Scope, 'deny'>, number> = { own: 1, department: 2, branch: 3, all: 4 }

/** The widest scope that the groups give together; a `deny` of one group beats them all. */
export function scopeFor(data: RightsData, groups: readonly string[], section: string, action: string): Scope | undefined {
  let widest: Exclude<Scope, 'deny'> | undefined
  for (const group of groups) {
    for (const cell of data.groups.get(group) ?? []) {
      if (cell.section !== section || cell.action !== action) continue
      if (cell.scope === 'deny') return 'deny'
      if (widest === undefined || WIDTH[cell.scope] > WIDTH[widest]) widest = cell.scope
    }
  }
  return widest
}

/**
 * The caller behind a token. An employee's groups are those of the directory, so that a change works at once; a
 * token without an employee (a machine) has the groups of its claim. An employee who is disabled or left has none.
 */
export function callerOf(data: RightsData, claims: Claims): Caller {
  const employee = data.byUsername.get(claims.username.toLowerCase())
  const groups = employee === undefined ? claims.groups : employee.disabled ? [] : employee.groups
  const reaches = new Map<string, Reach | undefined>()
  return {
    subject: claims.subject,
    username: claims.username,
    employeeId: employee?.id,
    branchId: employee?.branchId,
    groups,
    reach(section, action) {
      const key = `${section}:${action}`
      if (!reaches.has(key)) reaches.set(key, reachOf(data, employee, scopeFor(data, groups, section, action)))
      return reaches.get(key)
    },
  }
}

/** An employee as a caller, for what is done for or because of them; undefined for one who cannot sign in. */
export function callerOfEmployee(data: RightsData, id: string): Caller | undefined {
  const username = data.employees.get(id)?.username
  if (!username) return undefined
  return callerOf(data, { subject: id, username, groups: [], client: '', sessionId: undefined, expiresAt: 0 })
}

function reachOf(data: RightsData, employee: EmployeeFacts | undefined, scope: Scope | undefined): Reach | undefined {
  if (scope === undefined || scope === 'deny') return undefined
  if (scope === 'all') return { all: true, branchIds: [], ownerIds: [] }
  if (employee === undefined) return undefined // nothing is a machine's own
  const ownerIds = scope === 'department' ? colleaguesOf(data, employee) : [employee.id]
  return { all: false, branchIds: scope === 'branch' ? branchesBelow(data, employee.branchId) : [], ownerIds }
}

function colleaguesOf(data: RightsData, { id, departmentId }: EmployeeFacts): string[] {
  if (departmentId === null) return [id]
  return [...data.employees.values()].filter((other) => other.departmentId === departmentId).map((other) => other.id)
}

/** A branch and everything below it. */
export function branchesBelow(data: Pick<RightsData, 'branches'>, root: string): string[] {
  const found = [root]
  for (const at of found) {
    for (const [id, parent] of data.branches) if (parent === at && !found.includes(id)) found.push(id)
  }
  return found
}
