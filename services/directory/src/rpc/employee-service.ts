import { isDeepStrictEqual } from 'node:util'
import { assertReaches, may, type Caller } from '@vitrylo/auth'
import { AppError, invalid } from '@vitrylo/errors'
import type { Employee } from '@vitrylo/proto/vitrylo/directory/v1/employee.ts'
import type { EmployeeServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import {
  deleteEmployee,
  getEmployee,
  insertEmployee,
  listEmployees,
  lockEmployee,
  updateEmployee,
} from '../employee/employee-sql.ts'

const WRITABLE = ['displayName', 'position', 'email', 'branchId', 'departmentId', 'username', 'groups', 'disabled', 'externalId', 'substitutes'] as const

export function employeeService({ pool }: Deps): Handlers<EmployeeServiceServer> {
  return {
    getEmployee: ({ id }, { caller }) => getEmployee(pool, caller, id),
    listEmployees: (request, call) => listEmployees(pool, call, request),
    createEmployee: ({ employee }, { caller, now, transact }) =>
      transact(async (tx) => {
        assertReaches(caller, 'employees', 'create', employee!)
        assertMaySignIn(caller, { groups: [], username: undefined, substitutes: [] }, employee!)
        return insertEmployee(tx, { ...employee!, id: newId() }, now)
      }),
    updateEmployee: ({ employee, updateMask }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockEmployee(tx, caller, 'change', employee!.id, employee!.etag)
        const { next, changed } = applyMask(current, employee!, updateMask, WRITABLE)
        if (changed.length === 0) return current
        assertReaches(caller, 'employees', 'change', { branchId: next.branchId, ownerId: next.id })
        assertMaySignIn(caller, current, next)
        return updateEmployee(tx, next, changed, now)
      }),
    deleteEmployee: ({ id, etag }, { caller, transact }) =>
      transact(async (tx) => {
        await deleteEmployee(tx, await lockEmployee(tx, caller, 'delete', id, etag))
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
  if (username?.startsWith('service-account-')) {
    throw invalid([{ field: 'username', rule: 'reserved', description: 'is the name of a machine' }])
  }
}
