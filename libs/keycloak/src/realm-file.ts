import { readFileSync } from 'node:fs'
import { KeycloakError, type Json } from './admin-api.ts'

export type RealmFile = Json & { realm: string; groups: { name: string }[]; clients: RealmClient[]; users: ServiceAccount[] }
export type RealmClient = Json & { clientId: string; protocolMappers?: (Json & { name: string })[] }
export type ServiceAccount = {
  username: string
  serviceAccountClientId: string
  groups?: string[]
  clientRoles?: Record<string, string[]>
}

/** Gives a setting by its name; undefined when there is none. */
type Setting = (key: string) => string | undefined

/** The realm as Vitrylo needs it, in Keycloak's own format; `${VITRYLO_…}` is the setting of that name. */
export function readRealmFile(setting: Setting, path: URL = new URL('../realm.json', import.meta.url)): RealmFile {
  const realm = JSON.parse(readFileSync(path, 'utf8')) as RealmFile
  const { clients, users, ...rest } = realm
  return {
    ...(filled(rest, setting, 'the realm') as Json),
    clients: clients.map((client) => filled(client, setting, `client ${client.clientId}`)),
    users: users.map((user) => filled(user, setting, `user ${user.username}`)),
  } as RealmFile
}

function filled<T>(value: T, setting: Setting, what: string): T {
  return JSON.parse(JSON.stringify(value), (_name, text: unknown) => {
    if (typeof text !== 'string') return text
    return text.replace(/\$\{(VITRYLO_\w+)\}/g, (_all, key: string) => {
      const given = setting(key)
      if (given === undefined || given === '') throw new KeycloakError(`setting ${key} is missing: the realm file needs it for ${what}`, 0)
      return given
    })
  }) as T
}
