import { randomBytes } from 'node:crypto'
import { rightsMigrations } from '@vitrylo/auth'
import { eventMigrations } from '@vitrylo/events'
import { createAdminApi, ensureGroup, findUser, saveAccount, setPassword } from '@vitrylo/keycloak'
import { createPool } from '@vitrylo/pg'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import { freshDatabase } from '@vitrylo/testkit'
import { Browser } from '../../tools/issuer/test/browser.ts'
import { applyRealmOf, startGateway } from '../src/index.ts'
import { migrations, SESSION_KEY } from './rig.ts'
import { sampleContract } from './sample/contract.ts'
import { startSampleService } from './sample/service.ts'

export { Browser }
export const PASSWORD = 'вітер-у-вітрилах-7'

const { KEYCLOAK_URL: url = '', KEYCLOAK_ADMIN_PASSWORD: adminPassword = '', KEYCLOAK_SKIP } = process.env

/** Why there is nothing to test on; undefined when there is. */
export const noKeycloak = url === '' ? (KEYCLOAK_SKIP ?? 'no KEYCLOAK_URL here; make test-engines brings one') : undefined

export const admin = () => createAdminApi(url, { realm: 'master', clientId: 'admin-cli', username: 'admin', password: adminPassword })

/** Settings of `main.ts realm` for a realm that no other test knows. */
export function realmSettings(origin: string): Record<string, string> {
  const realm = `vitrylo-${randomBytes(4).toString('hex')}`
  return {
    VITRYLO_OIDC_ISSUER: `${url}/realms/${realm}`,
    VITRYLO_ORIGIN: origin,
    VITRYLO_KEYCLOAK_ADMIN_USERNAME: 'admin',
    VITRYLO_KEYCLOAK_ADMIN_PASSWORD: adminPassword,
    VITRYLO_GATEWAY_CLIENT_SECRET: 'gateway+secret/1',
    VITRYLO_API_CLIENT_SECRET: 'api secret:2',
    VITRYLO_INTEGRATION_CLIENT_SECRET: 'integration/secret=3',
    VITRYLO_PROVISIONER_CLIENT_SECRET: 'provisioner secret 4',
  }
}

export type KeycloakRig = Awaited<ReturnType<typeof startKeycloakRig>>

/** The gateway with a realm of its own at a real Keycloak, and one user: olena of the telephonists. */
export async function startKeycloakRig() {
  const contract = sampleContract()
  const [service, databaseUrl, busUrl, port] = await Promise.all([
    startSampleService(contract), freshDatabase('gateway', [eventMigrations, rightsMigrations, migrations]), freshDatabase('bus'), freePort(),
  ])
  const origin = `http://127.0.0.1:${port}`
  const settings = realmSettings(origin)
  const issuer = settings['VITRYLO_OIDC_ISSUER']!
  const realm = issuer.split('/').at(-1)!
  await applyRealmOf(settings, () => {})
  const gateway = await startGateway(
    {
      ...settings, VITRYLO_PORT: String(port), VITRYLO_DATABASE_URL: databaseUrl, VITRYLO_BUS_URL: busUrl, VITRYLO_SESSION_KEY: SESSION_KEY,
      VITRYLO_SERVICES: JSON.stringify({ sample: service.address }), VITRYLO_LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
      VITRYLO_RATE_SESSION: '10000', VITRYLO_RATE_CALLER: '10000', VITRYLO_RATE_ADDRESS: '10000', VITRYLO_RATE_SIGN_IN: '10000',
    },
    { contract },
  )
  const api = admin()
  const pool = createPool({ url: databaseUrl, name: 'test', max: 2 })
  const groups = ['telephonists']
  const olena = await saveAccount(api, realm, { username: 'olena', name: 'Олена Коваль', disabled: false, groups, knownGroups: groups })
  await setPassword(api, realm, olena, PASSWORD)

  /** From the gateway's login to the callback's address; the form of Keycloak is filled in when it comes. */
  async function toCallback(browser: Browser): Promise<{ callback: string; asked: boolean }> {
    const login = await browser.go('/auth/login?returnTo=%2Frequests')
    const page = await browser.go(login.headers.get('location')!)
    if (page.status === 302) return { callback: page.headers.get('location')!, asked: false }
    const action = /<form[^>]+action="([^"]+)"/.exec(await page.text())?.[1]?.replaceAll('&amp;', '&')
    const posted = await browser.post(action!, { username: 'olena', password: PASSWORD }, { origin: url })
    return { callback: posted.headers.get('location')!, asked: true }
  }
  const call = (method: string, path: string, body?: unknown) =>
    method === 'DELETE' ? api.remove('test', `/${realm}${path}`) : method === 'PUT' ? api.update('test', `/${realm}${path}`, body) : api.create('test', `/${realm}${path}`, body)

  return {
    origin, issuer, realm, settings, pool, service, api, olena, call, toCallback,
    async signedIn(browser = new Browser(origin)): Promise<Browser> {
      const answer = await browser.go((await toCallback(browser)).callback)
      if (answer.status !== 303) throw new Error(`sign-in answered ${answer.status}`)
      return browser
    },
    async token(clientId: string, secret: string): Promise<string> {
      const answer = await fetch(`${issuer}/protocol/openid-connect/token`, {
        method: 'POST', headers: { authorization: `Basic ${btoa(`${clientId}:${encodeURIComponent(secret)}`)}` }, body: new URLSearchParams({ grant_type: 'client_credentials' }),
      })
      return ((await answer.json()) as { access_token: string }).access_token
    },
    async join(username: string, group: string): Promise<void> {
      const user = await findUser(api, realm, username)
      await call('PUT', `/users/${user!['id']}/groups/${(await ensureGroup(api, realm, group)).id}`)
    },
    enable: async (enabled: boolean) => call('PUT', `/users/${olena}`, { ...(await api.find('olena', `/${realm}/users/${olena}`)), enabled }),
    async stop() {
      await gateway.stop()
      await service.stop()
      await pool.end()
      await api.remove('test', `/${realm}`)
    },
  }
}
