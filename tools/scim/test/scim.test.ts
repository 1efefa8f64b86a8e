// SCIM 2.0 as identity providers speak it: the sequences of Microsoft Entra and Okta, and what goes wrong.
// Seen failing: the scope not asked for (any token spoke SCIM), `plainPatch` left out (Entra's "False" was refused), If-Match not passed on (a stale
// change went through), personal groups not left out, what the index found looked at by letter once more (a user was not found, and would have been added again and again).
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { directory } from '@vitrylo/directory'
import { startGateway, type Gateway } from '@vitrylo/gateway'
import { createPool, exec, one, sql, type Pool } from '@vitrylo/pg'
import { branches, freshDatabase, people, peopleTheWorld, startTestService, until, type TestService } from '@vitrylo/testkit'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PATCH = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
const facts = { id: '01900000-0000-7000-8000-0000000000e1', name: 'Entra', ownerId: people.nadia.id, groups: ['administrators'], scopes: ['scim'], requestsPerMinute: 0, keys: [{ clientId: 'int-scim' }] }
const plain = { ...facts, id: '01900000-0000-7000-8000-0000000000e2', scopes: ['*'], keys: [{ clientId: 'int-plain' }] }

let service: TestService
let gateway: Gateway
let pool: Pool
beforeAll(async () => {
  service = await startTestService(directory)
  for (const [name, id] of Object.entries(branches)) {
    await exec(service.pool, sql`insert into branch (id, name, code, revision, created_at, updated_at) values (${id}, ${name}, ${name.toUpperCase()}, 1, now(), now())`)
  }
  await exec(service.pool, sql`insert into employee (id, display_name, position, branch_id, username, groups, disabled, external_id, revision, created_at, updated_at)
    values (${people.nadia.id}, 'Надія Коваленко', '', ${branches.kyiv}, 'nadia', '{}', false, '', 1, now(), now())`)
  await exec(service.pool, sql`insert into department (id, name, branch_id, revision, created_at, updated_at) values (uuidv7(), 'Продаж', ${branches.lviv}, 1, now(), now())`)
  await exec(service.pool, sql`insert into user_group (id, name, title, employee_id, revision, created_at, updated_at) values (uuidv7(), ${people.nadia.id}, 'Надія', ${people.nadia.id}, 1, now(), now())`)
  const databaseUrl = await freshDatabase('gateway')
  const secret = 'a key of the tests, 32 letters and more'
  gateway = await startGateway({
    VITRYLO_PORT: '0', VITRYLO_ORIGIN: 'http://crm.test', VITRYLO_DATABASE_URL: databaseUrl, VITRYLO_BUS_URL: await freshDatabase('bus'), VITRYLO_OIDC_ISSUER: service.issuer,
    VITRYLO_SERVICES: JSON.stringify(Object.fromEntries(['contacts', 'directory', 'sales', 'service-desk', 'telephony'].map((name) => [name, service.address]))),
    VITRYLO_GATEWAY_CLIENT_SECRET: secret, VITRYLO_SESSION_KEY: secret, VITRYLO_LOG_LEVEL: 'silent',
  })
  pool = createPool({ url: databaseUrl, name: 'test', max: 1 })
  await peopleTheWorld(pool)
  for (const each of [pool, service.pool]) {
    for (const account of [facts, plain]) await exec(each, sql`insert into rights_integration (id, facts, revision) values (${account.id}, ${JSON.stringify(account)}, 1)`)
    await exec(each, sql`update rights_version set version = version + 1`)
  }
  await until(async () => (await scim('GET', '/ServiceProviderConfig')).status === 200 && (await scim('GET', '/Users')).status === 200)
})
afterAll(async () => {
  await gateway?.stop()
  await pool?.end()
  await service?.stop()
})

type Json = Record<string, any>
async function scim(method: string, path: string, body?: unknown, headers: Record<string, string> = {}, client = 'int-scim'): Promise<{ status: number; json: Json; headers: Headers }> {
  const authorization = `Bearer ${await service.token(`service-account-${client}`, { azp: client })}`
  const response = await fetch(`http://127.0.0.1:${gateway.port}/scim/v2${path}`, {
    method, headers: { authorization, ...(body !== undefined && { 'content-type': 'application/scim+json' }), ...headers }, body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? {} : JSON.parse(text), headers: response.headers }
}
const user = (userName: string, more: object = {}) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, active: true, name: { givenName: 'Іван', familyName: 'Франко' }, ...more })
const find = (filter: string) => scim('GET', `/Users?filter=${encodeURIComponent(filter)}`)
const patch = (path: string, ...Operations: object[]) => scim('PATCH', path, { schemas: PATCH, Operations })
const stored = (id: string) => one<Json>(service.pool, sql`select display_name, position, email, branch_id, username, groups, disabled, external_id from employee where id = ${id}`)

describe('Microsoft Entra', () => {
  test('asks for the user, adds, changes by PATCH with its own spelling, disables and deletes: the employee stays', async () => {
    const asked = await find('userName eq "Ivan.Franko@firm.ua"')
    expect([asked.status, asked.json.totalResults, asked.json.schemas]).toEqual([200, 0, ['urn:ietf:params:scim:api:messages:2.0:ListResponse']])
    const made = await scim('POST', '/Users', user('Ivan.Franko@firm.ua', { externalId: 'entra-1', password: 'secret-Pa55', emails: [{ primary: true, type: 'work', value: 'ivan@firm.ua' }], title: 'Поет', [ENTERPRISE]: { division: 'LVIV', department: 'продаж' } }))
    expect(made.status).toBe(201)
    const { id } = made.json
    expect(made.json).toMatchObject({ userName: 'ivan.franko@firm.ua', externalId: 'entra-1', active: true, displayName: 'Іван Франко', [ENTERPRISE]: { division: 'LVIV', department: 'Продаж' }, meta: { resourceType: 'User', location: `http://crm.test/scim/v2/Users/${id}` } })
    expect(JSON.stringify(made.json)).not.toContain('secret-Pa55')
    expect(made.headers.get('etag')).toBe(made.json.meta.version)
    expect(await stored(id)).toEqual({ display_name: 'Іван Франко', position: 'Поет', email: 'ivan@firm.ua', branch_id: branches.lviv, username: 'ivan.franko@firm.ua', groups: [], disabled: false, external_id: 'entra-1' })
    expect((await find('userName eq "IVAN.Franko@firm.ua"')).json.Resources.map((one: Json) => one.id)).toEqual([id])
    expect((await find('externalId eq "entra-1"')).json.totalResults).toBe(1)
    expect((await find('title co "Пое" and active eq true')).json.Resources.map((one: Json) => one.id)).toEqual([id])
    expect((await scim('POST', '/Users', user('ivan.franko@firm.ua'))).json).toMatchObject({ status: '409', scimType: 'uniqueness' })
    const changed = await patch(`/Users/${id}`, { op: 'Replace', path: 'displayName', value: 'Іван Якович Франко' }, { op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@firm.ua' }, { op: 'Add', path: 'title', value: 'Письменник' })
    expect([changed.status, changed.json.displayName, changed.json.title]).toEqual([200, 'Іван Якович Франко', 'Письменник'])
    expect(await stored(id)).toMatchObject({ email: 'new@firm.ua', branch_id: branches.lviv })
    expect((await patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' })).json.active).toBe(false)
    expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204)
    expect(await stored(id)).toMatchObject({ disabled: true, username: 'ivan.franko@firm.ua' })
    expect((await scim('GET', `/Users/${id}`)).json.active).toBe(false)
  })
})

describe('Okta', () => {
  test('replaces users by PUT, pages through them, and keeps groups with their members', async () => {
    const people_ = await Promise.all(['a', 'b', 'c'].map((name) => scim('POST', '/Users', user(`okta-${name}@firm.ua`, { displayName: `Окта ${name}` }))))
    const [a, b, c] = people_.map(({ json }) => json.id as string)
    // Without a division they belong where the owner of the account works.
    expect((await stored(a!))!.branch_id).toBe(branches.kyiv)
    const put = await scim('PUT', `/Users/${a}`, user('okta-a@firm.ua', { displayName: 'Інша', active: false }))
    expect([put.status, put.json.displayName, put.json.active]).toEqual([200, 'Інша', false])
    await scim('PUT', `/Users/${a}`, user('okta-a@firm.ua', { displayName: 'Інша' }))
    const page = await scim('GET', `/Users?filter=${encodeURIComponent('userName sw "okta-"')}&startIndex=2&count=1&sortBy=userName`)
    expect([page.json.totalResults, page.json.startIndex, page.json.itemsPerPage, page.json.Resources.map((one: Json) => one.userName)]).toEqual([3, 2, 1, ['okta-b@firm.ua']])
    const made = await scim('POST', '/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Okta Sales', members: [{ value: a }] })
    expect([made.status, made.json.members.map((one: Json) => one.value)]).toEqual([201, [a]])
    const { id } = made.json
    expect((await stored(a!))!.groups).toEqual(['okta-sales'])
    expect((await patch(`/Groups/${id}`, { op: 'add', path: 'members', value: [{ value: b }, { value: c }] })).json.members).toHaveLength(3)
    expect((await patch(`/Groups/${id}`, { op: 'remove', path: `members[value eq "${a}"]` })).json.members.map((one: Json) => one.value).sort()).toEqual([b, c].sort())
    expect((await patch(`/Groups/${id}`, { op: 'replace', value: { displayName: 'Okta Sales 2' } })).json).toMatchObject({ displayName: 'Okta Sales 2' })
    expect((await scim('GET', `/Users/${b}`)).json.groups).toMatchObject([{ value: id, display: 'Okta Sales 2' }])
    const listed = await scim('GET', `/Groups?filter=${encodeURIComponent('displayName eq "Okta Sales 2"')}&excludedAttributes=members`)
    expect([listed.json.totalResults, listed.json.Resources[0].members]).toEqual([1, undefined])
    // The rights of one person are no group of theirs.
    expect((await scim('GET', '/Groups')).json.Resources.map((one: Json) => one.displayName)).not.toContain('Надія')
    expect((await scim('DELETE', `/Groups/${id}`)).status).toBe(204)
    expect((await stored(b!))!.groups).toEqual([])
    expect((await scim('GET', `/Groups/${id}`)).json).toMatchObject({ status: '404' })
  })
})

// Members that are taken out before the group is asked to go are gone after a refusal too.
test('a group whose removal is refused keeps its members', async () => {
  const made = await scim('POST', '/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Staying', members: [{ value: people.nadia.id }] })
  expect((await scim('DELETE', `/Groups/${made.json.id}`, undefined, { 'if-match': 'W/"77"' })).status).toBe(412)
  expect((await stored(people.nadia.id))!.groups).toContain('staying')
})

// Seen failing: without `assertMayGiveGroups`, each of them went through.
test('an identity provider makes no administrators, and gives nobody more than the account has', async () => {
  const groups = (await scim('GET', '/Groups?excludedAttributes=members')).json.Resources as Json[]
  const administrators = groups.find(({ displayName }) => displayName === 'Адміністратори')!.id
  const { json } = await scim('POST', '/Users', user('mallory@firm.ua'))
  const join = (client?: string) => scim('PATCH', `/Groups/${administrators}`, { schemas: PATCH, Operations: [{ op: 'add', path: 'members', value: [{ value: json.id }] }] }, {}, client)
  expect([(await join()).status, (await stored(json.id))!.groups]).toEqual([403, []])
  // Somebody who is one already, under another name or back again.
  const boss = (await scim('POST', '/Users', user('boss@firm.ua'))).json
  const other = (await scim('POST', '/Users', user('other-boss@firm.ua'))).json
  await exec(service.pool, sql`update employee set groups = '{administrators}' where id in (${boss.id}, ${other.id})`)
  await exec(service.pool, sql`update employee set disabled = true where id = ${boss.id}`)
  expect((await patch(`/Users/${boss.id}`, { op: 'replace', path: 'active', value: true })).status).toBe(403)
  expect((await patch(`/Users/${other.id}`, { op: 'replace', path: 'userName', value: 'mallory2@firm.ua' })).status).toBe(403)
  expect((await patch(`/Users/${other.id}`, { op: 'replace', path: 'title', value: 'Директорка' })).status).toBe(200)
  // The same scope opens no rules of rights over REST.
  const authorization = `Bearer ${await service.token('service-account-int-scim', { azp: 'int-scim' })}`
  const rule = { section: 'counterparties', action: 'view', scope: 'all' }
  const rest = await fetch(`http://127.0.0.1:${gateway.port}/api/v1/groups/${administrators}:setGrants`, { method: 'POST', headers: { authorization, 'content-type': 'application/json', 'idempotency-key': 'k-rules' }, body: JSON.stringify({ cells: [rule] }) })
  expect([rest.status, ((await rest.json()) as Json).reason]).toEqual([403, 'SCOPE_MISSING'])
  // The account may put people where it has all the rights itself.
  const made = await scim('POST', '/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Watchers', members: [] })
  await exec(service.pool, sql`insert into group_grant (id, group_id, section, action, scope) values (uuidv7(), ${made.json.id}, 'counterparties', 'view', 'all')`)
  expect((await patch(`/Groups/${made.json.id}`, { op: 'add', path: 'members', value: [{ value: json.id }] })).status).toBe(200)
  await exec(service.pool, sql`update group_grant set scope = 'own' where section = 'counterparties' and action = 'view' and group_id = ${administrators}`)
  expect((await patch(`/Groups/${made.json.id}`, { op: 'add', path: 'members', value: [{ value: other.id }] })).status).toBe(403)
  await exec(service.pool, sql`update group_grant set scope = 'all' where section = 'counterparties' and action = 'view' and group_id = ${administrators}`)
})

// Seen failing: `skip` left out of the statement (every page was the first).
test('users are given and counted page by page', async () => {
  const first = await scim('GET', '/Users?startIndex=1&count=2')
  const { totalResults } = first.json
  const seen: string[] = []
  for (let startIndex = 1; startIndex <= totalResults; startIndex += 2) {
    const { json } = await scim('GET', `/Users?startIndex=${startIndex}&count=2`)
    expect([json.startIndex, json.totalResults]).toEqual([startIndex, totalResults])
    seen.push(...json.Resources.map((one: Json) => one.id))
  }
  const all = await one<{ count: number }>(service.pool, sql`select count(*)::int as count from employee`)
  expect([totalResults, new Set(seen).size, seen.length]).toEqual([all!.count, all!.count, all!.count])
  expect((await scim('GET', '/Users?count=0')).json).toMatchObject({ totalResults, Resources: [] })
  expect((await scim('GET', `/Users?startIndex=${totalResults + 50}`)).json).toMatchObject({ totalResults, Resources: [] })
  const gone = (await find('active eq false')).json
  expect(gone.totalResults).toBe((await one<{ count: number }>(service.pool, sql`select count(*)::int as count from employee where disabled`))!.count)
})

test('what it can is told: configuration, resource types, schemas', async () => {
  const { json } = await scim('GET', '/ServiceProviderConfig')
  expect(json).toMatchObject({ patch: { supported: true }, filter: { supported: true, maxResults: 250 }, changePassword: { supported: false }, etag: { supported: true }, bulk: { supported: false }, authenticationSchemes: [{ type: 'oauthbearertoken' }] })
  expect((await scim('GET', '/ResourceTypes')).json.Resources.map((one: Json) => one.id).sort()).toEqual(['Group', 'User'])
  expect((await scim('GET', '/Schemas')).json.Resources.map((one: Json) => one.id)).toEqual(expect.arrayContaining([ENTERPRISE]))
  expect((await scim('GET', `/Schemas/${ENTERPRISE}`)).status).toBe(200)
})

test('a stale version is refused, the present one is not', async () => {
  const { json } = await scim('POST', '/Users', user('etag@firm.ua'))
  const stale = json.meta.version
  const fresh = await scim('PUT', `/Users/${json.id}`, user('etag@firm.ua', { title: 'раз' }), { 'if-match': stale })
  expect(fresh.status).toBe(200)
  expect((await scim('PUT', `/Users/${json.id}`, user('etag@firm.ua', { title: 'два' }), { 'if-match': stale })).json).toMatchObject({ status: '412' })
  expect((await scim('DELETE', `/Users/${json.id}`, undefined, { 'if-match': stale })).status).toBe(412)
  expect((await stored(json.id))!.position).toBe('раз')
})

test('wrong input gives SCIM errors, and who has not the scope gets nothing', async () => {
  const error = (answer: { status: number; json: Json; headers: Headers }) => [answer.status, answer.json.schemas?.[0]?.split(':').at(-1), answer.json.status, answer.json.scimType]
  expect(error(await scim('POST', '/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'] }))).toEqual([400, 'Error', '400', 'invalidValue'])
  expect(error(await scim('POST', '/Users', '{"userName": "x", "userName": "y"}'))).toEqual([400, 'Error', '400', expect.any(String)])
  expect(error(await scim('POST', '/Users', '{broken'))).toEqual([400, 'Error', '400', expect.any(String)])
  expect(error(await find('userName eq'))).toEqual([400, 'Error', '400', 'invalidFilter'])
  expect(error(await scim('POST', '/Users', user('Робоча Пошта')))).toEqual([400, 'Error', '400', 'invalidValue'])
  expect(error(await scim('POST', '/Users', user('service-account-int-scim')))).toEqual([400, 'Error', '400', 'invalidValue'])
  expect(error(await scim('POST', '/Users', user('x@firm.ua', { [ENTERPRISE]: { division: 'Марс' } })))).toEqual([400, 'Error', '400', 'invalidValue'])
  expect(error(await scim('PATCH', `/Users/${people.nadia.id}`, { schemas: PATCH, Operations: [{ op: 'fly' }] }))).toEqual([400, 'Error', '400', 'invalidSyntax'])
  expect(error(await scim('GET', `/Users/${branches.kyiv}`))).toEqual([404, 'Error', '404', undefined])
  expect(error(await scim('GET', '/Users/nobody'))).toEqual([404, 'Error', '404', undefined])
  expect(error(await scim('GET', '/Dragons'))).toEqual([404, 'Error', '404', undefined])
  expect(error(await scim('DELETE', '/Users'))).toEqual([405, 'Error', '405', undefined])
  expect(error(await scim('GET', '/Users', undefined, {}, 'int-plain'))).toEqual([403, 'Error', '403', undefined])
  expect(error(await scim('GET', '/Users', undefined, { authorization: `Bearer ${await service.token('admin')}` }))).toEqual([403, 'Error', '403', undefined])
  expect(error(await scim('GET', '/Users', undefined, { authorization: 'Bearer x' }))).toEqual([401, 'Error', '401', undefined])
})
