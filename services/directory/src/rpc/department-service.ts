import { assertReaches } from '@vitrylo/auth'
import type { DepartmentServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/department_service.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import {
  assertHead,
  deleteDepartment,
  getDepartment,
  insertDepartment,
  listDepartments,
  lockDepartment,
  updateDepartment,
} from '../department/department-sql.ts'

export function departmentService({ pool }: Deps): Handlers<DepartmentServiceServer> {
  return {
    getDepartment: ({ id }, { caller }) => getDepartment(pool, caller, id),
    listDepartments: (request, call) => listDepartments(pool, call, request),
    createDepartment: ({ department }, { caller, now, transact }) =>
      transact(async (tx) => {
        assertReaches(caller, 'employees', 'create', department!)
        await assertHead(tx, department!.headId)
        return insertDepartment(tx, { ...department!, id: newId() }, now)
      }),
    updateDepartment: ({ department, updateMask }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockDepartment(tx, caller, 'change', department!.id, department!.etag)
        const { next, changed } = applyMask(current, department!, updateMask, ['name', 'branchId', 'headId'])
        if (changed.length === 0) return current
        assertReaches(caller, 'employees', 'change', next)
        if (changed.includes('headId')) await assertHead(tx, next.headId)
        return updateDepartment(tx, next, now)
      }),
    deleteDepartment: ({ id, etag }, { caller, transact }) =>
      transact(async (tx) => {
        await deleteDepartment(tx, await lockDepartment(tx, caller, 'delete', id, etag))
        return {}
      }),
  }
}
