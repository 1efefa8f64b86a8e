import { createApi, type Access } from '../../demo/src/load/api.ts'

/** Nothing is without an owner: an employee of a branch, who answers for everything that is written. */
export async function anOwner(access: Access): Promise<string> {
  const api = createApi(access)
  const branch = await api.post('branches', { name: 'Випробування', code: 'FAULTS' })
  const employee = await api.post('employees', { displayName: 'Випробувальниця', branchId: branch['id'] })
  return employee['id']
}
