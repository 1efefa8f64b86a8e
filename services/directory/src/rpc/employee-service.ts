import { isDeepStrictEqual } from 'node:util'
import { assertReaches, may, type Caller } from '@vitrylo/auth'
import { AppError, invalid } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import type { Employee } from '@vitrylo/proto/vitrylo/directory/v1/employee.ts'
import type { EmployeeServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { applyMask, newId, timeZoneOf, type Deps, type Handlers } from '@vitrylo/service'
import { assertMayMove } from '../employee/assert-may-move.ts'
import {
  deleteEmployee,
  getEmployee,
  insertEmployee,
  listEmployees,
  lockEmployee,
  updateEmployee,
} from '../employee/employee-sql.ts'
import { invitations } from '../employee/invite-employee.ts'
import { dayAt, settleEmployee } from '../employee/settle-employee.ts'
import { keepingAdministrable } from '../group/administrable.ts'
import { assertMayGiveGroups, assertMayRule, groupsGiven } from '../integration/assert-may-give.ts'

const WRITABLE = ['displayName', 'position', 'email', 'branchId', 'departmentId', 'username', 'groups', 'disabled', 'externalId', 'substitutes', 'positionId', 'hiredDate', 'leftDate'] as const

// Whoever is changed in one of these may be the last who manages rights.
const SIGN_IN: ReadonlySet<string> = new Set(['groups', 'username', 'disabled', 'leftDate'])

export function employeeService(deps: Deps): Handlers<EmployeeServiceServer> {
  const { pool, rights, env } = deps
  const zone = timeZoneOf(env)
  const settled = (tx: Tx, next: Employee, changed: readonly string[], now: Date) => settleEmployee(tx, next, changed, dayAt(rights.data(), next.branchId, now, zone))
  return {
    getEmployee: ({ id }, { caller }) => getEmployee(pool, caller, id),
    listEmployees: (request, call) => listEmployees(pool, call, request),
    createEmployee: ({ employee }, { caller, now, transact }) =>
      transact(async (tx) => {
        assertReaches(caller, 'employees', 'create', employee!)
        assertMaySignIn(caller, { groups: [], username: undefined, substitutes: [] }, employee!)
        const next = { ...employee!, id: newId() }
        await assertMayGiveGroups(tx, caller, groupsGiven(undefined, next))
        return insertEmployee(tx, await settled(tx, next, WRITABLE.filter((field) => field !== 'positionId' || employee!.positionId !== undefined), now), now)
      }),
    updateEmployee: ({ employee, updateMask }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockEmployee(tx, caller, 'change', employee!.id, employee!.etag)
        const { next, changed } = applyMask(current, employee!, updateMask, WRITABLE)
        if (changed.length === 0) return current
        assertReaches(caller, 'employees', 'change', { branchId: next.branchId, ownerId: next.id })
        assertMaySignIn(caller, current, next)
        await assertMayMove(tx, caller, rights.data(), current, next)
        await assertMayGiveGroups(tx, caller, groupsGiven(current, next))
        const write = async () => updateEmployee(tx, await settled(tx, next, changed, now), changed, now)
        return changed.some((field) => SIGN_IN.has(field)) ? keepingAdministrable(tx, write) : write()
      }),
    inviteEmployee: invitations(deps),
    deleteEmployee: ({ id, etag }, { caller, transact }) =>
      transact(async (tx) => {
        const employee = await lockEmployee(tx, caller, 'delete', id, etag)
        await keepingAdministrable(tx, () => deleteEmployee(tx, employee))
        return {}
      }),
  }
}

/**
 * Who may change employees may not thereby raise rights: groups, the user whom they are given to, and who stands in, are
 * named by those who manage rights. A machine is no employee: linked to one it would lose the groups of its token.
 */
function assertMaySignIn(caller: Caller, before: Pick<Employee, 'groups' | 'username' | 'substitutes'>, next: Employee): void {
  const { groups, username, substitutes } = next
  const same =
    groups.length === before.groups.length && groups.every((group) => before.groups.includes(group)) && isDeepStrictEqual(substitutes, before.substitutes)
  if (same && username === before.username) return
  if (!may(caller, 'rights', 'manage')) {
    const metadata = { section: 'rights', action: 'manage' }
    throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', 'you need the right rights: manage to change groups, substitutes or the name at sign-in', metadata)
  }
  if (!isDeepStrictEqual(substitutes, before.substitutes)) assertMayRule(caller)
  if (username?.startsWith('service-account-')) {
    throw invalid([{ field: 'username', rule: 'reserved', description: 'is the name of a machine' }])
  }
}
