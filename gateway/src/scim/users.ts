import { AppError, invalid } from '@vitrylo/errors'
import { quoted, type Directory, type Employee, type Group, type Place } from './directory.ts'

/** What the account brings along: where new users belong unless it is said. */
export type Context = { directory: Directory; homeBranchId: string | undefined }

export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

type Email = { value?: string; primary?: boolean }
export type UserIn = {
  userName?: string
  externalId?: string
  displayName?: string
  title?: string
  active?: boolean
  name?: { formatted?: string; givenName?: string; familyName?: string }
  emails?: Email[]
  [ENTERPRISE]?: { department?: string; division?: string }
}

const etagOf = (etag: string): string => `W/"${etag}"`

const metaOf = ({ etag, createTime, updateTime }: { etag: string; createTime: string; updateTime: string }) => ({ created: new Date(createTime), lastModified: new Date(updateTime), version: etagOf(etag) })

/** What users are shown with: read once for a list. */
export type Names = { groups: Map<string, Group>; departments: Map<string, Place>; branches: Map<string, Place> }

export async function namesOf({ directory }: Context): Promise<Names> {
  const [groups, departments, branches] = await Promise.all([
    directory.all<Group>('ListGroups', 'groups', 'personal = false'), directory.all<Place>('ListDepartments', 'departments'), directory.all<Place>('ListBranches', 'branches'),
  ])
  const by = <T>(items: readonly T[], key: (item: T) => string) => new Map(items.map((item) => [key(item), item]))
  return { groups: by(groups, ({ name }) => name), departments: by(departments, ({ id }) => id), branches: by(branches, ({ id }) => id) }
}

export function toUser(e: Employee, { groups, departments, branches }: Names) {
  const [givenName, ...rest] = e.displayName.split(' ')
  const branch = branches.get(e.branchId)
  const place = { department: departments.get(e.departmentId ?? '')?.name, division: branch?.code || branch?.name }
  return {
    id: e.id,
    ...(e.externalId !== '' && { externalId: e.externalId }),
    // Who has no name at sign-in is shown all the same: an identity provider asks for those whom it does not know yet.
    userName: e.username ?? e.id,
    displayName: e.displayName,
    name: { formatted: e.displayName, givenName, ...(rest.length > 0 && { familyName: rest.join(' ') }) },
    ...(e.position !== '' && { title: e.position }),
    active: !e.disabled,
    ...(e.email && { emails: [{ value: e.email, type: 'work', primary: true }] }),
    groups: e.groups.flatMap((name) => {
      const group = groups.get(name)
      return group === undefined ? [] : [{ value: group.id, display: group.title, type: 'direct' }]
    }),
    [ENTERPRISE]: Object.fromEntries(Object.entries(place).filter(([, value]) => value)),
    meta: metaOf(e),
  }
}

const nameOf = ({ displayName, name, userName }: UserIn): string =>
  displayName?.trim() || name?.formatted?.trim() || [name?.givenName, name?.familyName].filter(Boolean).join(' ').trim() || userName!

/** The employee as the identity provider wants it. Groups are written by /Groups, passwords are not taken at all. */
async function employeeOf(user: UserIn, context: Context, current: Employee | undefined): Promise<Partial<Employee> & { departmentId?: string | null }> {
  const { branches, departments } = await namesOf(context)
  const { division, department } = user[ENTERPRISE] ?? {}
  const like = (text: string) => (place: Place) => [place.code, place.name].some((name) => name?.toLocaleLowerCase() === text.trim().toLocaleLowerCase())
  const branch = division ? [...branches.values()].find(like(division)) : undefined
  if (division && branch === undefined) throw invalid([{ field: 'division', rule: 'reference', description: 'no branch has this code or name' }])
  const branchId = branch?.id ?? current?.branchId ?? context.homeBranchId
  if (branchId === undefined) throw invalid([{ field: 'division', rule: 'required', description: 'name the branch: the owner of the account has none' }])
  const place = department ? [...departments.values()].find((one) => one.branchId === branchId && like(department)(one)) : undefined
  if (department && place === undefined) throw invalid([{ field: 'department', rule: 'reference', description: 'no department of the branch has this name' }])
  const email = (user.emails?.find(({ primary }) => primary) ?? user.emails?.[0])?.value
  const username = user.userName!.trim().toLowerCase()
  return {
    displayName: nameOf(user), position: user.title ?? '', externalId: user.externalId ?? '', disabled: user.active === false, branchId,
    ...(username !== current?.id && { username }), ...(email && { email }), ...(place && { departmentId: place.id }),
  }
}

const FIELDS = ['displayName', 'position', 'email', 'branchId', 'departmentId', 'username', 'disabled', 'externalId']

export async function saveUser(id: string | undefined, user: UserIn, context: Context, etag = '') {
  const { directory } = context
  const current = id === undefined ? undefined : await directory.call<Employee>('GetEmployee', { id })
  const wanted = await employeeOf(user, context, current)
  const saved =
    current === undefined
      ? await directory.call<Employee>('CreateEmployee', { employee: { ...wanted, groups: [] } })
      : await directory.call<Employee>('UpdateEmployee', { employee: { id, etag, ...wanted }, updateMask: FIELDS.filter((field) => field !== 'username' || 'username' in wanted).join(',') })
  return toUser(saved, await namesOf(context))
}

/** DELETE: the history of the employee stays, nobody signs in with it any more. */
export async function disableUser(id: string, { directory }: Context, etag = ''): Promise<void> {
  await directory.call('UpdateEmployee', { employee: { id, etag, disabled: true }, updateMask: 'disabled' })
}

type Condition = Record<string, unknown>

/** What the directory itself can answer, page by page: no question, and those that identity providers ask before each change. Undefined: it is answered from all employees. */
export function narrowed(filter: readonly Condition[] | undefined): string | undefined {
  if (filter === undefined || filter.length === 0) return ''
  const [only, ...others] = filter
  const [[attribute, condition] = []] = Object.entries(only ?? {})
  if (others.length > 0 || Object.keys(only ?? {}).length !== 1 || !Array.isArray(condition) || condition[0] !== 'eq') return undefined
  if (attribute === 'active' && typeof condition[1] === 'boolean') return `disabled = ${!condition[1]}`
  if (typeof condition[1] !== 'string') return undefined
  const column = { userName: 'username', externalId: 'externalId' }[attribute!]
  if (column === undefined || condition[1] === '') return undefined
  return `${column} = ${quoted(column === 'username' ? condition[1].toLowerCase() : condition[1])}`
}

export async function readUsers(id: string | undefined, context: Context) {
  const { directory } = context
  const employees = id === undefined ? await directory.all<Employee>('ListEmployees', 'employees') : [await directory.call<Employee>('GetEmployee', { id })]
  const names = await namesOf(context)
  return employees.map((employee) => toUser(employee, names))
}

/** One page, found and counted by the directory. */
export async function pageOfUsers(filter: string, { startIndex, count }: { startIndex: number; count: number }, context: Context) {
  const ask = { filter, skip: Math.max(0, startIndex - 1), pageSize: Math.max(1, count), countTotal: true }
  const { employees, totalSize } = await context.directory.call<{ employees: Employee[]; totalSize: number }>('ListEmployees', ask)
  const shown = count > 0 ? employees : []
  const names = shown.length === 0 ? undefined : await namesOf(context)
  return { users: shown.map((employee) => toUser(employee, names!)), total: totalSize }
}

/** Nothing of a record of somebody else's kind. */
export function assertFound<T>(found: T | undefined, kind: string): T {
  if (found === undefined) throw new AppError('NOT_FOUND', 'NOT_FOUND', `no such ${kind}`)
  return found
}
