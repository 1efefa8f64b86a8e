import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { until } from '@vitrylo/testkit'
import { Browser } from './browser.ts'
import { SECRETS, startRig } from './rig.ts'
import type { Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await rig.seed('olena')
  await rig.seed('maria')
})
afterAll(() => rig.stop())

const logoutUrl = (params: Record<string, string>) => `${rig.oidc}/logout?${new URLSearchParams(params)}`
const home = () => `${rig.clientOrigin}/`

test('a fitting id_token_hint signs out without a question, tells the gateway and goes back', async () => {
  const { browser, id_token, refresh_token, claims } = await rig.signedIn()
  const answer = await browser.go(logoutUrl({ id_token_hint: id_token, post_logout_redirect_uri: home(), state: 'bye' }))
  expect(answer.status).toBe(302)
  expect(answer.headers.get('location')).toBe(`${home()}?state=bye`)
  expect(browser.cookieNames).not.toContain('vitrylo_sso')
  expect((await rig.refresh(refresh_token)).status).toBe(400)
  expect((await rig.signIn(browser, 'x', 'x')).form).toBeDefined()
  const { payload } = await rig.verify(await until(() => rig.logoutTokens.get(claims.sid)))
  expect(payload.sid).toBe(claims.sid)
})

test('it ends that session only', async () => {
  const one = await rig.signedIn()
  const other = await rig.signedIn()
  await one.browser.go(logoutUrl({ id_token_hint: one.id_token }))
  expect((await rig.refresh(one.refresh_token)).status).toBe(400)
  expect((await rig.refresh(other.refresh_token)).status).toBe(200)
})

test('the hint works without the cookies of the browser', async () => {
  const { id_token, refresh_token } = await rig.signedIn()
  const answer = await new Browser(rig.origin).go(logoutUrl({ id_token_hint: id_token, post_logout_redirect_uri: home() }))
  expect(answer.status).toBe(302)
  expect((await rig.refresh(refresh_token)).status).toBe(400)
})

test('without a hint, or with the hint of somebody else, it asks first', async () => {
  const olena = await rig.signedIn('olena')
  const maria = await rig.signedIn('maria')
  const hints: Record<string, string>[] = [{}, { id_token_hint: maria.id_token }]
  for (const params of hints) {
    const answer = await olena.browser.go(logoutUrl(params), { headers: { 'accept-language': 'uk' } })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Вийти з Vitrylo?')
  }
  const next = await rig.refresh(olena.refresh_token)
  expect(next.status).toBe(200)
  const foreign = await olena.browser.post(`${rig.oidc}/logout/confirm`, {}, { origin: 'https://evil.example' })
  expect(foreign.status).toBe(403)
  const confirmed = await olena.browser.post(`${rig.oidc}/logout/confirm`, { target: `${home()}?state=x` })
  expect(confirmed.headers.get('location')).toBe(`${home()}?state=x`)
  expect((await rig.refresh(next.body.refresh_token)).status).toBe(400)
  expect((await rig.refresh(maria.refresh_token)).status).toBe(200)
})

test('an address that is not registered is not gone to', async () => {
  const { browser, id_token, refresh_token } = await rig.signedIn()
  const params = { id_token_hint: id_token, post_logout_redirect_uri: 'https://evil.example/' }
  expect((await browser.go(logoutUrl(params))).status).toBe(400)
  expect((await rig.refresh(refresh_token)).status).toBe(200)
  const confirmed = await browser.post(`${rig.oidc}/logout/confirm`, { target: 'https://evil.example/' })
  expect(confirmed.headers.get('location')).toBeNull()
})

test('a forged hint and an access token as hint are refused', async () => {
  const { browser, id_token, access_token } = await rig.signedIn()
  for (const id_token_hint of [`${id_token.slice(0, -6)}AAAAAA`, access_token, 'rubbish']) {
    expect((await browser.go(logoutUrl({ id_token_hint }))).status).toBe(400)
  }
})

test('the gateway ends a session by its refresh token', async () => {
  const { refresh_token } = await rig.signedIn()
  const post = (client_secret: string) => {
    const body = new URLSearchParams({ client_id: 'vitrylo-gateway', client_secret, refresh_token })
    return fetch(`${rig.oidc}/logout`, { method: 'POST', body })
  }
  expect((await post('wrong')).status).toBe(401)
  expect((await post(SECRETS.gateway)).status).toBe(204)
  expect((await rig.refresh(refresh_token)).status).toBe(400)
})

test('a revoked refresh token takes its session along, so that signing out asks nothing more', async () => {
  const { browser, refresh_token } = await rig.signedIn()
  const basic = btoa(`vitrylo-gateway:${encodeURIComponent(SECRETS.gateway)}`)
  const body = new URLSearchParams({ token: refresh_token, token_type_hint: 'refresh_token' })
  const revoked = await fetch(`${rig.oidc}/revoke`, { method: 'POST', headers: { authorization: `Basic ${basic}` }, body })
  expect(revoked.status).toBe(200)
  expect((await rig.refresh(refresh_token)).status).toBe(400)
  const answer = await browser.go(logoutUrl({ client_id: 'vitrylo-gateway', post_logout_redirect_uri: home() }))
  expect(answer.headers.get('location')).toBe(home())
})
