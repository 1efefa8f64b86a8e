// Who is on-line, the ending of sessions at every replica, the journal.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { startRightsStore } from '@vitrylo/auth'
import { exec, inTx, many, sql } from '@vitrylo/pg'
import { loadContract } from '@vitrylo/proto/contract.ts'
import { carryOutDue } from '@vitrylo/service'
import { branches, people, peopleTheWorld, until } from '@vitrylo/testkit'
import { importJWK, SignJWT, type JWK } from 'jose'
import { retained } from '../src/retention/resources.ts'
import { noteRefusals, pruneJournal } from '../src/sign-in/journal-sql.ts'
import { createGrantSeal } from '../src/sign-in/seal.ts'
import { pruneSessions } from '../src/sign-in/session-sql.ts'
import { EventStream } from './event-stream.ts'
import { SESSION_KEY } from './rig.ts'
import { Browser, startSignInRig, type SignInRig } from './sign-in-rig.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0'
const ours = { 'x-vitrylo-request': '1', 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', 'user-agent': FIREFOX }
const KYIV_HEADS = [{ section: 'sessions', action: 'manage', scope: 'branch' }]

let rig: SignInRig
let replica: string

beforeAll(async () => {
  rig = await startSignInRig({ contract: loadContract(), users: ['admin', 'taras', 'nadia', 'nobody'] })
  await peopleTheWorld(rig.pool)
  // Nadia, of Kyiv, manages the sessions of her branch.
  await exec(rig.pool, sql`insert into rights_group (id, name, cells, revision) values (${people.nadia.id}, ${people.nadia.id}, ${JSON.stringify(KYIV_HEADS)}, 1)`)
  await exec(rig.pool, sql`update rights_version set version = version + 1`)
  replica = await rig.replica()
  const admin = await rig.signedIn(undefined, 'admin')
  await until(async () => (await admin.go(`${replica}/api/v1/sessions`)).status === 200 && (await admin.go('/api/v1/sessions')).status === 200)
})

afterAll(() => rig?.stop())

afterEach(async () => {
  await exec(rig.pool, sql`delete from session`)
  await exec(rig.pool, sql`delete from sign_in_entry`)
})

const signIn = (login: string) => rig.signedIn(new Browser(rig.origin), login)
const json = async (browser: Browser, path: string) => (await browser.go(path, { headers: { 'user-agent': FIREFOX } })).json() as Promise<any>
const post = async (browser: Browser, path: string, body: object = {}) => {
  const answer = await browser.go(path, { method: 'POST', headers: ours, body: JSON.stringify(body) })
  return { status: answer.status, json: (await answer.json()) as any }
}
const statusOf = async (browser: Browser, at = '') => (await browser.go(`${at}/api/v1/my-sessions`)).status
const onlineOf = async (browser: Browser, query = '') => (await json(browser, `/api/v1/sessions?orderBy=beginTime${query}`)).sessions as any[]
const namesOf = (sessions: any[]) => sessions.map(({ username }) => username)
const journal = () => many<{ kind: string; username: string; by: string }>(rig.pool, sql`select kind, username, by_username as by from sign_in_entry order by at, id`)

/** Refused at both replicas, within the promised time. */
const isOut = (browser: Browser) =>
  until(async () => (await statusOf(browser)) === 401 && (await statusOf(browser, replica)) === 401, { timeoutMs: 5_000, everyMs: 50 })

describe('the list', () => {
  test('shows who is on-line, since when, from where and with what, and never what opens the session', async () => {
    const admin = await signIn('admin')
    const olena = await signIn('olena')
    await exec(rig.pool, sql`update session set used_at = used_at - interval '2 minutes'`)
    await until(async () => (await json(olena, `${replica}/api/v1/my-sessions`)).sessions[0].client === 'Firefox 143, Linux')
    const shown = (await onlineOf(admin)).find(({ username }) => username === 'olena')
    expect(shown).toMatchObject({
      kind: 'browser', username: 'olena', employeeId: people.olena.id, branchId: branches.kyiv, address: expect.stringMatching(/127\.0\.0\.1/), client: 'Firefox 143, Linux',
      clientId: 'vitrylo-gateway', current: false, blocked: false,
    })
    expect(Date.parse(shown.useTime)).toBeGreaterThan(Date.parse(shown.beginTime) - 1)
    expect(Date.parse(shown.expireTime)).toBeGreaterThan(Date.now() + 11 * 3_600_000)
    const [{ hash }] = (await many<{ hash: string }>(rig.pool, sql`select encode(id_hash, 'hex') as hash from session`)) as [{ hash: string }]
    expect(JSON.stringify(await onlineOf(admin))).not.toContain(hash)
  })

  // Seen failing: `within` taken out of listOnline (nadia saw taras and admin).
  test('reaches as far as the right: a branch, all, or nothing', async () => {
    const [admin, nadia, taras] = [await signIn('admin'), await signIn('nadia'), await signIn('taras')]
    await signIn('olena')
    expect(namesOf(await onlineOf(admin))).toEqual(['admin', 'nadia', 'taras', 'olena'])
    expect(namesOf(await onlineOf(nadia))).toEqual(['nadia', 'olena'])
    expect(namesOf(await onlineOf(nadia, `&filter=${encodeURIComponent(`branchId="${branches.lviv}"`)}`))).toEqual([])
    expect((await taras.go('/api/v1/sessions')).status).toBe(403)
    expect((await taras.go('/api/v1/sign-ins')).status).toBe(403)
    expect(namesOf((await json(taras, '/api/v1/my-sessions')).sessions)).toEqual(['taras'])
  })
})

describe('an ending', () => {
  // Seen failing: the row left in the table by endAll (both replicas went on), and the grant not queued (the issuer asked nothing).
  test('of one session works at every replica within 5 s, its live stream included, and at the issuer', async () => {
    const [admin, olena, other] = [await signIn('admin'), await signIn('olena'), await signIn('olena')]
    const cookie = { cookie: olena.cookiesFor(new URL(rig.origin)) }
    const streams = await Promise.all([rig.origin, replica].map((origin) => EventStream.open(`${origin}/api/v1/events`, cookie)))
    expect([await statusOf(olena), await statusOf(olena, replica)]).toEqual([200, 200])
    const [, victim] = await onlineOf(admin)
    const begun = Date.now()
    expect(await post(admin, `/api/v1/sessions/${victim.id}:end`)).toMatchObject({ status: 200, json: { ended: 1 } })
    await isOut(olena)
    await until(() => streams.every(({ isOpen }) => !isOpen), { timeoutMs: 5_000 - (Date.now() - begun) })
    expect(await statusOf(other)).toBe(200)
    expect(await post(admin, `/api/v1/sessions/${victim.id}:end`)).toMatchObject({ status: 404 })
    await until(async () => (await many(rig.pool, sql`select 1 from grant_to_end`)).length === 0)
    const again = await olena.go((await olena.go('/auth/login')).headers.get('location')!)
    expect(again.headers.get('location')).not.toContain('/auth/callback')
    expect(await journal()).toContainEqual({ kind: 'ended', username: 'olena', by: 'admin' })
  })

  test('the issuer is told of it when it answers again', async () => {
    const [admin] = [await signIn('admin'), await signIn('olena')]
    const [, victim] = await onlineOf(admin)
    rig.way.isCut = true
    expect((await post(admin, `/api/v1/sessions/${victim.id}:end`)).json).toEqual({ ended: 1 })
    await until(async () => (await many(rig.pool, sql`select 1 from grant_to_end where tries > 0`)).length === 1)
    rig.way.isCut = false
    await exec(rig.pool, sql`update grant_to_end set next_at = now()`)
    await until(async () => (await many(rig.pool, sql`select 1 from grant_to_end`)).length === 0)
  })

  // Seen failing: endSessions without `within` (nadia ended taras).
  test('of a branch, a group or a person ends all that the right reaches, but not the session that asks', async () => {
    const [admin, nadia, olena, taras] = [await signIn('admin'), await signIn('nadia'), await signIn('olena'), await signIn('taras')]
    expect((await post(nadia, '/api/v1/sessions:end', { group: 'telephonists' })).json).toEqual({ ended: 1 })
    await isOut(olena)
    expect([await statusOf(taras), await statusOf(nadia)]).toEqual([200, 200])
    expect((await post(nadia, '/api/v1/sessions:end', { branchId: branches.kyiv })).json).toEqual({ ended: 0 })
    // Who is out of reach and who is not there are one.
    const [there, absent] = await Promise.all([people.taras.id, branches.kyiv].map((employeeId) => post(nadia, '/api/v1/sessions:end', { employeeId })))
    expect([there!.status, there!.json.errors]).toEqual([400, absent!.json.errors])
    // Kyiv and Lviv lie below the head office.
    expect((await post(admin, '/api/v1/sessions:end', { branchId: branches.head })).json).toEqual({ ended: 2 })
    await Promise.all([isOut(nadia), isOut(taras)])
    expect(await statusOf(admin)).toBe(200)
  })

  test('of a person finds also what a release before began without noting whose it is', async () => {
    const [admin, olena] = [await signIn('admin'), await signIn('olena')]
    await exec(rig.pool, sql`update session set username = '', employee_id = null where username = 'olena'`)
    const next = await rig.replica()
    await until(async () => (await many(rig.pool, sql`select 1 from session where username = 'olena'`)).length === 1)
    expect((await admin.go(`${next}/api/v1/sessions`)).status).toBe(200)
    expect((await post(admin, '/api/v1/sessions:end', { employeeId: people.olena.id })).json).toEqual({ ended: 1 })
    await isOut(olena)
  })

  test('by a sign-out that the issuer did not hear of is told to it until it does', async () => {
    const olena = await signIn('olena')
    rig.way.isCut = true
    expect((await olena.go('/auth/logout', { method: 'POST', headers: ours })).status).toBe(200)
    rig.way.isCut = false
    await exec(rig.pool, sql`update grant_to_end set next_at = now()`)
    expect(await many(rig.pool, sql`select 1 from grant_to_end`)).toHaveLength(1)
    await until(async () => (await many(rig.pool, sql`select 1 from grant_to_end`)).length === 0)
    const again = await olena.go((await olena.go('/auth/login')).headers.get('location')!)
    expect(again.headers.get('location')).not.toContain('/auth/callback')
  })

  test('of nobody in particular, or of somebody who is not there, is refused', async () => {
    const admin = await signIn('admin')
    for (const body of [{}, { group: 'x', employeeId: people.olena.id }, { group: 'no-such' }, { employeeId: branches.kyiv }, { branchId: people.olena.id }]) {
      expect([body, (await post(admin, '/api/v1/sessions:end', body)).status]).toEqual([body, 400])
    }
  })

  test("of one's own others leaves this one, and nobody else's can be named", async () => {
    const [here, there, taras] = [await signIn('olena'), await signIn('olena'), await signIn('taras')]
    const [his] = (await json(taras, '/api/v1/my-sessions')).sessions
    expect((await post(here, `/api/v1/my-sessions/${his.id}:end`)).status).toBe(404)
    expect((await json(here, '/api/v1/my-sessions')).sessions.filter(({ current }: any) => current)).toHaveLength(1)
    expect((await post(here, '/api/v1/my-sessions:endOthers')).json).toEqual({ ended: 1 })
    await isOut(there)
    expect([await statusOf(here), await statusOf(taras)]).toEqual([200, 200])
  })
})

describe('the journal', () => {
  // Seen failing: without the entry in insertSession; with the time of the look instead of the moment of expiry.
  test('tells of sign-in, sign-out, refusal, expiry and the word of the issuer, and holds no secret', async () => {
    const admin = await signIn('admin')
    const olena = await signIn('olena')
    const number = /vitrylo_session=([\w-]{43})/.exec(olena.cookiesFor(new URL(rig.origin)))![1]!
    await olena.go('/auth/logout', { method: 'POST', headers: ours })
    const strange = new Browser(rig.origin)
    const callback = new URL(await rig.toCallback(strange, undefined, 'taras'), rig.origin)
    callback.searchParams.set('code', 'x')
    expect((await strange.go(callback)).status).toBe(400)
    const nadia = await signIn('nadia')
    await exec(rig.pool, sql`update session set expires_at = now() - interval '3 hours' where username = 'nadia'`)
    await pruneSessions(rig.pool, new Date(), 7_200_000)
    await isOut(nadia)
    expect((await journal()).map(({ kind, username }) => `${username} ${kind}`).sort()).toEqual(
      [' refused', 'admin signed-in', 'nadia expired', 'nadia signed-in', 'olena signed-in', 'olena signed-out'].sort(),
    )
    const shown = await json(admin, `/api/v1/sign-ins?filter=${encodeURIComponent(`employeeId="${people.nadia.id}" AND time<"${new Date(Date.now() - 3_600_000).toISOString()}"`)}`)
    expect(shown.signIns).toMatchObject([{ kind: 'expired', username: 'nadia', branchId: branches.kyiv }])
    const dump = JSON.stringify(await many(rig.pool, sql`select * from sign_in_entry`)) + JSON.stringify(await json(admin, '/api/v1/sign-ins'))
    expect(dump).not.toContain(number)
    expect(dump).not.toMatch(/eyJ[\w-]{10,}\.eyJ/)
  })

  test('is not filled by one address that is refused again and again', async () => {
    const strange = new Browser(rig.origin)
    for (let n = 0; n < 30; n++) {
      const { headers } = await strange.go('/auth/login')
      const state = new URL(headers.get('location')!).searchParams.get('state')!
      expect((await strange.go(`/auth/callback?state=${state}&code=x`)).status).toBe(400)
    }
    const noted = (await journal()).filter(({ kind }) => kind === 'refused').length
    expect([noted > 0, noted <= 11]).toEqual([true, true])
  })

  test('is read within the reach of the right and forgets what is too old', async () => {
    const nadia = await signIn('nadia')
    await signIn('taras')
    expect(namesOf((await json(nadia, '/api/v1/sign-ins')).signIns)).toEqual(['nadia'])
    await exec(rig.pool, sql`update sign_in_entry set at = now() - interval '181 days' where username = 'taras'`)
    await pruneJournal(rig.pool, new Date(Date.now() - 180 * 86_400_000))
    expect((await journal()).map(({ username }) => username)).toEqual(['nadia'])
  })

  test('of a back-channel logout names the issuer as the one who ended it', async () => {
    const olena = await signIn('olena')
    await rig.disable(true)
    await isOut(olena)
    await rig.disable(false)
    await until(async () => (await journal()).some(({ kind, username }) => kind === 'ended-by-issuer' && username === 'olena'))
  })
})

// Seen failing without the hold: the entry of the session that goes on went too.
test('entries of the journal go when a rule says so, as far as its author manages sessions, and not those of a session that goes on', async () => {
  // Whatever ran before it, or nothing.
  await exec(rig.pool, sql`delete from sign_in_entry`)
  const admin = await signIn('admin')
  const rights = await startRightsStore(rig.pool, { debug() {}, info() {}, warn() {}, error() {} } as never)
  try {
    await exec(rig.pool, sql`update sign_in_entry set at = now() - interval '3 months'`)
    await exec(rig.pool, sql`insert into sign_in_entry (at, kind, subject, username, employee_id, address, agent) values (now() - interval '3 months', 'refused', 's', 'olena', ${people.olena.id}, '::1', 'x'), (now(), 'refused', 's', 'ihor', ${people.ihor.id}, '::1', 'x')`)
    const rule = { displayName: 'Входи', resource: 'sign-ins', ageMonths: 2, filter: 'address = "::1" OR username = "admin"', enabled: true }
    const { status, json: saved } = await post(admin, '/api/v1/sign-in-retention-rules', rule)
    expect([status, saved.resource]).toEqual([200, 'sign-ins'])
    expect(await json(admin, `/api/v1/sign-in-retention-rules/${saved.id}:preview`)).toMatchObject({ count: 1, items: [{ displayName: 'olena' }], held: [{ reason: 'open-session', count: 1 }] })
    await carryOutDue({ pool: rig.pool, now: () => new Date(), rights, committed() {} }, retained)
    expect((await journal()).map(({ username }) => username).sort()).toEqual(['admin', 'ihor'])
    // Seen failing without `always`: a rule that stores no event was in no log.
    const told = await until(async () => (await rig.published('vitrylo.audit.fact.v1')).find(({ data }) => data.method === 'RetentionRule'))
    expect(JSON.parse(told.data.detail)).toMatchObject({ id: saved.id, resource: 'sign-ins', taken: [expect.any(String)] })
  } finally {
    rights.stop()
  }
})

describe('what the issuer refused', () => {
  const tryAs = async (login: string, password: string, address = '127.0.0.1') => {
    const browser = new Browser(rig.origin)
    const go = async (answer: Response) => browser.go(answer.headers.get('location')!)
    const form = (await go(await browser.go('/auth/login'))).headers.get('location')!
    return browser.post(form, { login, password }, { 'x-forwarded-for': address, 'user-agent': FIREFOX })
  }

  // Seen failing: the trigger as it was (olena stood there as who refused herself).
  test('stands in the journal and in the audit log, and nobody is named as who guessed', async () => {
    const admin = await signIn('admin')
    await tryAs('olena', 'not hers')
    await tryAs('what I took for the password', 'x')
    const refused = await until(async () => {
      const { signIns } = await json(admin, '/api/v1/sign-ins?filter=kind%3D"refused"&orderBy=time')
      return signIns.length === 2 ? (signIns as any[]) : undefined
    })
    expect(refused).toMatchObject([
      { reason: 'WRONG_PASSWORD', username: 'olena', employeeId: people.olena.id, branchId: branches.kyiv, guess: true, count: 1, client: 'Firefox 143, Linux', address: expect.stringContaining('127.0.0.1') },
      { reason: 'UNKNOWN_NAME', username: '', guess: true, count: 1 },
    ])
    expect((await json(admin, '/api/v1/sign-ins?filter=reason%3D"UNKNOWN_NAME"')).signIns).toHaveLength(1)
    const facts = await until(async () => {
      const ofGuesses = (await rig.published('vitrylo.audit.fact.v1')).filter(({ data }) => data.method === 'Session.refused' && ['WRONG_PASSWORD', 'UNKNOWN_NAME'].includes(data.reason))
      return ofGuesses.length === 2 ? ofGuesses : undefined
    })
    expect(facts.map(({ data }) => data)).toMatchObject([{ kind: 'AUDIT_KIND_REFUSAL', reason: 'WRONG_PASSWORD', ownerId: people.olena.id }, { reason: 'UNKNOWN_NAME' }])
    expect(facts.map(({ data }) => [data.actorId, data.username])).toEqual([[undefined, undefined], [undefined, undefined]])
    expect(JSON.stringify([refused, facts])).not.toMatch(/not hers|what I took/)
  })

  test('is told to the owner when the account takes no more; told twice it stands once', async () => {
    for (let i = 0; i < 6; i++) await tryAs('taras', 'guess')
    await until(async () => (await many(rig.pool, sql`select from sign_in_entry where reason = 'ACCOUNT_LOCKED'`)).length === 1)
    const told = async () => (await rig.published('vitrylo.sessions.account-locked.v1')).map(({ data }) => data.employeeId)
    await until(async () => (await told()).length > 0)
    const rows = await many<{ id: string }>(rig.pool, sql`select id from sign_in_entry where kind = 'refused' and guess`)
    expect(rows).toHaveLength(6)
    const again = rows.map(({ id }) => ({ id, at: new Date(), reason: 'WRONG_PASSWORD', address: '', agent: '', username: 'taras', clientId: '', locked: true, count: 1 }))
    await inTx(rig.pool, (tx) => noteRefusals(tx, again, { employeeOf: () => people.taras.id, now: new Date() }))
    expect(await many(rig.pool, sql`select from sign_in_entry where kind = 'refused'`)).toHaveLength(6)
    await until(async () => (await many(rig.pool, sql`select from outbox`)).length === 0)
    expect(await told()).toEqual([people.taras.id])
  })

  test('stands apart from a password that was changed: its owner did that, and the audit log says so', async () => {
    const id = randomUUID()
    const change = { id, at: new Date(), reason: 'PASSWORD_CHANGED', address: '192.0.2.9', agent: FIREFOX, username: 'olena', clientId: '', locked: false, count: 1 }
    await inTx(rig.pool, (tx) => noteRefusals(tx, [change], { employeeOf: () => people.olena.id, now: new Date() }))
    const admin = await signIn('admin')
    const { signIns } = await json(admin, '/api/v1/sign-ins?filter=kind%3D"password-changed"')
    expect(signIns).toMatchObject([{ id, kind: 'password-changed', reason: '', guess: false, username: 'olena', employeeId: people.olena.id, client: 'Firefox 143, Linux' }])
    const fact = await until(async () => (await rig.published('vitrylo.audit.fact.v1')).find(({ data }) => data.method === 'Session.password-changed'))
    // Its owner is told, in case it was somebody else after all; told twice, once.
    await inTx(rig.pool, (tx) => noteRefusals(tx, [change], { employeeOf: () => people.olena.id, now: new Date() }))
    await until(async () => (await many(rig.pool, sql`select from outbox`)).length === 0)
    expect((await rig.published('vitrylo.sessions.password-changed.v1')).map(({ data }) => data)).toMatchObject([{ employeeId: people.olena.id, address: '192.0.2.9' }])
    expect(fact.data).toMatchObject({ kind: 'AUDIT_KIND_SESSION', action: 'password-changed', actorId: people.olena.id, username: 'olena', address: '192.0.2.9' })
  })

  test('is taken from the issuer alone', async () => {
    const tell = (body: string, type = 'application/secevent+jwt') => fetch(`${rig.origin}/auth/security-events`, { method: 'POST', headers: { 'content-type': type }, body })
    const admin = await signIn('admin')
    const { accessToken } = JSON.parse(createGrantSeal([SESSION_KEY]).open(...(await sealedGrant())))
    for (const token of ['x', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.', accessToken as string]) {
      const answer = await tell(token)
      expect([answer.status, ((await answer.json()) as { reason: string }).reason]).toEqual([400, 'SECURITY_EVENT_INVALID'])
    }
    expect((await tell('{}', 'application/json')).status).toBe(415)
    // Whole, and signed by the issuer's own key: each is refused for one thing alone.
    const [{ value: jwks }] = (await many<{ value: { keys: JWK[] } }>(rig.issuerPool, sql`select value from keys where name = 'jwks'`)) as [{ value: { keys: JWK[] } }]
    const key = await importJWK(jwks.keys[0]!, 'RS256')
    const tokenOf = ({ audience = 'vitrylo-gateway', typ = 'secevent+jwt', ageSeconds = 0, id = randomUUID() as string, at = new Date() } = {}) =>
      new SignJWT({ events: { 'urn:vitrylo:event:sign-in-refused': { refusals: [{ id, at, reason: 'UNKNOWN_NAME', address: '192.0.2.9', agent: '', username: '', clientId: '', locked: false, count: 1 }] } } })
        .setProtectedHeader({ alg: 'RS256', kid: jwks.keys[0]!.kid!, typ }).setIssuer(`${rig.origin}/realms/vitrylo`).setAudience(audience).setJti(randomUUID())
        .setIssuedAt(Math.floor(Date.now() / 1_000) - ageSeconds).sign(key)
    for (const fault of [{ audience: 'vitrylo-integration' }, { typ: 'logout+jwt' }, { ageSeconds: 400 }, { id: 'x' }]) {
      const answer = await tell(await tokenOf(fault))
      expect([fault, answer.status, ((await answer.json()) as { reason: string }).reason]).toEqual([fault, 400, 'SECURITY_EVENT_INVALID'])
    }
    expect((await json(admin, '/api/v1/sign-ins?filter=kind%3D"refused"')).signIns).toEqual([])
    // The same without a fault is taken; a clock of the issuer that goes ahead makes nothing happen later than now.
    expect((await tell(await tokenOf({ at: new Date(Date.now() + 3_600_000) }))).status).toBe(202)
    const { signIns: [taken] } = await json(admin, '/api/v1/sign-ins?filter=kind%3D"refused"')
    expect(taken).toMatchObject({ reason: 'UNKNOWN_NAME', address: '192.0.2.9' })
    expect(new Date(taken.time).getTime()).toBeLessThanOrEqual(Date.now())
  })
})

async function sealedGrant(): Promise<[Buffer, Buffer]> {
  const [{ id_hash: idHash, grant_sealed: sealed }] = (await many<{ id_hash: Buffer; grant_sealed: Buffer }>(rig.pool, sql`select id_hash, grant_sealed from session`)) as [any]
  return [sealed, idHash]
}
