import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { inTx } from '@vitrylo/pg'
import { IntegrationAccount } from '@vitrylo/proto/vitrylo/directory/v1/integration_account.ts'
import { until } from '@vitrylo/testkit'
import { postgresAdapter } from '../src/adapter.ts'
import { saveIntegration } from '../src/integration-clients.ts'
import { disableEmployee, saveEmployee } from '../src/users.ts'
import { Browser, pkce } from './browser.ts'
import { PASSWORD, SECRETS, startRig } from './rig.ts'
import type { Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
  await rig.seed('olena')
})
afterAll(() => rig.stop())

test('a user signs in by code and PKCE and the tokens look like those of Keycloak', async () => {
  const { access_token, id_token, refresh_token, claims } = await rig.signedIn()
  const access = await rig.verify(access_token, { audience: 'vitrylo-api' })
  expect(access.protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT' })
  expect(access.payload).toMatchObject({
    typ: 'Bearer',
    azp: 'vitrylo-gateway',
    preferred_username: 'olena',
    name: 'Олена Коваль',
    email: 'olena@vitrylo.example',
    groups: ['telephonists'],
    realm_access: { roles: ['crm-user'] },
  })
  expect(access.payload.exp! - access.payload.iat!).toBe(300)
  const id = await rig.verify(id_token, { audience: 'vitrylo-gateway' })
  expect(id.payload).toMatchObject({ typ: 'ID', azp: 'vitrylo-gateway', nonce: 'n1', sid: claims.sid, groups: ['telephonists'] })
  expect(refresh_token).toBeTruthy()
})

test('discovery names the paths of Keycloak', async () => {
  const document = await (await fetch(`${rig.issuerId}/.well-known/openid-configuration`)).json()
  expect(document).toMatchObject({
    issuer: rig.issuerId,
    authorization_endpoint: `${rig.oidc}/auth`,
    token_endpoint: `${rig.oidc}/token`,
    jwks_uri: `${rig.oidc}/certs`,
    userinfo_endpoint: `${rig.oidc}/userinfo`,
    introspection_endpoint: `${rig.oidc}/token/introspect`,
    end_session_endpoint: `${rig.oidc}/logout`,
    code_challenge_methods_supported: ['S256'],
    backchannel_logout_supported: true,
  })
})

test('the e-mail address serves as user name, whatever its case', async () => {
  const { code } = await rig.signIn(new Browser(rig.origin), 'Olena@Vitrylo.example', PASSWORD)
  expect(code).toBeTruthy()
})

test('a second sign-in of the same browser shows no form', async () => {
  const { browser } = await rig.signedIn()
  const again = await rig.signIn(browser, '', '')
  expect(again.form).toBeUndefined()
  expect(again.code).toBeTruthy()
})

test('a request without a code challenge is refused', async () => {
  const answer = await new Browser(rig.origin).go(rig.authUrl(undefined))
  expect(new URL(answer.headers.get('location')!).searchParams.get('error')).toBe('invalid_request')
})

test('a plain code challenge is refused', async () => {
  const answer = await new Browser(rig.origin).go(rig.authUrl('x'.repeat(43), { code_challenge_method: 'plain' }))
  expect(new URL(answer.headers.get('location')!).searchParams.get('error')).toBe('invalid_request')
})

test('a foreign redirect_uri gets a page in words and no redirect', async () => {
  const answer = await new Browser(rig.origin).go(
    rig.authUrl(pkce().challenge, { redirect_uri: 'http://127.0.0.1:9/auth/callback' }),
    { headers: { accept: 'text/html', 'accept-language': 'en' } },
  )
  expect(answer.status).toBe(400)
  expect(answer.headers.get('location')).toBeNull()
  expect(await answer.text()).toContain('The sign-in request is incomplete or damaged.')
})

test('a wrong code verifier, a used code and a wrong client secret give no token', async () => {
  const proof = pkce()
  const wrongVerifier = await rig.signIn(new Browser(rig.origin), 'olena', PASSWORD, proof)
  expect(await rig.exchange(wrongVerifier.code!, pkce().verifier)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  const { code } = await rig.signIn(new Browser(rig.origin), 'olena', PASSWORD, proof)
  const first = await rig.exchange(code!, proof.verifier)
  expect(first.status).toBe(200)
  expect(await rig.exchange(code!, proof.verifier)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect((await rig.refresh(first.body.refresh_token)).status).toBe(400) // a replayed code revokes what it gave
  const foreign = await rig.token({ grant_type: 'client_credentials' }, ['vitrylo-integration', SECRETS.gateway])
  expect(foreign).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
})

test('a refresh token rotates, and its second use revokes the family', async () => {
  const { refresh_token } = await rig.signedIn()
  const next = await rig.refresh(refresh_token)
  expect(next.status).toBe(200)
  expect(next.body.refresh_token).not.toBe(refresh_token)
  expect(await rig.refresh(refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect((await rig.refresh(next.body.refresh_token)).status).toBe(400)
})

test('of parallel refreshes with one token exactly one wins', async () => {
  const adapter = new (postgresAdapter(rig.pool))('RefreshToken')
  await adapter.upsert('one', { jti: 'one' }, 60)
  const consumed = await Promise.allSettled([adapter.consume('one'), adapter.consume('one')])
  expect(consumed.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const { refresh_token } = await rig.signedIn()
  const answers = await Promise.all(Array.from({ length: 5 }, () => rig.refresh(refresh_token)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
})

test('a restart signs nobody out and keeps the keys', async () => {
  const { access_token, refresh_token, browser } = await rig.signedIn()
  await rig.restart()
  expect((await rig.refresh(refresh_token)).status).toBe(200)
  expect((await rig.signIn(browser, '', '')).code).toBeTruthy()
  await rig.verify(access_token)
})

test('changed groups are in the token of the next refresh', async () => {
  await rig.seed('iryna')
  const { refresh_token } = await rig.signedIn('iryna')
  await rig.apply('iryna', { groups: ['sales', 'heads-of-sales'] })
  const { body } = await rig.refresh(refresh_token)
  expect((await rig.verify(body.access_token)).payload.groups).toEqual(['sales', 'heads-of-sales'])
})

test('a script gets a token by client credentials, with the secret as header or as form field', async () => {
  const byHeader = await rig.token({ grant_type: 'client_credentials' }, ['vitrylo-integration', SECRETS.integration])
  const { payload } = await rig.verify(byHeader.body.access_token, { audience: 'vitrylo-api' })
  expect(payload).toMatchObject({
    typ: 'Bearer',
    azp: 'vitrylo-integration',
    preferred_username: 'service-account-vitrylo-integration',
    groups: ['integrations'],
  })
  expect(payload.sid).toBeUndefined()
  const fields = { grant_type: 'client_credentials', client_id: 'vitrylo-integration', client_secret: SECRETS.integration }
  const byField = await fetch(`${rig.oidc}/token`, { method: 'POST', body: new URLSearchParams(fields) })
  expect(byField.status).toBe(200)
})

test('the gateway may not use client credentials', async () => {
  const { status, body } = await rig.token({ grant_type: 'client_credentials' })
  expect(status).toBe(400)
  expect(body.access_token).toBeUndefined()
})

test('userinfo and introspection answer for living tokens only', async () => {
  const { access_token, refresh_token, claims } = await rig.signedIn()
  const userinfo = (token: string) => fetch(`${rig.oidc}/userinfo`, { headers: { authorization: `Bearer ${token}` } })
  expect(await (await userinfo(access_token)).json()).toMatchObject({ sub: claims.sub, groups: ['telephonists'] })
  expect((await userinfo(access_token.slice(0, -4) + 'AAAA')).status).toBe(401)
  const introspect = async (token: string, secret = SECRETS.gateway) => {
    const basic = btoa(`vitrylo-gateway:${encodeURIComponent(secret)}`)
    const body = new URLSearchParams({ token })
    const answer = await fetch(`${rig.oidc}/token/introspect`, { method: 'POST', headers: { authorization: `Basic ${basic}` }, body })
    return { status: answer.status, ...((await answer.json()) as object) }
  }
  expect(await introspect(access_token)).toMatchObject({ status: 200, active: true, preferred_username: 'olena' })
  expect(await introspect(refresh_token)).toMatchObject({ active: true, typ: 'Refresh' })
  expect(await introspect('rubbish')).toEqual({ status: 200, active: false })
  expect(await introspect(access_token, 'wrong')).toMatchObject({ status: 401 })
  await rig.apply('olena', { disabled: true })
  expect(await introspect(access_token)).toEqual({ status: 200, active: false })
  await rig.apply('olena')
})

test('a disabled user is refused everywhere and the gateway is told', async () => {
  await rig.seed('petro')
  const { refresh_token, browser, claims } = await rig.signedIn('petro')
  rig.refuseFirstLogout(claims.sid)
  await rig.apply('petro', { disabled: true })
  expect(await rig.refresh(refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  const token = await until(() => rig.logoutTokens.get(claims.sid))
  const { payload, protectedHeader } = await rig.verify(token, { audience: 'vitrylo-gateway' })
  expect(protectedHeader.typ).toBe('logout+jwt')
  expect(payload).toMatchObject({
    sub: claims.sub,
    sid: claims.sid,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  })
  expect(payload.nonce).toBeUndefined()
  expect(payload.exp! - payload.iat!).toBe(120)
  const again = await rig.signIn(browser, 'petro', PASSWORD)
  expect(again.code).toBeNull()
  expect(again.page.status).toBe(401)
  expect(await again.page.text()).toContain('Логін або пароль не підходить')
})

type Told = { username: string; groups?: string[]; disabled?: boolean; email?: string }
/** What the directory tells of an employee. */
const tell = (employeeId: string, revision: number, { groups = ['telephonists'], disabled = false, ...more }: Told) =>
  inTx(rig.pool, (tx) => saveEmployee(tx, { employeeId, name: 'Працівник', groups, disabled, ...more }, revision))
const codeOf = async (login: string) => (await rig.signIn(new Browser(rig.origin), login, PASSWORD)).code

// Seen failing with the account of the one before adopted as it was.
test('a name at sign-in that is given again is another account: nothing of the one before opens it', async () => {
  for (const gone of ['removed', 'without a name', 'disabled'] as const) {
    const [before, after, login] = [randomUUID(), randomUUID(), `given-${gone.replaceAll(' ', '-')}`]
    await rig.seed(login)
    await tell(before, 1, { username: login })
    const { refresh_token, claims } = await rig.signedIn(login)
    if (gone === 'disabled') await tell(before, 2, { username: login, disabled: true })
    else await inTx(rig.pool, (tx) => disableEmployee(tx, before, 2))
    await tell(after, 1, { username: login })
    expect([gone, await codeOf(login), await codeOf(`${login}@vitrylo.example`), (await rig.refresh(refresh_token)).status]).toEqual([gone, null, null, 400])
    await until(() => rig.logoutTokens.get(claims.sid))
    const { rows } = await rig.pool.query('select employee_id = $1 as former, password is null as bare, email, groups, disabled from users where employee_id in ($1, $2) order by 1', [before, after])
    expect(rows).toEqual([
      { former: false, bare: true, email: null, groups: ['telephonists'], disabled: false },
      { former: true, bare: gone !== 'disabled', email: null, groups: [], disabled: true },
    ])
    // Who is there again, under another name, has what is theirs.
    await tell(before, 3, { username: `${login}-2`, groups: ['reporters'] })
    expect(await codeOf(`${login}-2`) !== null).toBe(gone === 'disabled')
  }
})

// Seen failing: the unique name was in the way of every event of the renamed one from then on.
test('a new name takes nobody else along: neither a leaver, nor one who is about to be renamed, nor an account of the set-up', async () => {
  const [leaver, renamed, swapped] = [randomUUID(), randomUUID(), randomUUID()]
  await tell(leaver, 1, { username: 'stays-known' })
  await inTx(rig.pool, (tx) => disableEmployee(tx, leaver, 2))
  await rig.seed('renamed')
  await tell(renamed, 1, { username: 'renamed' })
  const { refresh_token } = await rig.signedIn('renamed')
  await tell(renamed, 2, { username: 'stays-known' })
  expect([(await rig.refresh(refresh_token)).status, await codeOf('renamed'), await codeOf('stays-known') !== null]).toEqual([400, null, true])
  await rig.seed('swapped', { password: `${PASSWORD}!` })
  await tell(swapped, 1, { username: 'swapped' })
  // Each now has the name of the other, and the events come at once.
  await Promise.all([tell(renamed, 3, { username: 'swapped' }), tell(swapped, 2, { username: 'stays-known' })])
  const { rows } = await rig.pool.query('select employee_id as id, username, groups, disabled from users where employee_id in ($1, $2) order by username', [renamed, swapped])
  expect(rows).toEqual([
    { id: swapped, username: 'stays-known', groups: ['telephonists'], disabled: false },
    { id: renamed, username: 'swapped', groups: ['telephonists'], disabled: false },
  ])
  expect([await codeOf('swapped') !== null, await codeOf('stays-known')]).toEqual([true, null])
  await rig.seed('of-set-up', { password: `${PASSWORD}!` })
  await tell(renamed, 4, { username: 'of-set-up' })
  expect(await codeOf('of-set-up')).not.toBeNull()
})

test('what is told late of an employee opens nothing again', async () => {
  const id = randomUUID()
  await rig.seed('told-late')
  await tell(id, 3, { username: 'told-late', disabled: true })
  await tell(id, 2, { username: 'told-late' })
  expect(await codeOf('told-late')).toBeNull()
  await inTx(rig.pool, (tx) => disableEmployee(tx, id, 5))
  await tell(id, 4, { username: 'told-late' })
  const { rows } = await rig.pool.query('select disabled, groups from users where employee_id = $1', [id])
  expect(rows).toEqual([{ disabled: true, groups: [] }])
})

// Seen failing: the secret compared as it comes (the hash was let in, the secret was not), 'Client' read whatever its end.
test('a key of an integration account gets tokens until it ends; its hash gets none', async () => {
  const [secret, other] = ['a secret: of 256 bits', 'another']
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const id = randomUUID()
  let revision = 0
  const tell = (more: object, ...keys: object[]) =>
    inTx(rig.pool, (tx) =>
      saveIntegration(tx, {
        integrationAccount: IntegrationAccount.fromPartial({ id, name: 'ERP', groups: ['administrators'], keys, ...more } as object),
        secretHashes: { 'int-one': hash(secret), 'int-two': hash(other) },
      }, ++revision, new Date()),
    )
  const ask = (id: string, text: string) => rig.token({ grant_type: 'client_credentials' }, [id, text])
  await tell({}, { clientId: 'int-one' })
  const { status, body } = await ask('int-one', secret)
  expect(status).toBe(200)
  const { payload } = await rig.verify(body.access_token, { audience: 'vitrylo-api' })
  expect(payload).toMatchObject({ typ: 'Bearer', azp: 'int-one', preferred_username: 'service-account-int-one', groups: [] })
  const asForm = await fetch(`${rig.oidc}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'int-one', client_secret: secret }) })
  expect(asForm.status).toBe(200)
  expect((await ask('int-one', hash(secret))).body.error).toBe('invalid_client')
  expect((await ask('int-one', 'wrong')).body.error).toBe('invalid_client')
  expect((await ask('int-none', secret)).body.error).toBe('invalid_client')
  expect((await ask('vitrylo-integration', SECRETS.integration)).status).toBe(200)
  // While one is changed for the other both work; then the first has ended, at last all have.
  await tell({}, { clientId: 'int-two' }, { clientId: 'int-one', expireTime: new Date(Date.now() + 60_000) })
  expect([(await ask('int-one', secret)).status, (await ask('int-two', other)).status]).toEqual([200, 200])
  await rig.pool.query(`update oidc_records set expires_at = now() where model = 'Client' and id = 'int-one'`)
  expect((await ask('int-one', secret)).body.error).toBe('invalid_client')
  await tell({ revokeTime: new Date() }, { clientId: 'int-two' }, { clientId: 'int-one' })
  expect((await ask('int-two', other)).body.error).toBe('invalid_client')
  const asked = await fetch(`${rig.oidc}/token/introspect`, { method: 'POST', headers: { authorization: `Basic ${btoa(`vitrylo-gateway:${encodeURIComponent(SECRETS.gateway)}`)}` }, body: new URLSearchParams({ token: body.access_token }) })
  expect(await asked.json()).toEqual({ active: false })
})
