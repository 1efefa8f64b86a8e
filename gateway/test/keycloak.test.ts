import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { exec, one, sql } from '@vitrylo/pg'
import { until } from '@vitrylo/testkit'
import { createGrantSeal, sha256 } from '../src/sign-in/seal.ts'
import { EventStream } from './event-stream.ts'
import { Browser, noKeycloak, startKeycloakRig, type KeycloakRig } from './keycloak-rig.ts'
import { SESSION_KEY } from './rig.ts'

const BASE = '/api/v1/gadgets'
/** P10: a removed right or session stops working on all open doors within 5 s. */
const PROMISED_MS = 5_000
const PATIENT = { everyMs: 50 }

if (noKeycloak !== undefined) test.skip(`signing in at Keycloak: ${noKeycloak}`, () => {})
else describe('signing in at Keycloak', onKeycloak)

function onKeycloak(): void {
  let rig: KeycloakRig
  const bounds: string[] = []
  beforeAll(async () => {
    rig = await startKeycloakRig()
  }, 300_000)
  afterEach(async () => {
    await rig.call('POST', `/users/${rig.olena}/logout`)
    await exec(rig.pool, sql`delete from session`)
  })
  afterAll(async () => {
    console.log(bounds.join('\n'))
    await rig?.stop()
  })

  const statusOf = async (browser: Browser) => (await browser.go(BASE)).status
  const bearer = async (token: string) => (await fetch(rig.origin + BASE, { headers: { authorization: `Bearer ${token}` } })).status
  /** Groups in the token that the gateway hands to services. */
  const groupsSeen = async (browser: Browser): Promise<string[]> => {
    await browser.go(BASE)
    const token = rig.service.calls.at(-1)!.metadata.get('authorization')[0]!.toString()
    return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).groups
  }
  /** From what an administrator did until the door is shut. */
  async function within(what: string, limitMs: number, isOver: () => Promise<boolean>): Promise<void> {
    const began = performance.now()
    await until(isOver, PATIENT)
    const took = Math.round(performance.now() - began)
    bounds.push(`${what}: ${took} ms`)
    expect(took).toBeLessThan(limitMs)
  }
  const isOut = async (browser: Browser) => (await statusOf(browser)) === 401

  test('ends where it began, and no token reaches the browser', async () => {
    const browser = new Browser(rig.origin)
    expect(await statusOf(browser)).toBe(401)
    const { callback, asked } = await rig.toCallback(browser)
    const back = await browser.go(callback)
    expect([asked, back.status, back.headers.get('location')]).toEqual([true, 303, '/requests'])
    expect(await groupsSeen(browser)).toEqual(['telephonists'])
    expect([...back.headers].join()).not.toMatch(/eyJ/)
  })

  test('a code without its PKCE verifier is worth nothing', async () => {
    const { callback } = await rig.toCallback(new Browser(rig.origin))
    const code = new URL(callback).searchParams.get('code')!
    const form = { grant_type: 'authorization_code', code, redirect_uri: `${rig.origin}/auth/callback` }
    const headers = { authorization: `Basic ${btoa('vitrylo-gateway:gateway%2Bsecret%2F1')}` }
    const answer = await fetch(`${rig.issuer}/protocol/openid-connect/token`, { method: 'POST', headers, body: new URLSearchParams(form) })
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })])
  })

  test('a token that is about to end is refreshed, once for all requests', async () => {
    const browser = await rig.signedIn()
    const row = (await one<{ id_hash: Buffer; grant_sealed: Buffer }>(rig.pool, sql`select id_hash, grant_sealed from session`))!
    const seal = createGrantSeal([SESSION_KEY])
    const grant = JSON.parse(seal.open(row.grant_sealed, row.id_hash))
    const aged = seal.seal(JSON.stringify({ ...grant, expiresAt: Date.now() }), row.id_hash)
    await exec(rig.pool, sql`update session set grant_sealed = ${aged} where id_hash = ${row.id_hash}`)
    const answers = await Promise.all(Array.from({ length: 8 }, () => statusOf(browser)))
    expect(new Set(answers)).toEqual(new Set([200]))
    const after = (await one<{ grant_sealed: Buffer }>(rig.pool, sql`select grant_sealed from session`))!
    const fresh = JSON.parse(seal.open(after.grant_sealed, row.id_hash))
    expect(fresh.accessToken).not.toBe(grant.accessToken)
    expect(sha256(fresh.refreshToken)).not.toEqual(sha256(grant.refreshToken))
  })

  test('a group that is given or taken at Keycloak works within 5 s, in the same session', async () => {
    const browser = await rig.signedIn()
    await rig.join('olena', 'secretaries')
    await within('group given', PROMISED_MS, async () => (await groupsSeen(browser)).includes('secretaries'))
    const [group] = (await rig.api.find<{ id: string }[]>('test', `/${rig.realm}/groups?search=secretaries`))!
    await rig.call('DELETE', `/users/${rig.olena}/groups/${group!.id}`)
    await within('group taken', PROMISED_MS, async () => !(await groupsSeen(browser)).includes('secretaries'))
    expect(await statusOf(browser)).toBe(200)
  })

  test('signing out here ends the session at Keycloak, which asks for the password again', async () => {
    const browser = await rig.signedIn()
    const answer = await browser.go('/auth/logout', { method: 'POST', headers: { origin: rig.origin, 'x-vitrylo-request': '1' } })
    expect([answer.status, await answer.json()]).toEqual([200, { location: `${rig.origin}/` }])
    expect(await statusOf(browser)).toBe(401)
    expect(await rig.api.find('test', `/${rig.realm}/users/${rig.olena}/sessions`)).toEqual([])
    expect((await rig.toCallback(browser)).asked).toBe(true)
  })

  test('signing out at Keycloak ends the session here by the back channel', async () => {
    const browser = await rig.signedIn()
    const query = new URLSearchParams({ client_id: 'vitrylo-gateway', post_logout_redirect_uri: `${rig.origin}/` })
    const page = await browser.go(`${rig.issuer}/protocol/openid-connect/logout?${query}`)
    const text = await page.text()
    const action = /<form[^>]+action="([^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&')
    const code = /name="session_code"\s+value="([^"]*)"/.exec(text)?.[1] ?? ''
    expect((await browser.post(new URL(action, rig.issuer), { session_code: code, confirmLogout: 'yes' }, { origin: new URL(rig.issuer).origin })).status).toBeLessThan(400)
    await within('signed out at Keycloak', 1_000, () => isOut(browser))
  })

  test('a session that the administrator ends is over at once, another of the same user goes on', async () => {
    const browser = await rig.signedIn()
    const [session] = (await rig.api.find<{ id: string }[]>('test', `/${rig.realm}/users/${rig.olena}/sessions`))!
    const other = await rig.signedIn(new Browser(rig.origin))
    await rig.call('DELETE', `/sessions/${session!.id}?isOffline=false`)
    await within('session ended by the administrator', 1_000, () => isOut(browser))
    expect(await statusOf(other)).toBe(200)
  })

  test('a user who is signed out by the administrator is out in every browser', async () => {
    const browsers = [await rig.signedIn(), await rig.signedIn(new Browser(rig.origin))]
    await rig.call('POST', `/users/${rig.olena}/logout`)
    for (const browser of browsers) await within('user signed out by the administrator', 1_000, () => isOut(browser))
  })

  // Keycloak tells nobody of the three below: the gateway asks.
  test('a user who is disabled at Keycloak is out within 5 s, the live stream too', async () => {
    const browser = await rig.signedIn()
    const stream = await EventStream.open(`${rig.origin}/api/v1/events`, { cookie: browser.cookiesFor(new URL(rig.origin)) })
    expect(stream.isOpen).toBe(true)
    await rig.enable(false)
    try {
      await within('user disabled', PROMISED_MS, () => isOut(browser))
      await within('user disabled, live stream after that', PROMISED_MS, async () => !stream.isOpen)
    } finally {
      await rig.enable(true)
    }
  })

  test('sessions that are all ended at once are over within 5 s', async () => {
    const browser = await rig.signedIn()
    await rig.call('POST', '/logout-all')
    await within('all sessions ended', PROMISED_MS, () => isOut(browser))
  })

  test('the token of a client that is disabled or put into other groups is worth nothing within 5 s', async () => {
    const clientOf = async () => (await rig.api.find<Record<string, any>[]>('test', `/${rig.realm}/clients?clientId=vitrylo-integration`))![0]!
    const token = () => rig.token('vitrylo-integration', 'integration/secret=3')
    const first = await token()
    expect(await bearer(first)).toBe(200)
    await rig.join('service-account-vitrylo-integration', 'auditors')
    await within('groups of a client changed', PROMISED_MS, async () => (await bearer(first)) === 401)
    const second = await token()
    expect(await bearer(second)).toBe(200)
    const client = await clientOf()
    await rig.call('PUT', `/clients/${client['id']}`, { ...client, enabled: false })
    await within('client disabled', PROMISED_MS, async () => (await bearer(second)) === 401)
  })
}
