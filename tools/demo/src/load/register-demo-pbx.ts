import { EMPLOYEES } from '../staff.ts'
import { createApi, type Access } from './api.ts'

export type DemoPbx = Access & { host: string; port: number; username: string; secret: string }

const NAME = 'АТС Київ (демонстраційна)'

/** Connects the product to the built-in exchange, or points an earlier connection at its present port. */
export async function registerDemoPbx({ host, port, username, secret, ...access }: DemoPbx): Promise<{ id: string }> {
  const api = createApi(access)
  const link = { host, port, username, secret }
  const known = (await api.all('pbxes')).find(({ name }) => name === NAME)
  if (known !== undefined) {
    await api.patch(`pbxes/${known['id']}`, link)
    return { id: known['id'] }
  }
  const [branches, employees] = await Promise.all([api.all('branches'), api.all('employees')])
  const extensions = EMPLOYEES.flatMap(({ username: name, extension }) => {
    const employee = employees.find((each) => each['username'] === name)
    return employee === undefined ? [] : [{ extension, employeeId: employee['id'] }]
  })
  const saved = await api.post('pbxes', {
    ...link,
    name: NAME,
    kind: 'asterisk-ami',
    tls: false,
    country: 'UA',
    // Somebody may have renamed the branch; the head office is always there.
    branchId: (branches.find(({ code }) => code === 'KYIV') ?? branches.find(({ parentId }) => !parentId))?.['id'],
    trunks: ['trunk'],
    // The first one is whom a demonstration call rings.
    extensions: extensions.toSorted((a, b) => (a.extension < b.extension ? -1 : 1)),
    extensionPattern: '^1\\d{3}$',
  })
  return { id: saved['id'] }
}
