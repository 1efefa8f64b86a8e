import { branchesBelow, sees, type Caller } from '@vitrylo/auth'
import { invalid } from '@vitrylo/errors'
import { sql, type Sql } from '@vitrylo/pg'
import type { EndSessionsRequest } from '@vitrylo/proto/vitrylo/sessions/v1/session_service.ts'
import type { Deps } from '@vitrylo/service'

/**
 * Employees (`e`) whose sessions end. Names that nobody bears are refused: an ending that ends nothing would seem done. So is one
 * whom the right does not reach, in the same words.
 */
export function targetOf({ rights }: Pick<Deps, 'rights'>, caller: Caller, { employeeId, group, branchId }: EndSessionsRequest): Sql {
  const given = [employeeId, group, branchId].filter((each) => each !== undefined)
  if (given.length !== 1) throw invalid([{ field: 'employeeId', rule: 'choice', description: 'give exactly one of employeeId, group, branchId' }])
  const data = rights.data()
  if (employeeId !== undefined) {
    const employee = data.employees.get(employeeId)
    if (employee === undefined || !sees(caller, 'sessions', { branchId: employee.branchId, ownerId: employeeId }, 'manage')) throw unknown('employeeId', 'employee')
    return sql`e.id = ${employeeId}`
  }
  if (group !== undefined) {
    if (!data.rules.has(group)) throw unknown('group', 'group')
    return sql`${group} = any(e.groups)`
  }
  if (!data.branches.has(branchId!)) throw unknown('branchId', 'branch')
  return sql`e.branch_id = any(${branchesBelow(data, branchId!)}::uuid[])`
}

const unknown = (field: string, kind: string) => invalid([{ field, rule: 'reference', description: `no such ${kind}` }])
