// An employee sets a password by a link for one use.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, inTx, many, one, sql } from '@vitrylo/pg'
import { besides, until } from '@vitrylo/testkit'
import { endInvitation, saveInvitation, takeInvitation } from '../src/invitations.ts'
import { passwordFits } from '../src/password.ts'
import { disableEmployee } from '../src/users.ts'
import { Browser, pkce } from './browser.ts'
import { PASSWORD, startRig, type Rig } from './rig.ts'

const NEXT = 'сьомий лелека несе ключі'
const PAGE = '/realms/vitrylo/invitation'
const HOUR_MS = 3_600_000
const [KYIV, LVIV] = [randomUUID(), randomUUID()]

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.stop())

let revision = 1
const textOf = async (answer: Response) => (await answer.text()).replaceAll('\u00a0', ' ')

/** What the directory tells of a link that somebody has made. */
async function invite(employeeId: string, { lifeMs = HOUR_MS, at = revision++, groups = ['telephonists'], branchId = KYIV } = {}): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  const invited = { employeeId, tokenHash: createHash('sha256').update(token).digest('hex'), expireTime: new Date(Date.now() + lifeMs), groups, branchId }
  await inTx(rig.pool, (tx) => saveInvitation(tx, invited, at))
  return token
}
/** An employee with a name at sign-in and no password yet. */
async function employee(username: string): Promise<string> {
  const employeeId = randomUUID()
  await rig.apply(username, { employeeId })
  return employeeId
}
const at = (address: string) => ({ 'x-forwarded-for': address, 'user-agent': 'Firefox/143' })
const open = (browser: Browser, token: string, address = '192.0.2.70') => browser.go(`${PAGE}/${token}`, { headers: at(address) })
const set = (browser: Browser, fields: { next?: string; again?: string } = {}, headers: Record<string, string> = at('192.0.2.70')) => browser.post(PAGE, { next: NEXT, again: NEXT, ...fields }, headers)
const passwordOf = async (username: string) => (await one<{ password: string | null }>(rig.pool, sql`select password from users where username = ${username}`))!.password
const notesOf = (address: string, count: number) => until(() => (rig.refusalsOf(address).length >= count ? rig.refusalsOf(address).map(({ reason, username }) => `${reason} ${username}`) : undefined))

// Seen failing with a page that stays at the address of the link, and with a session that was not opened.
test('who has no password yet sets one and is signed in; the secret is neither on the page nor in its address', async () => {
  const token = await invite(await employee('solomiia'))
  const browser = new Browser(rig.origin)
  const arrived = await open(browser, token)
  expect([arrived.status, arrived.headers.get('location'), arrived.headers.get('cache-control')]).toEqual([303, PAGE, 'no-store'])
  expect(arrived.headers.get('set-cookie')).toMatch(/; Path=\/realms\/vitrylo\/invitation; Max-Age=1800; HttpOnly; SameSite=Lax$/)
  const shown = await browser.go(PAGE, { headers: { 'accept-language': 'uk' } })
  const page = await textOf(shown)
  expect(page).toContain('Задайте свій пароль')
  expect(page).toMatch(/value="solomiia" autocomplete="username" readonly/)
  expect(page).not.toContain(token)
  expect(page).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/)
  expect(await textOf(await browser.go(`${PAGE}?lang=en`))).toContain('Set your password')
  for (const [fields, words] of [[{ next: 'закоротке' }, 'закороткий'], [{ next: 'solomiia-solomiia-1' }, 'легко вгадати'], [{ again: `${NEXT}!` }, 'не збігаються']] as const) {
    const refused = await set(browser, fields, { ...at('192.0.2.70'), 'accept-language': 'uk' })
    expect([refused.status, await textOf(refused)]).toEqual([400, expect.stringContaining(words)])
  }
  expect(await passwordOf('solomiia')).toBeNull()
  const done = await set(browser)
  expect([done.status, done.headers.get('location')]).toEqual([303, `${rig.origin}/auth/login`])
  // The client is given a code without a question.
  const proof = pkce()
  const back = new URL((await browser.go(rig.authUrl(proof.challenge))).headers.get('location')!)
  expect((await rig.exchange(back.searchParams.get('code')!, proof.verifier)).status).toBe(200)
  expect((await rig.signIn(new Browser(rig.origin), 'solomiia', NEXT)).code).not.toBeNull()
  expect(await notesOf('192.0.2.70', 1)).toEqual(['PASSWORD_CHANGED solomiia'])
})

// Seen failing with sessions left as they are.
test('a reset ends every session of the person, and signs out whoever else was signed in in this browser', async () => {
  await rig.seed('ostap')
  const employeeId = await employee('ostap')
  const elsewhere = await rig.signedIn('ostap')
  await rig.seed('administrator')
  const { browser, claims } = await rig.signedIn('administrator')
  await open(browser, await invite(employeeId))
  expect((await rig.refresh(elsewhere.refresh_token)).status).toBe(200)
  expect((await set(browser)).status).toBe(303)
  await until(() => (rig.logoutTokens.has(elsewhere.claims.sid) && rig.logoutTokens.has(claims.sid)) || undefined)
  expect((await rig.refresh(elsewhere.refresh_token)).status).toBe(400)
  const { rows } = await exec<{ username: string }>(rig.pool, sql`select username from oidc_records r join users u on u.id::text = r.account_id where model = 'Session' and username in ('ostap', 'administrator')`)
  expect(rows).toEqual([{ username: 'ostap' }])
  expect(await passwordFits(PASSWORD, await passwordOf('ostap'))).toBe(false)
})

// Seen failing with an insert that replaces nothing, without the look at the revision and without the end of the time.
test('a link that was used, replaced, is over, is of somebody disabled or made up does nothing, and all are told the same', async () => {
  const dead = async (token: string, address: string): Promise<string> => {
    const browser = new Browser(rig.origin)
    const answer = await open(browser, token, address)
    expect([answer.status, browser.cookieNames]).toEqual([410, []])
    expect((await set(browser)).status).toBe(410)
    return textOf(answer)
  }
  const [used, over, gone] = [await employee('used'), await employee('over'), await employee('gone')]
  const [first, second] = [await invite(used), await invite(used)]
  await inTx(rig.pool, (tx) => saveInvitation(tx, { employeeId: used, tokenHash: 'late', expireTime: new Date(Date.now() + HOUR_MS), groups: [], branchId: '' }, 1))
  const pages = [await dead(first, '192.0.2.71')]
  const browser = new Browser(rig.origin)
  await open(browser, second)
  expect((await set(browser)).status).toBe(303)
  pages.push(await dead(second, '192.0.2.71'), await dead(await invite(over, { lifeMs: -1000 }), '192.0.2.71'))
  const ofGone = await invite(gone)
  await rig.apply('gone', { employeeId: gone, disabled: true })
  await rig.apply('gone', { employeeId: gone, disabled: false })
  pages.push(await dead(ofGone, '192.0.2.71'), await dead('x'.repeat(43), '192.0.2.71'))
  expect(new Set(pages).size).toBe(1)
  expect(pages[0]).toContain('Посилання вже не діє')
  // Of a link that is over the journal knows whose it was.
  expect((await notesOf('192.0.2.71', 5)).sort()).toEqual(['LINK_REFUSED ', 'LINK_REFUSED ', 'LINK_REFUSED gone', 'LINK_REFUSED over', 'LINK_REFUSED used'])
})

// Seen failing with the end not heard (303), and with it heard whatever its revision (410 for the newer link).
test('a link ends when the directory says so, and one that was made later does not', async () => {
  const employeeId = await employee('dana')
  const [first, madeAt] = [await invite(employeeId), revision]
  await inTx(rig.pool, (tx) => endInvitation(tx, employeeId, revision++))
  expect((await open(new Browser(rig.origin), first, '192.0.2.73')).status).toBe(410)
  expect(await notesOf('192.0.2.73', 1)).toEqual(['LINK_REFUSED dana'])
  const second = await invite(employeeId)
  await inTx(rig.pool, (tx) => endInvitation(tx, employeeId, madeAt))
  expect((await open(new Browser(rig.origin), second)).status).toBe(303)
})

// Seen failing: a leaving of long ago, told again, ended the link of who had come back.
test('a leaving that is told late ends no link that was given since', async () => {
  const employeeId = await employee('yana')
  await exec(rig.pool, sql`update users set employee_revision = 7 where employee_id = ${employeeId}`)
  const token = await invite(employeeId)
  await inTx(rig.pool, (tx) => disableEmployee(tx, employeeId, 4))
  expect((await open(new Browser(rig.origin), token)).status).toBe(303)
  await inTx(rig.pool, (tx) => disableEmployee(tx, employeeId, 8))
  expect((await open(new Browser(rig.origin), token)).status).toBe(410)
})

// Seen failing with a link that is looked at without those by whom it was judged: 303.
test('a link does nothing while its employee has other groups or another branch than when it was given', async () => {
  const employeeId = await employee('zlata')
  const token = await invite(employeeId, { groups: ['telephonists', 'reporters'] })
  const browser = new Browser(rig.origin)
  const as = async (groups: string[], branchId: string) => {
    await rig.apply('zlata', { employeeId, groups, branchId })
    return (await open(browser, token)).status
  }
  expect(await as(['reporters', 'telephonists'], KYIV)).toBe(303)
  expect([await as(['reporters', 'telephonists', 'administrators'], KYIV), (await set(browser)).status]).toEqual([410, 410])
  expect([await as(['reporters', 'telephonists'], LVIV), (await set(browser)).status]).toEqual([410, 410])
  // As they change in the moment of the press.
  expect(await inTx(rig.pool, (tx) => takeInvitation(tx, token, 'taken'))).toBeUndefined()
  expect(await passwordOf('zlata')).toBeNull()
})

test('an own change of the password ends a link that was on its way', async () => {
  const id = await rig.seed('roman')
  const token = await invite(await employee('roman'))
  await exec(rig.pool, sql`update users set password = password || 'x' where id = ${id}`)
  expect((await open(new Browser(rig.origin), token)).status).toBe(410)
})

// Seen failing with a link that is looked at and not taken: the second password held.
test('of two who use a link at once one sets the password', async () => {
  const token = await invite(await employee('kateryna'))
  const browser = new Browser(rig.origin)
  await open(browser, token)
  let first: string | undefined
  const [late] = await besides(rig.pool, async (tx) => (first = (await takeInvitation(tx, token, 'the first'))?.username), () => set(browser))
  expect([first, late.status, await passwordOf('kateryna')]).toEqual(['kateryna', 410, 'the first'])
})

// Seen failing with links counted like passwords.
test('a form of another origin changes nothing; pictures of a foreign page that point at links pause no sign-in', async () => {
  const token = await invite(await employee('yaryna'))
  const browser = new Browser(rig.origin)
  await open(browser, token)
  expect((await set(browser, {}, { origin: 'https://evil.example' })).status).toBe(403)
  expect(await passwordOf('yaryna')).toBeNull()
  const statuses: number[] = []
  for (let i = 0; i < 52; i++) statuses.push((await open(new Browser(rig.origin), `guess-${i}`, '192.0.2.72')).status)
  expect(new Set(statuses)).toEqual(new Set([410]))
  await rig.seed('colleague')
  expect((await rig.signIn(new Browser(rig.origin), 'colleague', PASSWORD, undefined, at('192.0.2.72'))).code).not.toBeNull()
  // A real link goes on.
  expect((await open(new Browser(rig.origin), token, '192.0.2.72')).status).toBe(303)
  // No secret is kept, and none is in what the journal was told.
  const tables = await many<{ name: string }>(rig.pool, sql`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`)
  for (const { name } of tables) {
    const { rows } = await rig.pool.query(`select 1 from "${name}" t where position($1 in t::text) > 0 limit 1`, [token])
    expect([name, rows.length]).toEqual([name, 0])
  }
})
