// Passwords of apps: made in the browser, told once, good for address books, gone with what ends sessions.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, many, sql } from '@vitrylo/pg'
import { loadContract } from '@vitrylo/proto/contract.ts'
import { people, peopleTheWorld, until } from '@vitrylo/testkit'
import { Browser, startSignInRig, type SignInRig } from './sign-in-rig.ts'

const ours = { 'x-vitrylo-request': '1', 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }
let rig: SignInRig
let olena: Browser
let admin: Browser

beforeAll(async () => {
  rig = await startSignInRig({ contract: loadContract(), users: ['admin'] })
  await peopleTheWorld(rig.pool)
  olena = await rig.signedIn(new Browser(rig.origin), 'olena')
  admin = await rig.signedIn(new Browser(rig.origin), 'admin')
  await until(async () => (await admin.go('/api/v1/sessions')).status === 200)
})
afterAll(() => rig?.stop())

const send = async (browser: Browser, method: string, path: string, body?: object) => {
  const { 'content-type': type, ...bare } = ours
  const answer = await browser.go(path, { method, headers: body === undefined ? bare : { ...bare, 'content-type': type }, ...(body !== undefined && { body: JSON.stringify(body) }) })
  const text = await answer.text()
  return { status: answer.status, json: (text === '' ? undefined : JSON.parse(text)) as any }
}
const make = async (name: string) => (await send(olena, 'POST', '/api/v1/my-app-passwords', { name })).json as { appPassword: { id: string }; password: string; username: string }
const opens = async (password: string) => {
  const authorization = `Basic ${Buffer.from(`olena:${password}`).toString('base64')}`
  return (await fetch(`${rig.origin}/carddav/`, { method: 'PROPFIND', headers: { depth: '0', authorization, 'user-agent': 'DAVx5/4.4.3 (okhttp)' } })).status
}
const list = async () => (await send(olena, 'GET', '/api/v1/my-app-passwords')).json.appPasswords as any[]

test('one is told once, opens address books, tells of its last use, and is refused from the moment it is taken back', async () => {
  const { appPassword, password, username } = await make('Телефон')
  expect([username, password]).toEqual(['olena', expect.stringMatching(/^([a-z2-9]{4}-){5}[a-z2-9]{4}$/)])
  expect((await send(olena, 'POST', '/api/v1/my-app-passwords', { name: 'Телефон' })).json).toMatchObject({ status: 409, reason: 'TAKEN' })
  const stored = JSON.stringify(await many(rig.pool, sql`select row_to_json(p) as row, encode(hash, 'escape') from app_password p`)) + JSON.stringify(await many(rig.pool, sql`select row_to_json(i) as row from idempotency i`))
  expect(stored).not.toContain(password)
  expect(stored).not.toContain(password.replaceAll('-', ''))
  expect((await list())[0]).toMatchObject({ name: 'Телефон', address: '', client: '' })
  expect(await opens(password.toUpperCase().replaceAll('-', ' '))).toBe(207)
  expect((await list())[0]).toMatchObject({ id: appPassword.id, client: 'DAVx5/4.4.3', useTime: expect.any(String) })
  expect((await send(admin, 'DELETE', `/api/v1/my-app-passwords/${appPassword.id}`)).status).toBe(404)
  expect((await send(olena, 'DELETE', `/api/v1/my-app-passwords/${appPassword.id}`)).status).toBe(204)
  expect(await opens(password)).toBe(401)
})

test('an administrator sees it among the sessions and ends it there, alone or with all of the person', async () => {
  const [one, two, three] = [await make('Перший'), await make('Другий'), await make('Третій')]
  const shown = (await send(admin, 'GET', `/api/v1/sessions?filter=${encodeURIComponent('kind="app-password"')}`)).json.sessions as any[]
  expect(shown.find(({ id }) => id === one.appPassword.id)).toMatchObject({ username: 'olena', employeeId: people.olena.id, clientId: 'Перший' })
  expect((await send(admin, 'POST', `/api/v1/sessions/${one.appPassword.id}:end`, {})).json).toEqual({ ended: 1 })
  expect([await opens(one.password), await opens(two.password)]).toEqual([401, 207])
  expect((await send(admin, 'POST', '/api/v1/sessions:end', { employeeId: people.olena.id })).json.ended).toBeGreaterThanOrEqual(3)
  expect([await opens(two.password), await opens(three.password)]).toEqual([401, 401])
  olena = await rig.signedIn(new Browser(rig.origin), 'olena')
  const { password } = await make('Четвертий')
  expect((await send(olena, 'POST', '/api/v1/my-sessions:endOthers', {})).json).toEqual({ ended: 1 })
  expect(await opens(password)).toBe(401)
})

test('who is disabled is refused though the password is right', async () => {
  const { password } = await make('Останній')
  expect(await opens(password)).toBe(207)
  await exec(rig.pool, sql`update rights_employee set disabled = true where id = ${people.olena.id}`)
  await exec(rig.pool, sql`update rights_version set version = version + 1`)
  await until(async () => (await opens(password)) === 401, { timeoutMs: 5_000 })
  await exec(rig.pool, sql`update rights_employee set disabled = false where id = ${people.olena.id}`)
  await exec(rig.pool, sql`update rights_version set version = version + 1`)
  await until(async () => (await opens(password)) === 207, { timeoutMs: 5_000 })
})

test('nobody has more than twenty', async () => {
  await exec(rig.pool, sql`delete from app_password`)
  for (let n = 0; n < 20; n++) await make(`Пристрій ${n}`)
  expect((await send(olena, 'POST', '/api/v1/my-app-passwords', { name: 'Зайвий' })).json).toMatchObject({ reason: 'TOO_MANY' })
})
