import { applyRealm, createAdminApi, findUser, KeycloakError, readRealmFile, saveAccount, setPassword, type AdminApi } from '@vitrylo/keycloak'
import { optional, Refusal, refuse, required, urlOf, type Env } from '@vitrylo/service'

const HTTP = ['http', 'https']

/**
 * `main.ts realm`: brings the realm of VITRYLO_OIDC_ISSUER at the Keycloak behind VITRYLO_OIDC_INTERNAL_URL in step
 * with the realm file of libs/keycloak, whose settings it names. Repeatable; says what it changed.
 *
 * VITRYLO_KEYCLOAK_ADMIN_USERNAME, VITRYLO_KEYCLOAK_ADMIN_PASSWORD: an administrator of the realm `master`.
 * VITRYLO_BACKCHANNEL_URL: how Keycloak reaches the gateway, if not by VITRYLO_ORIGIN.
 * VITRYLO_ADMIN_PASSWORD: of the first user, `admin`; without it none is made.
 */
export async function applyRealmOf(env: Env, say: (line: string) => void): Promise<void> {
  try {
    const changes = await apply(env, say)
    say(changes === 0 ? 'The realm was as it should be.' : `Changes: ${changes}.`)
  } catch (error) {
    throw error instanceof KeycloakError ? new Refusal(error.message, { cause: error }) : error
  }
}

async function apply(env: Env, say: (line: string) => void): Promise<number> {
  const issuer = urlOf(env, 'VITRYLO_OIDC_ISSUER', HTTP)
  const internalUrl = urlOf(env, 'VITRYLO_OIDC_INTERNAL_URL', HTTP, issuer)
  const [, url = '', realm = ''] = /^(.+)\/realms\/([^/]+)$/.exec(internalUrl) ?? refuse('VITRYLO_OIDC_INTERNAL_URL', 'must end with /realms/<name>')
  const origin = new URL(urlOf(env, 'VITRYLO_ORIGIN', HTTP)).origin
  const backchannel = urlOf(env, 'VITRYLO_BACKCHANNEL_URL', HTTP, origin)
  const derived: Env = { VITRYLO_REALM: realm, VITRYLO_ORIGIN: origin, VITRYLO_BACKCHANNEL_URL: backchannel }
  // Of a secret that is being changed the newest, which stands first, is to hold.
  const file = readRealmFile((key) => derived[key] ?? optional(env, key)?.split('\n')[0]?.trim())
  const username = required(env, 'VITRYLO_KEYCLOAK_ADMIN_USERNAME')
  const password = required(env, 'VITRYLO_KEYCLOAK_ADMIN_PASSWORD')
  const api = createAdminApi(url, { realm: 'master', clientId: 'admin-cli', username, password })
  const changes = await applyRealm(api, file, say)
  if (!(await makeFirstAdministrator(api, realm, optional(env, 'VITRYLO_ADMIN_PASSWORD')))) return changes
  say('user admin: made')
  return changes + 1
}

async function makeFirstAdministrator(api: AdminApi, realm: string, password: string | undefined): Promise<boolean> {
  if (password === undefined || (await findUser(api, realm, 'admin')) !== undefined) return false
  const groups = ['administrators']
  const account = { username: 'admin', name: 'Адміністратор', disabled: false, groups, knownGroups: groups }
  await setPassword(api, realm, await saveAccount(api, realm, account), password)
  return true
}
