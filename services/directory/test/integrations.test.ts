// Accounts of programs, from the first key to the end of all of them, and the notice of bulk reading.
import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, many, sql } from '@vitrylo/pg'
import { AccountLockedEvent, BulkReadNoticedEvent, PasswordChangedEvent } from '@vitrylo/proto/events.ts'
import { EmployeeServiceService as Employees } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { CreateIntegrationAccountRequest, IntegrationAccountServiceService as Accounts, UpdateIntegrationAccountRequest } from '@vitrylo/proto/vitrylo/directory/v1/integration_account_service.ts'
import { GroupServiceService as Groups } from '@vitrylo/proto/vitrylo/directory/v1/group_service.ts'
import { MeServiceService as Me } from '@vitrylo/proto/vitrylo/directory/v1/me_service.ts'
import { NotificationServiceService as Notifications } from '@vitrylo/proto/vitrylo/directory/v1/notification_service.ts'
import { branches, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { directory } from '../src/index.ts'
import { settle } from './settle.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(directory)
  await settle(service)
})
afterAll(() => service?.stop())

const refusal = (call: Promise<unknown>) =>
  call.then(() => 'accepted', ({ code, reason, violations }) => [code, reason, ...violations.map((v: { field: string; rule: string }) => `${v.field} ${v.rule}`)].join(' '))
const account = (more: object = {}) => ({ name: 'ERP', ownerId: people.nadia.id, groups: ['administrators'], scopes: ['employees:view'], ...more })
const create = (more: object = {}, as: PersonName = 'admin', key?: string) =>
  service.call(Accounts.createIntegrationAccount, CreateIntegrationAccountRequest.fromPartial({ integrationAccount: account(more) }), { as, key })
const change = (id: string, more: object, paths: string[], etag = '') =>
  service.call(Accounts.updateIntegrationAccount, UpdateIntegrationAccountRequest.fromPartial({ integrationAccount: { id, etag, ...more }, updateMask: paths }))
const issue = (id: string, overlapSeconds = 0, clientId = '', key?: string) => service.call(Accounts.issueIntegrationKey, { id, overlapSeconds, clientId }, { key })
const list = (as: PersonName | 'machine' = 'admin', filter = '') => service.call(Accounts.listIntegrationAccounts, { pageSize: 0, pageToken: '', filter, orderBy: '' }, { as })
const asClient = async (clientId: string) => ({ token: await service.token(`service-account-${clientId}`, { azp: clientId }) })
const everybody = { pageSize: 0, pageToken: '', filter: '', orderBy: '', skip: 0, countTotal: false }
const readEmployees = async (clientId: string) => refusal(service.call(Employees.listEmployees, everybody, await asClient(clientId)))
const readGroups = async (clientId: string) => refusal(service.call(Groups.listGroups, everybody, await asClient(clientId)))

// Seen failing: isKnown always true.
test('an account names its groups and scopes, and what there is not is refused by field', async () => {
  const made = await create({ requestsPerMinute: 120 }, 'admin', 'key-1')
  expect(made).toMatchObject({ name: 'ERP', ownerId: people.nadia.id, scopes: ['employees:view'], requestsPerMinute: 120, keys: [], revokeTime: undefined })
  expect((await create({ requestsPerMinute: 120 }, 'admin', 'key-1')).id).toBe(made.id)
  expect(await refusal(create())).toBe('ALREADY_EXISTS TAKEN')
  expect(await refusal(create({ name: 'wrong', groups: ['nobody-at-all'], scopes: ['employees:fly', 'dragons:view', '*:view', 'scim'], requestsPerMinute: 5 }))).toBe(
    'INVALID_ARGUMENT FIELDS_INVALID integrationAccount.groups[0] reference integrationAccount.scopes[0] choice integrationAccount.scopes[1] choice integrationAccount.requestsPerMinute range',
  )
  expect(await refusal(create({ name: 'wrong', scopes: ['; drop table'] }))).toMatch(/^INVALID_ARGUMENT/)
  expect(await refusal(create({ name: 'wrong', ownerId: branches.kyiv }))).toBe('INVALID_ARGUMENT FIELDS_INVALID ownerId reference')
  expect(await refusal(change(made.id, { name: 'ERP 2' }, ['name'], '77'))).toBe('ABORTED ETAG_MISMATCH')
  for (const as of ['olena', 'head'] as const) {
    expect(await refusal(create({ name: as }, as))).toBe('PERMISSION_DENIED RIGHT_MISSING')
    expect(await refusal(list(as))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  }
})

// Seen failing: the secret itself kept where its hash belongs.
test('a key is told once, gives what the scopes give, and its secret is kept nowhere', async () => {
  const { id } = await create({ name: 'site' })
  const { integrationAccount, secret } = await issue(id, 0, '', 'key-of-site')
  expect(await issue(id, 0, '', 'key-of-site')).toEqual({ integrationAccount, secret: '' })
  const [key] = integrationAccount!.keys
  expect([key!.clientId, key!.expireTime, key!.external]).toEqual([expect.stringMatching(/^int-[0-9a-f]{16}$/), undefined, false])
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  await until(async () => (await readEmployees(key!.clientId)) === 'accepted', { timeoutMs: 5_000 })
  expect(await readGroups(key!.clientId)).toBe('PERMISSION_DENIED RIGHT_MISSING')
  // It is told of no right that its scopes refuse. Seen failing: every right of the group.
  expect((await service.call(Me.getMe, {}, await asClient(key!.clientId))).rights.map(({ section, action }) => [section, action])).toEqual([['employees', 'ACTION_VIEW']])
  const tables = await many<{ name: string }>(service.pool, sql`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`)
  for (const { name } of tables) {
    const { rows } = await service.pool.query(`select 1 from "${name}" t where position($1 in t::text) > 0 limit 1`, [secret])
    expect([name, rows.length]).toEqual([name, 0])
  }
  const told = (await service.published()).filter(({ type }) => type.endsWith('IntegrationAccountChanged')).at(-1)!
  expect(JSON.stringify(told)).not.toContain(secret)
  expect(told.data).toMatchObject({ secretHashes: { [key!.clientId]: createHash('sha256').update(secret).digest('hex') } })
})

// Seen failing: `least` left out of replaceKey (the oldest of three keys lived on with the newest overlap).
test('the key before goes on for the overlap, and no longer; a change of scopes and the revocation hold within 5 s', async () => {
  const { id } = await create({ name: 'rotated' })
  const first = (await issue(id)).integrationAccount!.keys[0]!.clientId
  const second = (await issue(id, 3600)).integrationAccount!.keys[0]!.clientId
  await until(async () => (await readEmployees(first)) === 'accepted' && (await readEmployees(second)) === 'accepted', { timeoutMs: 5_000 })
  const { keys } = (await issue(id, 7200)).integrationAccount!
  expect(keys.map(({ clientId }) => clientId)).toEqual([keys[0]!.clientId, second, first])
  expect(keys[2]!.expireTime!.getTime() - keys[1]!.createTime!.getTime()).toBe(3_600_000)
  await issue(id, 0)
  await until(async () => (await readEmployees(first)) === 'UNAUTHENTICATED TOKEN_ENDED', { timeoutMs: 5_000 })
  const newest = (await issue(id, 60)).integrationAccount!.keys[0]!.clientId
  await until(async () => (await readEmployees(newest)) === 'accepted', { timeoutMs: 5_000 })
  await change(id, { scopes: ['rights:view'] }, ['scopes'])
  await until(async () => (await readEmployees(newest)) === 'PERMISSION_DENIED RIGHT_MISSING' && (await readGroups(newest)) === 'accepted', { timeoutMs: 5_000 })
  const revoked = await service.call(Accounts.revokeIntegrationAccount, { id })
  expect(await service.call(Accounts.revokeIntegrationAccount, { id })).toEqual(revoked)
  await until(async () => (await readGroups(newest)) === 'UNAUTHENTICATED TOKEN_ENDED', { timeoutMs: 5_000 })
  expect(await refusal(issue(id))).toBe('FAILED_PRECONDITION ACCOUNT_REVOKED')
  expect(await refusal(change(id, { name: 'again' }, ['name']))).toBe('FAILED_PRECONDITION ACCOUNT_REVOKED')
  expect((await list('admin', 'revoked = true')).integrationAccounts.map(({ name }) => name)).toEqual(['rotated'])
})

// Without the check a key with every right comes of the scope `scim`.
test('a program with cut scopes gives itself no wider account or key', async () => {
  const { id } = await create({ name: 'provisioner', scopes: ['scim', 'rights:manage'] })
  const wide = await create({ name: 'wide', scopes: ['*'] })
  const { clientId } = (await issue(id)).integrationAccount!.keys[0]!
  const as = await asClient(clientId)
  await until(async () => (await readGroups(clientId)) === 'accepted', { timeoutMs: 5_000 })
  const tries = [
    service.call(Accounts.createIntegrationAccount, CreateIntegrationAccountRequest.fromPartial({ integrationAccount: account({ name: 'wider', scopes: ['*'] }) }), as),
    service.call(Accounts.updateIntegrationAccount, UpdateIntegrationAccountRequest.fromPartial({ integrationAccount: { id, scopes: ['*'] }, updateMask: ['scopes'] }), as),
    service.call(Accounts.issueIntegrationKey, { id: wide.id, overlapSeconds: 0, clientId: '' }, as),
  ]
  expect(await Promise.all(tries.map(refusal))).toEqual(tries.map(() => 'PERMISSION_DENIED SCOPE_MISSING'))
})

test('a client of an identity provider is bound without a secret, one account each', async () => {
  const { id } = await create({ name: 'keycloak' })
  const { integrationAccount, secret } = await issue(id, 0, 'ERP-Bridge')
  expect([secret, integrationAccount!.keys[0]]).toMatchObject(['', { clientId: 'ERP-Bridge', external: true }])
  // The issuer writes the name of the client's user in small letters.
  await until(async () => (await readEmployees('erp-bridge')) === 'accepted', { timeoutMs: 5_000 })
  const other = await create({ name: 'other' })
  expect(await refusal(issue(other.id, 0, 'erp-bridge'))).toBe('ALREADY_EXISTS TAKEN')
})

// Seen failing: everybody told, whatever their right.
test('of bulk reading those are told who manage sessions where the reader is', async () => {
  const bulkRead = { id: '01900000-0000-7000-8000-0000000000f1', time: new Date(), username: 'nadia', employeeId: people.nadia.id, branchId: branches.kyiv, records: 12_345, threshold: 10_000, address: '10.0.0.7' }
  await service.receive({ id: bulkRead.id, type: BulkReadNoticedEvent, key: bulkRead.id, revision: 1, data: { bulkRead }, branchId: branches.kyiv, ownerId: people.nadia.id })
  const rows = await many<{ employee_id: string; title: string }>(service.pool, sql`select employee_id, title from notification where kind = 'bulk-read'`)
  expect(rows).toEqual([{ employee_id: people.admin.id, title: 'Надія Коваленко: 12345 > 10000' }])
  const { notifications } = await service.call(Notifications.listNotifications, { pageSize: 10, pageToken: '', unreadOnly: true })
  expect(notifications).toMatchObject([{ kind: 'NOTIFICATION_KIND_BULK_READ', title: 'Надія Коваленко: 12345 > 10000' }])
})

// Seen failing: told each time (three notifications), and of what was long ago.
test('whose password is guessed at is told once until they have read it', async () => {
  const lock = async (time: Date) =>
    service.receive({ id: randomUUID(), type: AccountLockedEvent, key: people.olena.id, revision: time.getTime(), data: { employeeId: people.olena.id, time, address: '192.0.2.1' } })
  const told = () => many<{ title: string }>(service.pool, sql`select title from notification where kind = 'account-locked' and employee_id = ${people.olena.id}`)
  await lock(new Date(Date.now() - 2 * 86_400_000))
  expect(await told()).toEqual([])
  await lock(new Date())
  await lock(new Date())
  expect(await told()).toEqual([{ title: '192.0.2.1' }])
  await exec(service.pool, sql`update notification set read_at = now() where kind = 'account-locked'`)
  await lock(new Date())
  expect(await told()).toHaveLength(2)
})

test('whose password was changed is told of each change, not of one long ago', async () => {
  const change = (time: Date, address: string) =>
    service.receive({ id: randomUUID(), type: PasswordChangedEvent, key: people.olena.id, revision: time.getTime(), data: { employeeId: people.olena.id, time, address } })
  await change(new Date(Date.now() - 8 * 86_400_000), '192.0.2.1')
  await change(new Date(Date.now() - 1_000), '192.0.2.2')
  await change(new Date(), '192.0.2.3')
  const told = await many<{ title: string }>(service.pool, sql`select title from notification where kind = 'password-changed' and employee_id = ${people.olena.id} order by id`)
  expect(told).toEqual([{ title: '192.0.2.2' }, { title: '192.0.2.3' }])
})
