import type { AdminApi, Json } from './admin-api.ts'
import { difference } from './difference.ts'
import type { RealmClient, RealmFile, ServiceAccount } from './realm-file.ts'
import { ensureGroup } from './users.ts'

type Say = (change: string) => void

/**
 * Makes the realm, its clients, groups and service accounts as the file says, or brings them up to date; gives the
 * number of changes. Nothing is deleted. The settings of a realm that others made stay theirs: only what bears the
 * mark of the file is kept in step. Components (which fields a profile has) are for a new realm only.
 */
export async function applyRealm(api: AdminApi, file: RealmFile, say: Say): Promise<number> {
  let changes = 0
  const told: Say = (change) => {
    changes++
    say(change)
  }
  await applySettings(api, file, told)
  for (const { name } of file.groups) if ((await ensureGroup(api, file.realm, name)).isNew) told(`group ${name}: made`)
  for (const client of file.clients) await applyClient(api, file.realm, client, told)
  for (const account of file.users) await applyServiceAccount(api, file.realm, account, told)
  return changes
}

async function applySettings(api: AdminApi, file: RealmFile, say: Say): Promise<void> {
  const { groups: _groups, clients: _clients, users: _users, components, ...settings } = file
  const what = `realm ${file.realm}`
  const present = await api.find(what, `/${file.realm}`)
  if (present === undefined) {
    await api.create(what, '', { ...settings, components })
    return say(`${what}: made`)
  }
  if (difference({ attributes: settings['attributes'] }, present).length > 0) return
  const changed = difference(settings, present)
  if (changed.length === 0) return
  await api.update(what, `/${file.realm}`, settings)
  say(`${what}: ${changed.join(', ')}`)
}

async function applyClient(api: AdminApi, realm: string, { protocolMappers = [], ...wanted }: RealmClient, say: Say): Promise<void> {
  const what = `client ${wanted.clientId}`
  const present = await findClient(api, realm, wanted.clientId)
  const id = present?.['id'] ?? (await api.create(what, `/${realm}/clients`, wanted))
  if (present === undefined) say(`${what}: made`)
  else {
    const changed = difference(wanted, present)
    if (changed.length > 0) {
      await api.update(what, `/${realm}/clients/${id}`, { ...present, ...wanted, attributes: { ...present['attributes'], ...wanted['attributes'] } })
      say(`${what}: ${changed.join(', ')}`)
    }
  }
  const models = `/${realm}/clients/${id}/protocol-mappers/models`
  const mappers = (await api.find<Json[]>(what, models)) ?? []
  for (const mapper of protocolMappers) {
    const known = mappers.find(({ name }) => name === mapper.name)
    if (known !== undefined && difference(mapper, known).length === 0) continue
    if (known === undefined) await api.create(`${what}, mapper ${mapper.name}`, models, mapper)
    else await api.update(`${what}, mapper ${mapper.name}`, `${models}/${known['id']}`, { ...known, ...mapper })
    say(`${what}, mapper ${mapper.name}: ${known === undefined ? 'made' : 'changed'}`)
  }
}

async function applyServiceAccount(api: AdminApi, realm: string, account: ServiceAccount, say: Say): Promise<void> {
  const what = `user ${account.username}`
  const client = await findClient(api, realm, account.serviceAccountClientId)
  const user = (await api.find(what, `/${realm}/clients/${client!['id']}/service-account-user`))!
  const member = (await api.find<Json[]>(what, `/${realm}/users/${user['id']}/groups?max=1000`)) ?? []
  for (const path of account.groups ?? []) {
    if (member.some((group) => group['path'] === path)) continue
    const { id } = await ensureGroup(api, realm, path.slice(1))
    await api.update(what, `/${realm}/users/${user['id']}/groups/${id}`)
    say(`${what}: joined ${path}`)
  }
  for (const [clientId, roles] of Object.entries(account.clientRoles ?? {})) {
    const holder = await findClient(api, realm, clientId)
    const mappings = `/${realm}/users/${user['id']}/role-mappings/clients/${holder!['id']}`
    const present = (await api.find<Json[]>(what, mappings)) ?? []
    const missing = roles.filter((role) => !present.some(({ name }) => name === role))
    if (missing.length === 0) continue
    const found = await Promise.all(missing.map((role) => api.find(`role ${role}`, `/${realm}/clients/${holder!['id']}/roles/${role}`)))
    await api.create(what, mappings, found)
    say(`${what}: roles ${missing.join(', ')} of ${clientId}`)
  }
}

async function findClient(api: AdminApi, realm: string, clientId: string): Promise<Json | undefined> {
  const found = await api.find<Json[]>(`client ${clientId}`, `/${realm}/clients?clientId=${encodeURIComponent(clientId)}`)
  return found?.[0]
}
