import { AppError, invalid } from '@vitrylo/errors'

const VIOLATIONS: Record<string, { field: string; rule: string; description: string }> = {
  branch_parent_id_fkey: { field: 'parentId', rule: 'reference', description: 'no such branch' },
  branch_not_own_parent: { field: 'parentId', rule: 'reference', description: 'a branch cannot lie below itself' },
  department_branch_id_fkey: { field: 'branchId', rule: 'reference', description: 'no such branch' },
  user_group_employee_id_fkey: { field: 'group.employeeId', rule: 'reference', description: 'no such employee' },
  field_limit_group_id_fkey: { field: 'groupId', rule: 'reference', description: 'no such group' },
  employee_branch_id_fkey: { field: 'branchId', rule: 'reference', description: 'no such branch' },
  integration_account_owner_id_fkey: { field: 'ownerId', rule: 'reference', description: 'no such employee' },
  saved_filter_owner_id_fkey: { field: 'ownerId', rule: 'reference', description: 'no such employee' },
  custom_field_section_id_fkey: { field: 'sectionId', rule: 'reference', description: 'no such section' },
  employee_position_id_fkey: { field: 'positionId', rule: 'reference', description: 'no such position' },
  employee_dates: { field: 'employee.leftDate', rule: 'range', description: 'is before the first day' },
  department_head_id_fkey: { field: 'headId', rule: 'reference', description: 'no such employee' },
  employee_department_id_fkey: { field: 'departmentId', rule: 'reference', description: 'no such department' },
}

const TAKEN: Record<string, string> = {
  staff_position_name_unique: 'name.uk',
  staff_position_english_unique: 'name.en',
  branch_numbering_prefix_unique: 'numberingPrefix',
  employee_username_unique: 'username',
  employee_external_id_unique: 'externalId',
  user_group_name_unique: 'name',
  integration_account_name_unique: 'name',
  integration_key_pkey: 'clientId',
  integration_key_client: 'clientId',
  saved_filter_name_unique: 'displayName',
  custom_field_name_unique: 'name',
  custom_section_name_unique: 'name',
  saved_filter_pack_key: 'displayName',
  user_group_employee_unique: 'employeeId',
  group_grant_rule_unique: 'section',
  field_limit_unique: 'limits',
}

/** What a broken constraint means for the caller: `write(() => insert…)`. */
export async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { code, constraint = '' } = error as { code?: string; constraint?: string }
    const field = TAKEN[constraint]
    if (field !== undefined) throw new AppError('ALREADY_EXISTS', 'TAKEN', `${field} is taken by another record`, { field }, [], error)
    // The same constraint speaks when a row that others point at is removed.
    if (code === '23503' && /is still referenced/.test((error as Error).message + (error as { detail?: string }).detail)) {
      throw new AppError('FAILED_PRECONDITION', 'IN_USE', 'other records point at it; move them first', {}, [], error)
    }
    const violation = VIOLATIONS[constraint]
    throw violation === undefined ? error : invalid([violation])
  }
}
