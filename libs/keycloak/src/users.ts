import type { AdminApi, Json } from './admin-api.ts'

export type Account = {
  username: string
  name: string
  email?: string
  disabled: boolean
  /** Groups that the account is to have, of those in `knownGroups`; all others are somebody else's business. */
  groups: readonly string[]
  knownGroups: readonly string[]
}

/**
 * Makes the account of a person or brings it up to date, and gives its id. `id` is the account of an earlier time, so
 * that a new name renames it. Who is disabled or gets another name is signed out everywhere.
 */
export async function saveAccount(api: AdminApi, realm: string, account: Account, id?: string): Promise<string> {
  const what = `user ${account.username}`
  const users = `/${realm}/users`
  const known = (id && (await api.find(what, `${users}/${id}`))) || (await findUser(api, realm, account.username))
  const [firstName = '', ...rest] = account.name.split(' ')
  const wanted: Json = {
    username: account.username,
    enabled: !account.disabled,
    firstName,
    lastName: rest.join(' '),
    ...(account.email !== undefined && { email: account.email, emailVerified: true }),
  }
  if (known === undefined) {
    const made = await api.create(what, users, wanted)
    await joinGroups(api, realm, made, account)
    return made
  }
  const changed = Object.entries(wanted).some(([field, value]) => known[field] !== value)
  if (changed) await api.update(what, `${users}/${known['id']}`, { ...known, ...wanted })
  await joinGroups(api, realm, known['id'], account)
  // Tokens speak by the name: whoever gets the former one is not them.
  if ((account.disabled && known['enabled'] === true) || known['username'] !== account.username) await signOut(api, realm, known['id'])
  return known['id']
}

/** Nobody signs in with the account any more; it is kept, since it may mean more than ours. */
export async function disableAccount(api: AdminApi, realm: string, id: string): Promise<void> {
  const known = await api.find(`user ${id}`, `/${realm}/users/${id}`)
  if (known === undefined || known['enabled'] === false) return
  await api.update(`user ${known['username']}`, `/${realm}/users/${id}`, { ...known, enabled: false })
  await signOut(api, realm, id)
}

/** Frees the name and the mail of an account for somebody else. It is closed first: where the realm lets no name be changed, nobody signs in by it. */
export async function putAside(api: AdminApi, realm: string, id: string, name: string): Promise<void> {
  await disableAccount(api, realm, id)
  const known = await api.find(`user ${id}`, `/${realm}/users/${id}`)
  if (known !== undefined) await api.update(`user ${known['username']}`, `/${realm}/users/${id}`, { ...known, username: name, email: '' })
}

/** Ends all sessions of a user; Keycloak tells the gateway through the back channel. */
export const signOut = async (api: AdminApi, realm: string, id: string): Promise<void> =>
  void (await api.create(`sessions of user ${id}`, `/${realm}/users/${id}/logout`, {}))

export const setPassword = (api: AdminApi, realm: string, id: string, password: string): Promise<void> =>
  api.update(`password of user ${id}`, `/${realm}/users/${id}/reset-password`, { type: 'password', value: password, temporary: false })

export async function findUser(api: AdminApi, realm: string, username: string): Promise<Json | undefined> {
  const found = await api.find<Json[]>(`user ${username}`, `/${realm}/users?exact=true&username=${encodeURIComponent(username)}`)
  return found?.[0]
}

/** The group's id; it is made when it is not there. */
export async function ensureGroup(api: AdminApi, realm: string, name: string): Promise<{ id: string; isNew: boolean }> {
  const what = `group ${name}`
  const find = async () => {
    const found = await api.find<Json[]>(what, `/${realm}/groups?exact=true&search=${encodeURIComponent(name)}`)
    return found?.find((group) => group['name'] === name)?.['id'] as string | undefined
  }
  const known = await find()
  if (known !== undefined) return { id: known, isNew: false }
  const id = await api.create(what, `/${realm}/groups`, { name }).catch((error: { status?: number }) => {
    if (error.status !== 409) throw error
    return '' // somebody else was faster
  })
  return { id: id || (await find())!, isNew: true }
}

async function joinGroups(api: AdminApi, realm: string, id: string, { username, groups, knownGroups }: Account): Promise<void> {
  const what = `groups of user ${username}`
  const present = (await api.find<Json[]>(what, `/${realm}/users/${id}/groups?max=1000`)) ?? []
  const has = (name: string) => present.some((group) => group['path'] === `/${name}`)
  for (const name of groups.filter((wanted) => !has(wanted))) {
    const group = await ensureGroup(api, realm, name)
    await api.update(what, `/${realm}/users/${id}/groups/${group.id}`)
  }
  for (const group of present) {
    const ours = group['path'] === `/${group['name']}` && knownGroups.includes(group['name'])
    if (ours && !groups.includes(group['name'])) await api.remove(what, `/${realm}/users/${id}/groups/${group['id']}`)
  }
}
