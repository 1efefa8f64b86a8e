import { afterAll, describe, expect, test } from '@jest/globals'
import { applyRealmOf } from '../src/index.ts'
import { admin, noKeycloak, realmSettings } from './keycloak-rig.ts'

const settings = realmSettings('http://crm.test')
const realm = settings['VITRYLO_OIDC_ISSUER']!.split('/').at(-1)!

async function applied(more: Record<string, string | undefined> = {}): Promise<string[]> {
  const said: string[] = []
  await applyRealmOf({ ...settings, ...more }, (line) => void said.push(line))
  return said
}

if (noKeycloak !== undefined) test.skip(`the realm at Keycloak: ${noKeycloak}`, () => {})
else describe('the realm at Keycloak', onKeycloak)

function onKeycloak(): void {
  const api = admin()
  const find = <T = any>(path: string): Promise<T> => api.find('test', `/${realm}${path}`) as Promise<T>
  const clientOf = async (clientId: string) => (await find(`/clients?clientId=${clientId}`))[0]
  afterAll(() => api.remove('test', `/${realm}`))

  test('is made as the file says, and the second time nothing changes', async () => {
    const first = await applied()
    expect(first).toContain('client vitrylo-gateway: made')
    expect(await applied()).toEqual(['The realm was as it should be.'])
    const { attributes, redirectUris, fullScopeAllowed, directAccessGrantsEnabled } = await clientOf('vitrylo-gateway')
    expect(redirectUris).toEqual(['http://crm.test/auth/callback'])
    expect([fullScopeAllowed, directAccessGrantsEnabled]).toEqual([false, false])
    expect(attributes).toMatchObject({
      'pkce.code.challenge.method': 'S256', 'backchannel.logout.url': 'http://crm.test/auth/backchannel-logout', 'access.token.lifespan': '300',
    })
  }, 300_000)

  test('takes back what was changed, follows a changed setting and leaves what others made', async () => {
    const gateway = await clientOf('vitrylo-gateway')
    await api.update('test', `/${realm}/clients/${gateway.id}`, { ...gateway, redirectUris: ['*'], attributes: { ...gateway.attributes, 'pkce.code.challenge.method': '', mine: 'kept' } })
    await api.create('test', `/${realm}/clients`, { clientId: 'wiki', publicClient: true })
    await api.create('test', `/${realm}/groups`, { name: 'choir' })
    const said = await applied({ VITRYLO_API_CLIENT_SECRET: 'a new one' })
    expect(said).toEqual([
      'client vitrylo-gateway: redirectUris, attributes.pkce.code.challenge.method', 'client vitrylo-api: secret', 'Changes: 2.',
    ])
    expect(said.join()).not.toContain('a new one')
    expect((await clientOf('vitrylo-gateway')).attributes.mine).toBe('kept')
    expect(await clientOf('wiki')).toBeDefined()
    expect((await find('/groups')).map(({ name }: { name: string }) => name).sort()).toEqual(['administrators', 'choir', 'integrations'])
  })

  test('the settings of a realm that others made stay theirs', async () => {
    const settingsOf = () => find<Record<string, any>>('')
    await api.update('test', `/${realm}`, { realm, displayName: 'Ours', ssoSessionIdleTimeout: 600 })
    expect(await applied({ VITRYLO_API_CLIENT_SECRET: 'a new one' })).toEqual(['realm ' + realm + ': displayName, ssoSessionIdleTimeout', 'Changes: 1.'])
    await api.update('test', `/${realm}`, { realm, displayName: 'Ours', attributes: { ...(await settingsOf())['attributes'], vitrylo: 'no' } })
    expect(await applied({ VITRYLO_API_CLIENT_SECRET: 'a new one' })).toEqual(['The realm was as it should be.'])
    expect(await settingsOf()).toMatchObject({ displayName: 'Ours' })
  })

  test('the first administrator is made once, with the password that is given', async () => {
    const more = { VITRYLO_API_CLIENT_SECRET: 'a new one', VITRYLO_ADMIN_PASSWORD: 'first-password-1' }
    expect(await applied(more)).toEqual(['user admin: made', 'Changes: 1.'])
    expect(await applied({ ...more, VITRYLO_ADMIN_PASSWORD: 'second-password-2' })).toEqual(['The realm was as it should be.'])
  })

  test.each([
    ['VITRYLO_GATEWAY_CLIENT_SECRET', '', 'setting VITRYLO_GATEWAY_CLIENT_SECRET is missing: the realm file needs it for client vitrylo-gateway'],
    ['VITRYLO_KEYCLOAK_ADMIN_USERNAME', '', 'setting VITRYLO_KEYCLOAK_ADMIN_USERNAME is missing'],
    ['VITRYLO_KEYCLOAK_ADMIN_PASSWORD', 'wrong', 'refuses the user admin of the realm master: Invalid user credentials.'],
    ['VITRYLO_OIDC_INTERNAL_URL', 'http://keycloak.invalid/realms/x', 'Keycloak at http://keycloak.invalid does not answer: ENOTFOUND.'],
    ['VITRYLO_OIDC_INTERNAL_URL', 'http://keycloak.invalid/auth', 'setting VITRYLO_OIDC_INTERNAL_URL must end with /realms/<name>'],
  ])('%s=%j is answered with one sentence', async (key, value, sentence) => {
    await expect(applied({ [key]: value })).rejects.toThrow(sentence)
  })
}
