import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { beginAttempt } from '../src/attempts.ts'
import { Browser, pkce } from './browser.ts'
import { PASSWORD, startRig } from './rig.ts'
import type { Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await rig.seed('olena')
})
afterAll(() => rig.stop())

async function openForm(more: Record<string, string> = {}, browser = new Browser(rig.origin)) {
  const answer = await browser.go(rig.authUrl(pkce().challenge, more))
  const form = new URL(answer.headers.get('location')!, rig.origin)
  return { browser, form }
}
const textOf = async (answer: Response) => (await answer.text()).replaceAll('\u00a0', ' ')
const from = (address: string) => ({ 'x-forwarded-for': address })

test('the page has no inline script or style and the headers forbid them', async () => {
  const { browser, form } = await openForm()
  const answer = await browser.go(form)
  const page = await answer.text()
  expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(page).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/)
  for (const [, address] of page.matchAll(/(?:href|src)="(\/[^"]+)"/g)) {
    expect((await browser.go(address!)).status).toBe(200)
  }
})

test('the language follows the switch, the client and the browser, in this order', async () => {
  const { browser, form } = await openForm({ ui_locales: 'en' })
  const show = async (path: string | URL, accept: string) =>
    textOf(await browser.go(path, { headers: { 'accept-language': accept } }))
  expect(await show(form, 'uk')).toContain('Sign in to continue')
  expect(await show(`${form.pathname}?lang=uk`, 'en')).toContain('Увійдіть, щоб продовжити')
  const other = await openForm()
  const plain = await other.browser.go(other.form, { headers: { 'accept-language': 'de, en;q=0.5' } })
  expect(await plain.text()).toContain('<html lang="en">')
})

test('a wrong password is told in words, keeps the name and counts the attempts down', async () => {
  const { browser, form } = await openForm()
  const first = await browser.post(form, { login: '<olena>', password: 'x' }, from('192.0.2.1'))
  expect(first.status).toBe(401)
  const page = await textOf(first)
  expect(page).toContain('Логін або пароль не підходить. Залишилося 4 спроби, потім — перерва 15 хвилин.')
  expect(page).toContain('value="&lt;olena&gt;"')
  const second = await browser.post(`${form.pathname}?lang=en`, { login: '<olena>', password: 'x' }, from('192.0.2.1'))
  expect(await textOf(second)).toContain('3 attempts left, then a pause of 15 minutes.')
})

test('known and unknown names get the same answers, up to the pause', async () => {
  const answers = async (login: string, address: string) => {
    const { browser, form } = await openForm()
    const pages: string[] = []
    for (let i = 0; i < 7; i++) {
      const answer = await browser.post(form, { login, password: 'wrong' }, from(address))
      pages.push(`${answer.status} ${(await textOf(answer)).replace(login, 'LOGIN')}`)
    }
    return pages
  }
  const known = await answers('olena', '192.0.2.2')
  expect(known.map((page) => page.slice(0, 3))).toEqual(['401', '401', '401', '401', '401', '429', '429'])
  expect(await answers('nobody', '192.0.2.3')).toEqual(known)
})

test('who guesses is paused, the owner elsewhere is not, and a spoofed address does not help', async () => {
  await rig.seed('taras')
  const { browser, form } = await openForm()
  for (let i = 0; i < 5; i++) await browser.post(form, { login: 'taras', password: `guess ${i}` }, from('192.0.2.4'))
  const spoofed = from('198.51.100.9, 192.0.2.4') // the gateway appends what it sees
  expect((await browser.post(form, { login: 'taras', password: PASSWORD }, spoofed)).status).toBe(429)
  expect((await browser.post(form, { login: 'taras', password: PASSWORD }, from('192.0.2.5'))).status).toBe(303)
})

test('parallel guesses cannot slip through', async () => {
  const { browser, form } = await openForm()
  const guesses = Array.from({ length: 12 }, () =>
    browser.post(form, { login: 'olena', password: 'wrong' }, from('192.0.2.6')),
  )
  const statuses = (await Promise.all(guesses)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 401)).toHaveLength(5)
})

test('one address may not try one password on many names', async () => {
  const stops: unknown[] = []
  for (let i = 0; i < 52; i++) stops.push((await beginAttempt(rig.pool, `user${i}`, '192.0.2.7')).stop)
  expect([stops.lastIndexOf(undefined), stops[50]]).toEqual([49, 'TOO_MANY_TRIES'])
  const success = await beginAttempt(rig.pool, 'olena', '192.0.2.8')
  await success.succeeded()
  expect((await beginAttempt(rig.pool, 'olena', '192.0.2.8')).left).toBe(4)
})

// Seen failing with the address as it is: each of the network had tries of its own.
test('addresses of one IPv6 network share their tries', async () => {
  const left: number[] = []
  for (let i = 0; i < 3; i++) left.push((await beginAttempt(rig.pool, 'olena', `2001:db8::${i + 1}`)).left)
  expect([...left, (await beginAttempt(rig.pool, 'olena', '2001:db8:0:1::1')).left]).toEqual([4, 3, 2, 4])
})

test('a form of another origin is refused before the password is looked at', async () => {
  const { browser, form } = await openForm()
  const fields = { login: 'olena', password: PASSWORD }
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: rig.origin, 'sec-fetch-site': 'cross-site' },
  ]
  for (const headers of foreign) expect((await browser.post(form, fields, headers)).status).toBe(403)
  const without = await browser.go(form, { method: 'POST', body: new URLSearchParams(fields) })
  expect(without.status).toBe(403)
  const asJson = { method: 'POST', body: JSON.stringify(fields), headers: { origin: rig.origin, 'content-type': 'text/plain' } }
  expect((await browser.go(form, asJson)).status).toBe(415)
  expect((await browser.post(form, fields)).status).toBe(303)
})

test('the form of another browser or of a finished sign-in is answered in words', async () => {
  const { form } = await openForm()
  const stranger = await new Browser(rig.origin).go(form, { headers: { accept: 'text/html', 'accept-language': 'uk' } })
  expect(stranger.status).toBe(400)
  expect(await textOf(stranger)).toContain('Цей вхід уже завершено')
  const other = await openForm()
  const lent = await fetch(form, { headers: { cookie: other.browser.cookiesFor(other.form) } })
  expect(lent.status).toBe(400)
})

test('a body that is too large, an unknown address and a strange one are refused', async () => {
  const { browser, form } = await openForm()
  expect((await browser.post(form, { login: 'olena', password: 'x'.repeat(20_000) })).status).toBe(413)
  expect((await browser.go('/')).status).toBe(404)
  expect((await browser.go('/realms/vitrylo/assets/..%2f..%2fpackage.json')).status).toBe(404)
  expect((await browser.go('/realms/other/protocol/openid-connect/auth')).status).toBe(404)
})

test('signing in as somebody else ends the session before', async () => {
  await rig.seed('maria')
  const { browser, refresh_token } = await rig.signedIn('olena')
  const { form } = await openForm({ prompt: 'login' }, browser)
  await browser.go(form)
  const answer = await browser.post(form, { login: 'maria', password: PASSWORD, remember: 'yes' })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toContain('/protocol/openid-connect/auth?')
  expect((await rig.refresh(refresh_token)).status).toBe(400)
})
