// What the journal of sign-ins is told of refused ones.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, many, sql } from '@vitrylo/pg'
import { until } from '@vitrylo/testkit'
import { Browser, pkce } from './browser.ts'
import { PASSWORD, startRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await rig.seed('olena')
  await rig.seed('petro', { disabled: true })
})
afterAll(() => rig.stop())

async function tryAs(login: string, password: string, address: string): Promise<{ status: number; text: string }> {
  const browser = new Browser(rig.origin)
  const form = new URL((await browser.go(rig.authUrl(pkce().challenge))).headers.get('location')!, rig.origin)
  const answer = await browser.post(form, { login, password }, { 'x-forwarded-for': address, 'user-agent': 'Firefox/143' })
  return { status: answer.status, text: (await answer.text()).replace(login, 'LOGIN') }
}
const told = (address: string, count: number) => until(() => (rig.refusalsOf(address).length >= count ? rig.refusalsOf(address) : undefined))

test('each refusal is told with its reason, address and browser; a name only where there is such an account', async () => {
  const address = '192.0.2.31'
  await tryAs('OLENA@vitrylo.example', 'wrong', address)
  await tryAs('my secret typed here', 'wrong', address)
  await tryAs('petro', PASSWORD, address)
  const refusals = await told(address, 3)
  expect(refusals.map(({ reason, username, agent, locked }) => [reason, username, agent, locked])).toEqual([
    ['WRONG_PASSWORD', 'olena', 'Firefox/143', false], ['UNKNOWN_NAME', '', 'Firefox/143', false], ['ACCOUNT_DISABLED', 'petro', 'Firefox/143', false],
  ])
  expect(JSON.stringify(refusals)).not.toMatch(/wrong|my secret/)
})

test('who is disabled gets the answer of a wrong password, up to the pause', async () => {
  const answers = async (login: string, password: string, address: string) => {
    const all = []
    for (let i = 0; i < 6; i++) all.push(await tryAs(login, password, address))
    return all
  }
  const wrong = await answers('olena', 'wrong', '192.0.2.32')
  expect(wrong.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429])
  expect(await answers('petro', PASSWORD, '192.0.2.33')).toEqual(wrong)
  expect((await told('192.0.2.32', 6)).map(({ reason, locked }) => [reason, locked]).slice(4)).toEqual([['WRONG_PASSWORD', true], ['ACCOUNT_LOCKED', false]])
})

test('what was refused while the gateway was away, or before a restart, is told afterwards', async () => {
  rig.journalIsAway(true)
  const begun = performance.now()
  await tryAs('olena', 'wrong', '192.0.2.34')
  expect(performance.now() - begun).toBeLessThan(4_000)
  await rig.restart()
  expect(rig.refusalsOf('192.0.2.34')).toEqual([])
  rig.journalIsAway(false)
  expect(await told('192.0.2.34', 1)).toMatchObject([{ reason: 'WRONG_PASSWORD', username: 'olena' }])
  await until(async () => (await many(rig.pool, sql`select from refusals`)).length === 0)
})

test('of a flood from one address thirty in a minute are told one by one, the rest as a number', async () => {
  const address = '192.0.2.35'
  const refuse = () => rig.token({ grant_type: 'client_credentials' }, ['vitrylo-integration', 'wrong'], { 'x-forwarded-for': address })
  // So many that one minute has more than thirty, whenever this test begins.
  for (let i = 0; i < 70; i++) await refuse()
  await told(address, 30)
  await exec(rig.pool, sql`update refusal_minutes set minute = minute - interval '1 minute' where address = ${address}`)
  const count = () => rig.refusalsOf(address).reduce((sum, each) => sum + each.count, 0)
  await until(() => count() >= 70)
  expect(count()).toBe(70)
  expect(rig.refusalsOf(address).filter(({ reason }) => reason === 'MORE_REFUSED')).not.toEqual([])
  expect(rig.refusalsOf(address).length).toBeLessThan(63)
})

test('a refused secret is told with the name of a real client, and never with the secret', async () => {
  const from = { 'x-forwarded-for': '192.0.2.36' }
  await rig.token({ grant_type: 'client_credentials' }, ['vitrylo-integration', 'not the secret'], from)
  await rig.token({ grant_type: 'client_credentials' }, ['somebody', 'not the secret'], from)
  const refusals = await told('192.0.2.36', 2)
  expect(refusals.map(({ reason, clientId, username }) => [reason, clientId, username])).toEqual([['CLIENT_SECRET_WRONG', 'vitrylo-integration', ''], ['CLIENT_UNKNOWN', '', '']])
  expect(JSON.stringify(refusals)).not.toContain('not the secret')
})
