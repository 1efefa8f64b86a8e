import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { exec, many, one, sql } from '@vitrylo/pg'
import { until } from '@vitrylo/testkit'
import { createGrantSeal, sha256 } from '../src/sign-in/seal.ts'
import { EventStream } from './event-stream.ts'
import { SESSION_KEY } from './rig.ts'
import { Browser, startSignInRig, type SignInRig } from './sign-in-rig.ts'

const BASE = '/api/v1/gadgets'
const JWT = /eyJ[\w-]{10,}\.eyJ/

let rig: SignInRig

beforeAll(async () => {
  rig = await startSignInRig()
})

afterAll(() => rig?.stop())

afterEach(async () => {
  rig.way.isCut = false
  await exec(rig.pool, sql`delete from session`)
})

const statusOf = async (browser: Browser, path = BASE) => (await browser.go(path)).status

/** The only session in the database. */
const session = async () => (await one<{ id_hash: Buffer; grant_sealed: Buffer }>(rig.pool, sql`select id_hash, grant_sealed from session`))!

/** Ages the grant of the only session: its access token ended then. */
async function endTokenAt(expiresAt: number): Promise<void> {
  const { id_hash: idHash, grant_sealed: sealed } = await session()
  const seal = createGrantSeal([SESSION_KEY])
  const grant = JSON.parse(seal.open(sealed, idHash))
  await exec(rig.pool, sql`update session set grant_sealed = ${seal.seal(JSON.stringify({ ...grant, expiresAt }), idHash)} where id_hash = ${idHash}`)
}

describe('signing in', () => {
  test('ends where it began, with a session of which the browser holds only the number', async () => {
    const browser = new Browser(rig.origin)
    expect(await statusOf(browser)).toBe(401)
    const back = await browser.go(await rig.toCallback(browser, '/requests?mine=1'))
    expect([back.status, back.headers.get('location')]).toEqual([303, '/requests?mine=1'])
    const cookie = back.headers.getSetCookie().find((line) => line.startsWith('vitrylo_session='))!
    expect(cookie).toMatch(/^vitrylo_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
    const list = await browser.go(BASE)
    expect(list.status).toBe(200)
    const seen = [...back.headers, ...list.headers].join() + (await list.text()) + (await back.text())
    expect(seen).not.toMatch(JWT)
    const token = rig.service.calls.at(-1)!.metadata.get('authorization')[0]!.toString()
    expect(token).toMatch(JWT)
  })

  test('leaves neither the number nor a token readable in the database', async () => {
    const browser = await rig.signedIn()
    const dump = JSON.stringify(await many(rig.pool, sql`select encode(id_hash, 'escape') as a, encode(grant_sealed, 'escape') as b, * from session`))
    expect(dump).not.toMatch(JWT)
    expect(await statusOf(browser)).toBe(200)
  })

  test('gives a new number each time and ends the old session of the browser', async () => {
    const browser = await rig.signedIn()
    const before = await session()
    await rig.signedIn(browser)
    const after = await session()
    expect(after.id_hash.equals(before.id_hash)).toBe(false)
    expect(await statusOf(browser)).toBe(200)
  })

  test.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'x'.repeat(43))], ['no state', (url: URL) => url.searchParams.delete('state')],
    ['two states', (url: URL) => url.searchParams.append('state', 'x')], ['another code', (url: URL) => url.searchParams.set('code', 'x')],
    ['no code', (url: URL) => url.searchParams.delete('code')], ['two codes', (url: URL) => url.searchParams.append('code', 'x')],
    ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.test/realms/vitrylo')], ['an error', (url: URL) => url.searchParams.set('error', 'access_denied')],
  ])('with %s is refused', async (_what, spoil) => {
    const browser = new Browser(rig.origin)
    const url = new URL(await rig.toCallback(browser), rig.origin)
    const good = url.href
    spoil(url)
    const answer = await browser.go(url)
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('Не вдалося увійти')])
    expect(browser.cookieNames).not.toContain('vitrylo_session')
    // What was begun is used up, even for the right answer.
    expect((await browser.go(good)).status).toBe(400)
  })

  test('cannot be finished by another browser, nor twice', async () => {
    const browser = new Browser(rig.origin)
    const url = await rig.toCallback(browser)
    const thief = new Browser(rig.origin)
    await thief.go('/auth/login')
    expect((await thief.go(url)).status).toBe(400)
    expect((await browser.go(url)).status).toBe(303)
    expect((await browser.go(url)).status).toBe(400)
  })

  test('shows the page of the issuer with its own policy, and learns nothing from forged headers', async () => {
    const browser = new Browser(rig.origin)
    const toForm = await browser.go((await browser.go('/auth/login')).headers.get('location')!)
    const forged = { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https', 'x-user': 'admin', forwarded: 'host=evil.test' }
    const page = await browser.go(toForm.headers.get('location')!, { headers: forged })
    expect([page.status, page.headers.get('x-content-type-options')]).toEqual([200, 'nosniff'])
    expect(page.headers.get('content-security-policy')).toMatch(/^(?!.*unsafe-inline)[^,]*$/)
    expect(await page.text()).not.toContain('evil.test')
    expect((await fetch(`${rig.origin}/realms/vitrylo/.well-known/openid-configuration`, { headers: forged }).then((r) => r.json())) as object).toMatchObject({ issuer: `${rig.origin}/realms/vitrylo` })
  })

  test('goes on in the language of the client, for a password too', async () => {
    const asked = async (query: string) => new URL((await new Browser(rig.origin).go(`/auth/login${query}`)).headers.get('location')!).searchParams
    expect(Object.fromEntries(await asked('?action=password&language=en'))).toMatchObject({ kc_action: 'UPDATE_PASSWORD', ui_locales: 'en' })
    expect([(await asked('')).get('ui_locales'), (await asked('?language=en%20x')).get('ui_locales')]).toEqual([null, null])
    const browser = new Browser(rig.origin)
    const toForm = await browser.go((await browser.go('/auth/login?action=password&language=en')).headers.get('location')!)
    const page = await browser.go(toForm.headers.get('location')!, { headers: { 'accept-language': 'uk' } })
    expect(await page.text()).toContain('Sign in to continue')
  })

  test('says 503 while the issuer is away', async () => {
    const browser = new Browser(rig.origin)
    const url = await rig.toCallback(browser)
    rig.way.isCut = true
    expect((await browser.go(url)).status).toBe(503)
  })
})

describe('a change that the cookie vouches for', () => {
  const ours = () => ({ 'x-vitrylo-request': '1', origin: rig.origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' })
  const post = (browser: Browser, path: string, headers: Record<string, string | undefined>) => {
    const given = Object.fromEntries(Object.entries({ ...ours(), ...headers }).filter(([, value]) => value !== undefined)) as Record<string, string>
    return browser.go(path, { method: 'POST', headers: given, body: '{"name":"a","kind":"small"}' })
  }

  test('passes from our own page', async () => {
    const browser = await rig.signedIn()
    expect((await post(browser, BASE, {})).status).toBe(200)
    expect((await post(browser, BASE, { 'sec-fetch-site': undefined })).status).toBe(200)
  })

  test.each<[string, Record<string, string | undefined>]>([
    ['without the header', { 'x-vitrylo-request': undefined }], ['with another header', { 'x-vitrylo-request': 'true' }], ['from another origin', { origin: 'https://evil.test' }],
    ['from a sibling', { origin: 'http://127.0.0.1:1' }], ['from nowhere', { origin: 'null' }], ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['same-site only', { 'sec-fetch-site': 'same-site' }], ['by a bookmark', { 'sec-fetch-site': 'none' }], ['without any word', { origin: undefined, 'sec-fetch-site': undefined }],
    ['as a form', { 'x-vitrylo-request': undefined, 'content-type': 'text/plain' }],
  ])('is refused %s, signing out too', async (_what, headers) => {
    const browser = await rig.signedIn()
    const calls = rig.service.calls.length
    for (const path of [BASE, '/auth/logout']) {
      const answer = await post(browser, path, headers)
      expect([path, answer.status, ((await answer.json()) as { reason: string }).reason]).toEqual([path, 403, 'CROSS_SITE_REQUEST'])
    }
    expect(rig.service.calls.length).toBe(calls)
    expect(await statusOf(browser)).toBe(200)
  })
})

describe('a session', () => {
  const out = { 'x-vitrylo-request': '1', 'sec-fetch-site': 'same-origin' }

  test('refreshes its token once for 20 requests at two replicas', async () => {
    const browser = await rig.signedIn()
    const token = () => rig.service.calls.at(-1)!.metadata.get('authorization')[0]!.toString()
    await browser.go(BASE)
    const before = token()
    await endTokenAt(Date.now() - 1_000)
    // Replicas that have not met the session: none of them trusts what it saw a second ago.
    const replicas = [await rig.replica(), await rig.replica()]
    rig.way.tokenCalls = 0
    const statuses = await Promise.all(Array.from({ length: 20 }, (_, i) => statusOf(browser, replicas[i % 2]! + BASE)))
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(rig.way.tokenCalls).toBe(1)
    expect(token()).not.toBe(before)
  })

  test('goes on with a good token while the issuer is away, and not a moment longer', async () => {
    const browser = await rig.signedIn()
    rig.way.isCut = true
    await endTokenAt(Date.now() + 3_000)
    expect(await statusOf(browser)).toBe(200)
    await endTokenAt(Date.now() - 1_000)
    await until(async () => (await statusOf(browser)) === 503, { timeoutMs: 6_000 })
    rig.way.isCut = false
    await until(async () => (await statusOf(browser)) === 200)
  })

  test('ends when the issuer refuses to go on', async () => {
    const browser = await rig.signedIn()
    await exec(rig.issuerPool, sql`delete from oidc_records`)
    await endTokenAt(Date.now() - 1_000)
    await until(async () => (await statusOf(browser)) === 401)
    expect(await many(rig.pool, sql`select 1 from session`)).toEqual([])
  })

  test('ends at sign-out, at the issuer too, and its cookie is worth nothing', async () => {
    const browser = new Browser(rig.origin)
    const number = await cookieOf(browser)
    const { id_hash: idHash } = await session()
    const answer = await browser.go('/auth/logout', { method: 'POST', headers: out })
    expect([answer.status, await answer.json()]).toEqual([200, { location: `${rig.origin}/` }])
    expect(browser.cookieNames).not.toContain('vitrylo_session')
    expect(await one(rig.pool, sql`select 1 from session where id_hash = ${idHash}`)).toBeUndefined()
    expect((await fetch(rig.origin + BASE, { headers: { cookie: `vitrylo_session=${number}` } })).status).toBe(401)
    // The issuer asks for the password again.
    const again = await browser.go((await browser.go('/auth/login')).headers.get('location')!)
    expect(again.headers.get('location')).not.toContain('/auth/callback')
    expect((await browser.go('/auth/logout', { method: 'POST', headers: out })).status).toBe(200)
  })

  test('ends everywhere within 5 s when the issuer says so', async () => {
    const browser = await rig.signedIn()
    const other = await rig.replica()
    expect([await statusOf(browser), await statusOf(browser, `${other}${BASE}`)]).toEqual([200, 200])
    await rig.disable(true)
    await until(async () => (await statusOf(browser)) === 401 && (await statusOf(browser, `${other}${BASE}`)) === 401, { timeoutMs: 5_000 })
    await rig.disable(false)
  })

  test('ends when it is idle or old', async () => {
    const browser = await rig.signedIn()
    await exec(rig.pool, sql`update session set used_at = now() - interval '2 hours 1 second'`)
    await until(async () => (await statusOf(browser)) === 401)
    await exec(rig.pool, sql`update session set used_at = now()`)
    expect(await statusOf(browser)).toBe(200)
    await exec(rig.pool, sql`update session set expires_at = now() - interval '1 second'`)
    await until(async () => (await statusOf(browser)) === 401)
  })

  test('takes its live stream along when it ends, at whatever replica', async () => {
    const browser = new Browser(rig.origin)
    const cookie = `vitrylo_session=${await cookieOf(browser)}`
    const ports = [rig.origin, await rig.replica()]
    const streams = await Promise.all(ports.map((origin) => EventStream.open(`${origin}/api/v1/events`, { cookie })))
    expect(streams.map(({ status, isOpen }) => [status, isOpen])).toEqual([[200, true], [200, true]])
    await browser.go('/auth/logout', { method: 'POST', headers: out })
    await until(() => streams.every(({ isOpen }) => !isOpen), { timeoutMs: 5_000 })
  })

  test('outlives the change of its key while the old one still stands below the new, and not its end', async () => {
    const browser = await rig.signedIn()
    const next = 'the next key of the tests, 32 letters and more'
    const [changing, changed] = [await rig.replica({ VITRYLO_SESSION_KEY: `${next}\n${SESSION_KEY}\n` }), await rig.replica({ VITRYLO_SESSION_KEY: next })]
    expect([await statusOf(browser, changing + BASE), await statusOf(browser, changed + BASE)]).toEqual([200, 401])
    // A refresh seals anew: then the new key alone is enough.
    await endTokenAt(Date.now() - 1_000)
    expect(await statusOf(browser, (await rig.replica({ VITRYLO_SESSION_KEY: `${next}\n${SESSION_KEY}` })) + BASE)).toBe(200)
    expect(await statusOf(browser, (await rig.replica({ VITRYLO_SESSION_KEY: next })) + BASE)).toBe(200)
  })

  test('is refreshed with the secret that the issuer knows, also while it is being changed', async () => {
    const browser = await rig.signedIn()
    await endTokenAt(Date.now() - 1_000)
    const changing = await rig.replica({ VITRYLO_GATEWAY_CLIENT_SECRET: 'of tomorrow\ngateway+secret/1' })
    expect(await statusOf(browser, changing + BASE)).toBe(200)
  })

  test('is not found by a number that nobody gave, nor by two cookies', async () => {
    const number = await cookieOf(new Browser(rig.origin))
    const ask = async (cookie: string) => (await fetch(rig.origin + BASE, { headers: { cookie } })).status
    expect(await ask(`vitrylo_session=${number}`)).toBe(200)
    for (const cookie of [`vitrylo_session=${sha256(number).toString('base64url')}`, `vitrylo_session=${number}; vitrylo_session=${number}`, 'vitrylo_session=', "vitrylo_session=' or 1=1"]) {
      expect(await ask(cookie)).toBe(401)
    }
  })
})

test.each([
  ['nothing', {}], ['a text', { logout_token: 'x' }], ['an unsigned token', { logout_token: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.' }],
])('a back-channel logout with %s is refused', async (_what, form) => {
  const answer = await fetch(`${rig.origin}/auth/backchannel-logout`, { method: 'POST', body: new URLSearchParams(form as Record<string, string>) })
  expect([answer.status, ((await answer.json()) as { reason: string }).reason]).toEqual([400, 'LOGOUT_TOKEN_INVALID'])
})

test('an access token is no logout token', async () => {
  await rig.signedIn()
  const { id_hash: idHash, grant_sealed: sealed } = await session()
  const { accessToken } = JSON.parse(createGrantSeal([SESSION_KEY]).open(sealed, idHash))
  const answer = await fetch(`${rig.origin}/auth/backchannel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token: accessToken }) })
  expect(answer.status).toBe(400)
})

/** The number behind the session's cookie, seen on its way. */
async function cookieOf(browser: Browser): Promise<string> {
  const back = await browser.go(await rig.toCallback(browser))
  return /vitrylo_session=([\w-]{43})/.exec(back.headers.getSetCookie().join())![1]!
}
