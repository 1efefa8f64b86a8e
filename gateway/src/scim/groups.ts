import { createHash } from 'node:crypto'
import { invalid } from '@vitrylo/errors'
import { quoted, type Employee, type Group } from './directory.ts'
import { assertFound, type Context } from './users.ts'

export type GroupIn = { displayName?: string; externalId?: string; members?: { value?: string }[] }

const membersOf = ({ directory }: Context, { name }: Group): Promise<Employee[]> => directory.all<Employee>('ListEmployees', 'employees', `groups = ${quoted(name)}`)

const toGroup = (group: Group, members: readonly Employee[]) => ({
  id: group.id,
  displayName: group.title,
  members: members.map(({ id, displayName }) => ({ value: id, display: displayName, type: 'User' })),
  meta: { created: new Date(group.createTime), lastModified: new Date(group.updateTime), version: `W/"${group.etag}"` },
})

/** Personal groups are rights of one person and no matter of an identity provider. */
const findGroup = async ({ directory }: Context, id: string): Promise<Group> => {
  const group = await directory.call<Group>('GetGroup', { id })
  return assertFound(group.employeeId ? undefined : group, 'group')
}

export async function readGroups(id: string | undefined, context: Context, withMembers: boolean) {
  const groups = id === undefined ? await context.directory.all<Group>('ListGroups', 'groups', 'personal = false') : [await findGroup(context, id)]
  const found = []
  for (const group of groups) found.push(toGroup(group, withMembers ? await membersOf(context, group) : []))
  return found
}

/** `Sales Team` -> `sales-team`; what has no Latin letters is named by its hash. It never changes afterwards. */
function nameFrom(title: string): string {
  const plain = title.toLowerCase().normalize('NFKD').replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '').slice(0, 60)
  return plain.length > 2 ? plain : `group-${createHash('sha256').update(title).digest('hex').slice(0, 12)}`
}

export async function saveGroup(id: string | undefined, given: GroupIn, context: Context, etag = '') {
  const { directory } = context
  const title = given.displayName?.trim() ?? ''
  if (title === '') throw invalid([{ field: 'displayName', rule: 'required', description: 'cannot be empty' }])
  const known = id === undefined ? undefined : await findGroup(context, id)
  const group =
    known === undefined
      ? await directory.call<Group>('CreateGroup', { group: { name: nameFrom(title), title } })
      : await directory.call<Group>('UpdateGroup', { group: { id, etag, title }, updateMask: 'title' })
  await setMembers(context, group, given.members ?? [])
  return toGroup(group, await membersOf(context, group))
}

/** Only who comes and who goes is written; a repeat of the same changes nothing. */
async function setMembers(context: Context, group: Group, members: NonNullable<GroupIn['members']>): Promise<void> {
  const wanted = new Set(members.flatMap(({ value }) => value ?? []))
  const present = await membersOf(context, group)
  const { directory } = context
  for (const { id } of present.filter((member) => !wanted.has(member.id))) await change(directory, id, (groups) => groups.filter((name) => name !== group.name))
  for (const id of wanted) {
    if (!present.some((member) => member.id === id)) await change(directory, id, (groups) => [...groups, group.name])
  }
}

/** Of two who change the groups of one employee at once the second looks again. */
async function change(directory: Context['directory'], id: string, next: (groups: string[]) => string[]): Promise<void> {
  for (let tries = 5; ; tries--) {
    const { etag, groups } = await directory.call<Employee>('GetEmployee', { id })
    const wanted = next(groups)
    if (wanted.length === groups.length) return
    try {
      await directory.call('UpdateEmployee', { employee: { id, etag, groups: wanted }, updateMask: 'groups' })
      return
    } catch (error) {
      if ((error as { code?: string }).code !== 'ABORTED' || tries === 1) throw error
    }
  }
}

export async function deleteGroup(id: string, context: Context, etag = ''): Promise<void> {
  const group = await findGroup(context, id)
  // First: a group that may not go must keep its members.
  await context.directory.call('DeleteGroup', { id, etag })
  await setMembers(context, group, [])
}
