// Somebody takes another password.
import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, inTx, many, one, sql, type Tx } from '@vitrylo/pg'
import { besides, until } from '@vitrylo/testkit'
import { WISHES } from '../src/attempts.ts'
import { saveInvitation } from '../src/invitations.ts'
import { faultOf } from '../src/password-rules.ts'
import { passwordFits } from '../src/password.ts'
import { endSessionsOf } from '../src/sessions.ts'
import { changedPasswords } from '../src/users.ts'
import { Browser, pkce } from './browser.ts'
import { PASSWORD, startRig, type Rig } from './rig.ts'

const NEXT = 'сьомий лелека несе ключі'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.stop())

const textOf = async (answer: Response) => (await answer.text()).replaceAll('\u00a0', ' ')

/** What a client asks for that lets a person change the password, up to the page. */
async function askedFor(browser: Browser, proof = pkce()) {
  const answer = await browser.go(rig.authUrl(proof.challenge, { kc_action: 'UPDATE_PASSWORD' }))
  const form = new URL(answer.headers.get('location')!, rig.origin)
  return { form, proof }
}
const change = (browser: Browser, form: URL, fields: Partial<Record<'present' | 'next' | 'again', string>>, address = '192.0.2.50') =>
  browser.post(form, { present: PASSWORD, next: NEXT, again: NEXT, ...fields }, { 'x-forwarded-for': address, 'user-agent': 'Firefox/143' })
const fits = async (username: string, password: string) =>
  passwordFits(password, (await one<{ password: string }>(rig.pool, sql`select password from users where username = ${username}`))?.password)

// Seen failing without the end of the other sessions.
test('the new password holds, the other sessions end and are told, this one goes on, and the journal knows', async () => {
  await rig.seed('olena')
  const [here, elsewhere] = [await rig.signedIn('olena'), await rig.signedIn('olena')]
  const { form, proof } = await askedFor(here.browser)
  const page = await textOf(await here.browser.go(form))
  expect(page).toContain('Змініть свій пароль')
  expect(page).toMatch(/name="present"[^>]*autocomplete="current-password"/)
  expect(page).toMatch(/name="next"[^>]*autocomplete="new-password"/)
  expect(page).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/)

  const done = await change(here.browser, form, {}, '192.0.2.51')
  expect(done.status).toBe(200)
  const told = await textOf(done)
  expect(told).toContain('Інші ваші сеанси завершено: 1.')
  expect([await fits('olena', NEXT), await fits('olena', PASSWORD)]).toEqual([true, false])
  expect((await rig.refresh(elsewhere.refresh_token)).status).toBe(400)
  await until(() => rig.logoutTokens.has(elsewhere.claims.sid) || undefined)
  expect(rig.logoutTokens.has(here.claims.sid)).toBe(false)

  // On with the sign-in that asked for it: the client gets its code.
  const onward = /class="primary" href="([^"]+)"/.exec(told)![1]!
  const back = new URL((await here.browser.go(onward)).headers.get('location')!)
  expect((await rig.exchange(back.searchParams.get('code')!, proof.verifier)).status).toBe(200)
  expect((await rig.refresh(here.refresh_token)).status).toBe(200)
  const notes = await until(() => (rig.refusalsOf('192.0.2.51').length > 0 ? rig.refusalsOf('192.0.2.51') : undefined))
  expect(notes).toMatchObject([{ reason: 'PASSWORD_CHANGED', username: 'olena', agent: 'Firefox/143' }])
  expect(JSON.stringify(notes)).not.toContain(NEXT)
  // The next sign-in is with the new one.
  expect((await rig.signIn(new Browser(rig.origin), 'olena', PASSWORD)).page.status).toBe(401)
  expect((await rig.signIn(new Browser(rig.origin), 'olena', NEXT)).code).not.toBeNull()
})

// Seen failing while only sessions ended: the parked sign-in gave a code.
test('a sign-in that was proven with the old password and not gone on with opens nothing after the change', async () => {
  await rig.seed('danylo')
  const { browser } = await rig.signedIn('danylo')
  const { form } = await askedFor(browser)
  const thief = new Browser(rig.origin)
  const asked = await thief.go(rig.authUrl(pkce().challenge))
  const parked = await thief.post(new URL(asked.headers.get('location')!, rig.origin), { login: 'danylo', password: PASSWORD })
  expect(parked.status).toBe(303)
  expect((await change(browser, form, {}, '192.0.2.54')).status).toBe(200)
  const after = await thief.go(parked.headers.get('location')!)
  expect([after.status, after.headers.get('location')]).toEqual([400, null])
})

/** Somebody else changes the password and is held open in the middle while this request comes to where it must wait. */
async function whileChanging(id: string, request: () => Promise<Response>): Promise<Response> {
  const changing = async (tx: Tx) => {
    await exec(tx, sql`update users set password = password || 'x' where id = ${id}`)
    await endSessionsOf(tx, id)
  }
  const [answer] = await besides(rig.pool, changing, request)
  return answer
}
const sessionsOf = async (id: string) => (await many(rig.pool, sql`select from oidc_records where model = 'Session' and account_id = ${id}`)).length

// Seen failing with a session that is stored without a look at the password: it outlived the change.
test('a sign-in that goes on while the password is being changed opens nothing', async () => {
  const id = await rig.seed('bohdan')
  const thief = new Browser(rig.origin)
  const asked = await thief.go(rig.authUrl(pkce().challenge))
  const proven = await thief.post(new URL(asked.headers.get('location')!, rig.origin), { login: 'bohdan', password: PASSWORD })
  const after = await whileChanging(id, () => thief.go(proven.headers.get('location')!))
  expect([after.status, after.headers.get('location'), after.headers.getSetCookie(), await sessionsOf(id)]).toEqual([400, null, [], 0])
  expect(after.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('a session that is asked for another code while the password is being changed does not come back', async () => {
  const id = await rig.seed('fedir')
  const { browser, claims } = await rig.signedIn('fedir')
  expect(claims['acr']).toBeUndefined()
  const after = await whileChanging(id, () => browser.go(rig.authUrl(pkce().challenge)))
  expect([after.status, after.headers.get('location'), await sessionsOf(id)]).toEqual([400, null, 0])
})

// A release before this one kept no revision in its sessions; a password that somebody set by hand counts as a change.
test('a session of the release before goes on until the password changes', async () => {
  const id = await rig.seed('hlib')
  await exec(rig.pool, sql`update users set password_revision = 0 where id = ${id}`)
  const { browser } = await rig.signedIn('hlib')
  await exec(rig.pool, sql`update oidc_records set payload = payload - 'acr' where model = 'Session' and account_id = ${id}`)
  expect((await browser.go(rig.authUrl(pkce().challenge))).headers.get('location')).toContain('code=')
  await exec(rig.pool, sql`update users set password = password || 'x' where id = ${id}`)
  expect((await browser.go(rig.authUrl(pkce().challenge))).headers.get('location')).toBeNull()
})

test('who is not signed in signs in first, and may keep the password', async () => {
  await rig.seed('taras')
  const browser = new Browser(rig.origin)
  const { form } = await askedFor(browser)
  expect(await textOf(await browser.go(form))).toContain('Увійдіть, щоб продовжити')
  const signedIn = await browser.post(form, { login: 'taras', password: PASSWORD })
  const next = new URL((await browser.go(signedIn.headers.get('location')!)).headers.get('location')!, rig.origin)
  expect(await textOf(await browser.go(next))).toContain('Змініть свій пароль')
  const kept = await browser.go(`${next.pathname}?cancel`)
  const back = new URL((await browser.go(kept.headers.get('location')!)).headers.get('location')!)
  expect(back.searchParams.get('code')).not.toBeNull()
  expect(await fits('taras', PASSWORD)).toBe(true)
})

test('the present password has the tries of a sign-in, and the journal hears of each', async () => {
  await rig.seed('maria')
  const { browser } = await rig.signedIn('maria')
  const { form } = await askedFor(browser)
  const statuses: number[] = []
  for (let i = 0; i < 6; i++) statuses.push((await change(browser, form, { present: `guess ${i}` }, '192.0.2.52')).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  // The right one does not help any more either.
  expect((await change(browser, form, {}, '192.0.2.52')).status).toBe(429)
  expect(await fits('maria', PASSWORD)).toBe(true)
  const notes = await until(() => (rig.refusalsOf('192.0.2.52').length >= 7 ? rig.refusalsOf('192.0.2.52') : undefined))
  expect(notes.map(({ reason, username, locked }) => `${reason} ${username} ${locked}`)).toEqual([
    ...Array<string>(4).fill('WRONG_PASSWORD maria false'), 'WRONG_PASSWORD maria true', 'ACCOUNT_LOCKED maria false', 'ACCOUNT_LOCKED maria false',
  ])
  // A wish that cannot be costs no try.
  const other = await rig.signedIn('maria', new Browser(rig.origin))
  const { form: again } = await askedFor(other.browser)
  for (let i = 0; i < 7; i++) expect((await change(other.browser, again, { next: 'short' }, '192.0.2.53')).status).toBe(400)
  expect((await change(other.browser, again, { present: 'guess' }, '192.0.2.53')).status).toBe(401)
})

// Seen failing without the count: all of them were estimated, which stops everybody else's requests meanwhile.
test('who asks for one new password after another waits', async () => {
  await rig.seed('vsevolod')
  const { browser } = await rig.signedIn('vsevolod')
  const { form } = await askedFor(browser)
  const statuses: number[] = []
  for (let i = 0; i <= WISHES; i++) statuses.push((await change(browser, form, { next: 'short' }, '192.0.2.57')).status)
  expect([new Set(statuses.slice(0, WISHES)), statuses[WISHES]]).toEqual([new Set([400]), 429])
  // By a link neither.
  const token = 'by-a-link'
  const employeeId = randomUUID()
  await rig.apply('vsevolod', { employeeId })
  await inTx(rig.pool, (tx) => saveInvitation(tx, { employeeId, tokenHash: createHash('sha256').update(token).digest('hex'), expireTime: new Date(Date.now() + 60_000), groups: [], branchId: '' }, 1))
  const other = new Browser(rig.origin)
  await other.go(`/realms/vitrylo/invitation/${token}`)
  const answer = await other.post('/realms/vitrylo/invitation', { next: NEXT, again: NEXT })
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '900'])
  expect(await fits('vsevolod', PASSWORD)).toBe(true)
})

test('a form of another origin, of a session that has ended and of somebody who is disabled changes nothing', async () => {
  await rig.seed('petro')
  const { browser } = await rig.signedIn('petro')
  const { form } = await askedFor(browser)
  const foreign = await browser.post(form, { present: PASSWORD, next: NEXT, again: NEXT }, { origin: 'https://evil.example' })
  expect(foreign.status).toBe(403)
  const stranger = await new Browser(rig.origin).post(form, { present: PASSWORD, next: NEXT, again: NEXT })
  expect(stranger.status).toBe(400)
  await rig.apply('petro', { disabled: true })
  expect((await change(browser, form, {})).status).toBe(400)
  expect(await fits('petro', PASSWORD)).toBe(true)
})

// Seen failing with a change that does not look at the password that it replaces: both held, one after the other.
test('of two changes at once one holds', async () => {
  await rig.seed('iryna')
  const wishes = ['перша довга фраза про море', 'друга довга фраза про ліс']
  const open = await Promise.all(wishes.map(async () => {
    const { browser } = await rig.signedIn('iryna', new Browser(rig.origin))
    return { browser, ...(await askedFor(browser)) }
  }))
  const statuses = await Promise.all(open.map(async ({ browser, form }, at) => (await change(browser, form, { next: wishes[at]!, again: wishes[at]! }, `192.0.2.6${at}`)).status))
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 401])
  expect(await fits('iryna', wishes[statuses.indexOf(200)]!)).toBe(true)
})

// Seen failing without the estimator: the last line was taken.
test('a password is long, its own and not easy to guess, and what is wrong is named; kinds of characters are not asked for', async () => {
  const about = { username: 'olena.koval', name: 'Олена Коваль', email: 'olena@zerno-ukraina.ua' }
  const judged = (next: string, again = next) => faultOf({ present: PASSWORD, next, again, about, host: 'crm.zerno.ua' })
  const each = (wishes: string[]) => Promise.all(wishes.map(async (next) => `${await judged(next)}: ${next}`))
  const good = ['сьомий лелека несе ключі', 'correct horse battery staple', 'jkf 93m pqx wlt 27', '日本語のとても長い合言葉を作りましょう']
  expect(await each(good)).toEqual(good.map((next) => `undefined: ${next}`))
  expect([await judged('лелека ключі'), await judged('x'.repeat(14)), await judged('довга фраза '.repeat(40))]).toEqual(['short', 'short', 'long'])
  const faults = {
    own: ['olena.koval2026!', 'Олена Коваль 1985', 'zerno-ukraina-crm-1', 'olena1985koval1990!'],
    common: ['passwordpassword1', 'Vitrylo-Vitrylo-2026', 'Слава Україні! Героям слава!', 'харківхарків2024', 'michaeljordan23'],
    row: ['12345678901234567890', '1q2w3e4r5t6y7u8i', 'qazwsxedcrfvtgb1'],
    repeat: ['aaaaaaaaaaaaaaaa', 'abcabcabcabcabcabc'],
  }
  for (const [fault, easy] of Object.entries(faults)) expect(await each(easy)).toEqual(easy.map((next) => `${fault}: ${next}`))
  const leaked = ['manchesterunited', 'liverpoolfc2020!', 'thisismypassword', 'Sommer2026Sommer']
  expect(await each(leaked)).toEqual(leaked.map((next) => `common: ${next}`))
  // By the passport's letters of a name too.
  const stranger = { ...about, username: 'u77', email: null }
  expect(await faultOf({ present: PASSWORD, next: 'olena1985koval1990!', again: 'olena1985koval1990!', about: stranger, host: 'crm.zerno.ua' })).toBe('own')
  expect(await judged(PASSWORD)).toBe('same')
  expect(await judged(NEXT, 'сьомий лелека несе ключ')).toBe('different')
  // The same letters written in another way are the same password.
  expect(await judged('кафе́ біля старої річки'.normalize('NFD'), 'кафе́ біля старої річки'.normalize('NFC'))).toBeUndefined()
})

// Seen failing with a list that asks for nothing but a first password.
test('who has another password than set-up gave is known', async () => {
  await rig.seed('first')
  const id = await rig.seed('second')
  await rig.apply('without', {})
  await exec(rig.pool, sql`update users set password = password || 'x' where id = ${id}`)
  const changed = await changedPasswords(rig.pool)
  expect(['first', 'second', 'without'].map((username) => changed.get(username))).toEqual([false, true, undefined])
})
