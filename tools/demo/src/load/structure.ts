import { BRANCHES, CALENDARS, DEPARTMENTS, EMPLOYEES, HEADS, POSITIONS, QUEUES, REQUISITES } from '../staff.ts'
import { GROUPS } from '../groups.ts'
import type { BranchName } from '../data/places.ts'
import type { Api } from './api.ts'

export type Structure = { branches: Record<BranchName, string>; employees: Record<string, string> }

/** Branches, departments, groups with rights, employees, queues; what is there already stays as it is. */
export async function loadStructure(api: Api, now: Date): Promise<Structure> {
  const branches = await loadBranches(api, now)
  const [departments, positions] = await Promise.all([loadDepartments(api, branches), loadPositions(api), loadGroups(api)])
  const employees = await loadEmployees(api, branches, departments, positions)
  await Promise.all([loadHeads(api, departments, employees), loadQueues(api)])
  return { branches, employees }
}

/** The calendar of a branch and, of the head office, its requisites; the holidays are those of this year and the next one. */
function papersOf(name: BranchName, now: Date): object {
  const papers = name === 'dnipro' ? { requisites: REQUISITES, currency: 'UAH' } : {}
  const found = CALENDARS[name]
  if (found === undefined) return papers
  const { holidays, ...calendar } = found
  const exceptions = [0, 1].flatMap((more) => holidays.map((day) => ({ date: `${now.getUTCFullYear() + more}-${day}`, shifts: [] })))
  return { ...papers, calendar: { ...calendar, exceptions } }
}

async function loadBranches(api: Api, now: Date): Promise<Record<BranchName, string>> {
  const known = await api.all('branches')
  const ids: Partial<Record<BranchName, string>> = {}
  let head: string | undefined
  for (const { name, title, code } of BRANCHES) {
    const found = known.find((branch) => branch['code'] === code)
    ids[name] = (found ?? (await api.post('branches', { name: title, code, parentId: head, ...papersOf(name, now) })))['id']
    head ??= ids[name]
  }
  return ids as Record<BranchName, string>
}

async function loadDepartments(api: Api, branches: Record<BranchName, string>): Promise<Record<string, string>> {
  const known = await api.all('departments')
  const entries = Object.entries(DEPARTMENTS).map(async ([key, { branch, title }]) => {
    const branchId = branches[branch]
    const found = known.find((each) => each['name'] === title && each['branchId'] === branchId)
    return [key, (found ?? (await api.post('departments', { name: title, branchId })))['id']]
  })
  return Object.fromEntries(await Promise.all(entries))
}

async function loadGroups(api: Api): Promise<void> {
  const [known, grants] = await Promise.all([api.all('groups'), api.all('grants')])
  const load = async ({ name, title, cells }: (typeof GROUPS)[number]): Promise<void> => {
    const group = known.find((each) => each['name'] === name) ?? (await api.post('groups', { name, title }))
    // Rights that somebody set by hand stay.
    if (grants.every(({ groupId }) => groupId !== group['id'])) await api.post(`groups/${group['id']}:setGrants`, { cells })
  }
  await Promise.all(GROUPS.map(load))
}

async function loadPositions(api: Api): Promise<Record<string, string>> {
  const known = await api.all('staff-positions')
  const entries = Object.entries(POSITIONS).map(async ([key, name]) => [key, (known.find((each) => each['name'].uk === name.uk) ?? (await api.post('staff-positions', { name })))['id']])
  return Object.fromEntries(await Promise.all(entries))
}

/** A head whom somebody named by hand stays. */
async function loadHeads(api: Api, departments: Record<string, string>, employees: Record<string, string>): Promise<void> {
  const known = await api.all('departments')
  const missing = Object.entries(HEADS).filter(([key]) => known.find(({ id }) => id === departments[key])?.['headId'] === undefined)
  await Promise.all(missing.map(([key, username]) => api.patch(`departments/${departments[key]}`, { headId: employees[username] })))
}

async function loadEmployees(api: Api, branches: Record<BranchName, string>, departments: Record<string, string>, positions: Record<string, string>) {
  const known = await api.all('employees')
  const entries = EMPLOYEES.map(async ({ username, name, position, branch, department, groups }) => {
    const found = known.find((each) => each['username'] === username)
    if (found !== undefined) return [username, found['id']]
    const facts = { displayName: name, positionId: positions[position], email: `${username}@vitrylo.example`, branchId: branches[branch] }
    const saved = await api.post('employees', {
      ...facts,
      departmentId: departments[department],
      username,
      groups,
      externalId: `demo-employee-${username}`,
    })
    return [username, saved['id']]
  })
  return Object.fromEntries(await Promise.all(entries)) as Record<string, string>
}

async function loadQueues(api: Api): Promise<void> {
  const known = await api.all('queues')
  const missing = QUEUES.filter(({ name }) => known.every((queue) => queue['name'] !== name))
  await Promise.all(missing.map((queue) => api.post('queues', queue)))
}
