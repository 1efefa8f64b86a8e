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

// Seen failing with failures that only a full batch forgot: the second time began with the pause of the third failure.
test('once the journal was told, the next failure pauses for a second again', async () => {
  const begun = rig.refusedTells.length
  const failed = () => rig.refusedTells.slice(begun)
  rig.journalIsAway(true)
  await tryAs('olena', 'wrong', '192.0.2.38')
  await until(() => failed().length >= 2)
  rig.journalIsAway(false)
  await told('192.0.2.38', 1)
  rig.journalIsAway(true)
  await tryAs('nobody', 'wrong', '192.0.2.39')
  const before = failed().length
  await until(() => failed().length >= before + 2)
  rig.journalIsAway(false)
  expect(failed()[before + 1]! - failed()[before]!).toBeLessThan(3_000)
  await told('192.0.2.39', 1)
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

// Seen failing with the address itself as the key: each of them had thirty of its own.
test('an IPv6 network is one address here, and what locks an account is not counted once more among the rest', async () => {
  const network = '2001:db8:7:7::/64'
  const minute = () => many<{ refused: number }>(rig.pool, sql`select refused from refusal_minutes where address = ${network}`)
  const refuse = (at: number) => rig.token({ grant_type: 'client_credentials' }, ['vitrylo-integration', 'wrong'], { 'x-forwarded-for': `2001:db8:7:7::${at}` })
  await refuse(1)
  await until(async () => (await minute()).length > 0)
  // Further than this minute, so that it is not over before the test is.
  await exec(rig.pool, sql`update refusal_minutes set refused = 30 where address = ${network}`)
  await exec(rig.pool, sql`insert into refusal_minutes (address, minute, refused) values (${network}, date_trunc('minute', now()) + interval '1 minute', 30) on conflict do nothing`)
  await rig.seed('locked-here')
  for (let i = 0; i < 5; i++) await tryAs('locked-here', 'wrong', `2001:db8:7:7::2:${i}`)
  await until(() => rig.refusalsOf('2001:db8:7:7::2:4').length === 1)
  expect(rig.refusalsOf('2001:db8:7:7::2:4')).toMatchObject([{ reason: 'WRONG_PASSWORD', locked: true }])
  for (let i = 0; i < 4; i++) expect(rig.refusalsOf(`2001:db8:7:7::2:${i}`)).toEqual([])
  await exec(rig.pool, sql`update refusal_minutes set minute = minute - interval '2 minutes' where address = ${network}`)
  // Those that lock were noted one by one already; the number of the others comes when their minute is closed.
  const counted = () => rig.refusalsOf(network).reduce((sum, { count }) => sum + count, 0)
  await until(() => counted() >= 4)
  expect(counted()).toBe(4)
})

// Seen failing without the note: guessed here, a secret left no trace.
test('a secret refused at introspection, revocation or sign-out is told as well', async () => {
  const post = (path: string, [id, secret]: [string, string], fields: Record<string, string>, address: string) =>
    fetch(`${rig.oidc}/${path}`, { method: 'POST', headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}`, 'x-forwarded-for': address }, body: new URLSearchParams(fields) })
  const address = '192.0.2.40'
  for (const [path, fields] of [['token/introspect', { token: 'x' }], ['revoke', { token: 'x' }], ['logout', { refresh_token: 'x' }]] as const) {
    expect((await post(path, ['vitrylo-integration', 'not the secret'], fields, address)).status).toBe(401)
    expect((await post(path, ['some body', 'not the secret'], fields, address)).status).toBe(401)
  }
  const refusals = await told(address, 6)
  const said = refusals.map(({ reason, clientId }) => `${reason} ${clientId}`)
  expect(said.toSorted((a, b) => a.localeCompare(b))).toEqual([...Array<string>(3).fill('CLIENT_SECRET_WRONG vitrylo-integration'), ...Array<string>(3).fill('CLIENT_UNKNOWN ')])
  expect(JSON.stringify(refusals)).not.toMatch(/not the secret|some body/)
})

test('a refused secret is told with the name of a real client, and never with the secret', async () => {
  const from = { 'x-forwarded-for': '192.0.2.36' }
  await rig.token({ grant_type: 'client_credentials' }, ['vitrylo-integration', 'not the secret'], from)
  await rig.token({ grant_type: 'client_credentials' }, ['somebody', 'not the secret'], from)
  const refusals = await told('192.0.2.36', 2)
  expect(refusals.map(({ reason, clientId, username }) => [reason, clientId, username].join()).toSorted()).toEqual(['CLIENT_SECRET_WRONG,vitrylo-integration,', 'CLIENT_UNKNOWN,,'])
  expect(JSON.stringify(refusals)).not.toContain('not the secret')
})
