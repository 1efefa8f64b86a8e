// The audit log on a real service: what stands in it, that nothing takes anything out of it, and that whoever does it with all
// rights on the database is found out. Each test says how it was seen failing.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import type { JsonObject, OutgoingEvent } from '@vitrylo/events'
import { exec, inTx, many, one, sql, type Pool } from '@vitrylo/pg'
import { AuditFactEvent, RecordSharesChangedEvent } from '@vitrylo/proto/events.ts'
import { AuditFact, AuditKind } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import { AuditServiceService as Audit, ExportAuditEntriesRequest, type ListAuditEntriesResponse } from '@vitrylo/proto/vitrylo/directory/v1/audit_service.ts'
import { BranchServiceService as Branches, CreateBranchRequest } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { CreateDepartmentRequest, DepartmentServiceService as Departments } from '@vitrylo/proto/vitrylo/directory/v1/department_service.ts'
import { CreateEmployeeRequest, EmployeeServiceService as Employees, UpdateEmployeeRequest } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { GroupServiceService as Groups, CreateGroupRequest } from '@vitrylo/proto/vitrylo/directory/v1/group_service.ts'
import { GrantServiceService as Grants, CreateGrantRequest } from '@vitrylo/proto/vitrylo/directory/v1/grant_service.ts'
import { branches, limitFields, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import type { Deps } from '@vitrylo/service'
import { appendEntries } from '../src/audit/append-entries.ts'
import { hashOf, type Link } from '../src/audit/chain.ts'
import { auditHandlers } from '../src/audit/on-fact.ts'
import { auditSweep, cutBefore } from '../src/audit/tend-audit.ts'
import { problemOfSignature, renewEnd, saveEnd, signedEnd } from '../src/audit/signed-end.ts'
import { endWords, signerOf } from '../src/audit/signer.ts'
import { linkColumns, verifyChain } from '../src/audit/verify-chain.ts'
import { signAudit, verifyAudit } from '../src/audit/verify-command.ts'
import { inWords } from '../src/audit/words.ts'
import { directory } from '../src/index.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(directory)
})
afterAll(() => service.stop())

const list = { pageSize: 250, pageToken: '', filter: '', orderBy: 'time' }
const FROM = { 'client-address': '203.0.113.7', 'session-id': '01900000-0000-7000-8000-0000000005e5' }

/** Everything that was told so far has its place in the chain. */
async function settled(): Promise<void> {
  await service.recorded()
  const { topic } = AuditFactEvent
  await until(async () => (await service.bus.lag('directory', [topic]))[topic] === 0)
}

async function entries(filter: string, as: PersonName = 'admin'): Promise<ListAuditEntriesResponse['auditEntries']> {
  await settled()
  return (await service.call(Audit.listAuditEntries, { ...list, filter }, { as })).auditEntries
}

const branch = (name: string) => CreateBranchRequest.fromPartial({ branch: { name, code: name } })
const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason }) => `${code} ${reason}`)

// Seen failing with `recorded` taken out of `transact`: no entries at all.
test('a write tells who did what, when, from where, by what right, and which fields changed', async () => {
  const saved = await service.call(Branches.createBranch, branch('Одеса'), { headers: FROM })
  await service.call(Branches.updateBranch, { branch: { ...saved, name: 'Одеса-порт' }, updateMask: ['name'] })
  const found = await entries(`recordId = "${saved.id}"`)
  expect(found).toMatchObject([
    {
      kind: AuditKind.WRITE, section: 'employees', action: 'create', method: 'BranchService.CreateBranch', actorId: people.admin.id, username: 'admin',
      address: FROM['client-address'], sessionId: FROM['session-id'], ground: { section: 'employees', action: 'create', group: 'administrators', scope: 'all' }, fields: ['name', 'code'], beforeHash: '',
    },
    { action: 'change', method: 'BranchService.UpdateBranch', fields: ['name'], sessionId: undefined },
  ])
  expect(found[1]!.beforeHash).toBe(found[0]!.afterHash)
  expect(found[1]!.beforeHash).not.toBe(found[1]!.afterHash)
  expect((await service.call(Audit.getAuditEntry, { id: found[1]!.id })).changes).toMatchObject([{ field: 'name', sensitive: false, before: '"Одеса"', after: '"Одеса-порт"' }])
})

test('values are given in the words of the API, whatever stands around them', () => {
  const kept = '{"channels":[{"kind":"CHANNEL_KIND_PHONE","value":"NO_SUCH_WORD"}],"note":"він сказав \\"REQUEST_STATE_CLOSED\\"","state":"REQUEST_STATE_IN_PROGRESS"}'
  expect(JSON.parse(inWords(kept))).toEqual({ channels: [{ kind: 'phone', value: 'NO_SUCH_WORD' }], note: 'він сказав "REQUEST_STATE_CLOSED"', state: 'in-progress' })
})

// Seen failing with the comparison of before and after taken out of `rest`: what changed nothing had an entry.
test('what fails, what is repeated and what changes nothing leaves no entry', async () => {
  const saved = await service.call(Branches.createBranch, branch('Суми'), { key: 'audit-1' })
  expect(await service.call(Branches.createBranch, branch('Суми'), { key: 'audit-1' })).toEqual(saved)
  await service.call(Branches.updateBranch, { branch: saved, updateMask: ['name'] })
  expect(await refusal(service.call(Branches.updateBranch, { branch: { ...saved, parentId: '01900000-0000-7000-8000-00000000dead' }, updateMask: ['parent_id'] }))).toMatch(/INVALID_ARGUMENT/)
  expect((await entries(`recordId = "${saved.id}"`)).map(({ method }) => method)).toEqual(['BranchService.CreateBranch'])
})

test('a write that no event tells of has its entry too', async () => {
  const { id: branchId } = await service.call(Branches.createBranch, branch('Рівне'))
  const saved = await service.call(Departments.createDepartment, CreateDepartmentRequest.fromPartial({ department: { name: 'Збут', branchId } }))
  await service.call(Departments.updateDepartment, { department: { ...saved, name: 'Продаж' }, updateMask: ['name'] })
  await service.call(Departments.deleteDepartment, { id: saved.id, etag: '' })
  expect(await entries(`recordId = "${saved.id}"`)).toMatchObject([
    { kind: AuditKind.WRITE, method: 'DepartmentService.CreateDepartment', actorId: people.admin.id, section: 'employees' },
    { method: 'DepartmentService.UpdateDepartment', fields: ['name'] }, { method: 'DepartmentService.DeleteDepartment', action: 'delete' },
  ])
})

// Seen failing with the marks of the contract left unread, and with limits of fields left out of what is sensitive.
test('no value of a sensitive or a limited field is in the log or on the bus, only that it changed', async () => {
  const [first, second, post] = ['hanna.secret@example.ua', 'hanna.other@example.ua', 'таємна посада 7731']
  const { id: branchId } = await service.call(Branches.createBranch, branch('Луцьк'))
  const saved = await service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { displayName: 'Ганна', branchId, email: first } }))
  await limitFields(service.pool, 'telephonists', [{ section: 'employees', field: 'position', limit: 'hide' }])
  // The copy in memory follows within a second.
  await until(async () => {
    await service.call(Employees.updateEmployee, UpdateEmployeeRequest.fromPartial({ employee: { id: saved.id, email: second, position: post }, updateMask: ['email', 'position'] }))
    await service.call(Employees.updateEmployee, UpdateEmployeeRequest.fromPartial({ employee: { id: saved.id, email: first, position: '' }, updateMask: ['email', 'position'] }))
    const last = (await service.recorded()).at(-1)!
    return last.changes.some(({ field, sensitive }) => field === 'position' && sensitive)
  })
  const [last] = (await entries(`recordId = "${saved.id}"`)).slice(-1)
  const { changes } = await service.call(Audit.getAuditEntry, { id: last!.id })
  expect(changes.map(({ field, sensitive, before, after }) => ({ field, sensitive, before, after }))).toEqual(
    ['position', 'email'].map((field) => ({ field, sensitive: true, before: '', after: '' })))
  expect(changes.every(({ beforeHash }) => /^[0-9a-f]{64}$/.test(beforeHash))).toBe(true)
  const stored = await many<{ text: string }>(service.pool, sql`select e::text || coalesce(d::text, '') as text from audit_entry e left join audit_detail d on d.no = e.no`)
  const told = JSON.stringify(await service.recorded())
  for (const secret of [first, second]) {
    expect(stored.some(({ text }) => text.includes(secret))).toBe(false)
    expect(told).not.toContain(secret)
  }
})

// Seen failing without noteSignedIn; with every entry of theirs taken for a sign-in, a refused one counted too.
test('who has signed in once is known to have, and nothing of theirs is changed by it', async () => {
  const { id: branchId } = await service.call(Branches.createBranch, branch('Вінниця'))
  const made = await service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { displayName: 'Нова', branchId, signedIn: true } }))
  const told = (action: string, actorId: string): OutgoingEvent => ({
    id: randomUUID(), topic: AuditFactEvent.topic, type: AuditFactEvent.type, key: 'sessions/x', revision: 1, time: new Date().toISOString(), headers: {},
    data: AuditFact.toJSON(AuditFact.fromPartial({ kind: AuditKind.SESSION, section: 'sessions', action, actorId, count: 1 })) as JsonObject,
  }) as never
  const after = async (...facts: OutgoingEvent[]) => {
    await inTx(service.pool, (tx) => auditHandlers(undefined)[0]!.handle(tx, facts as never))
    return (await service.call(Employees.getEmployee, { id: made.id })).signedIn
  }
  expect([made.signedIn, await after(told('refused', made.id), told('signed-in', '')), await after(told('signed-in', made.id)), await after(told('signed-out', made.id))]).toEqual([false, false, true, true])
  const saved = await service.call(Employees.updateEmployee, UpdateEmployeeRequest.fromPartial({ employee: { id: made.id, etag: made.etag, signedIn: false, position: 'юристка' }, updateMask: ['signed_in', 'position'] }))
  expect(saved).toMatchObject({ position: 'юристка', signedIn: true })
})

// Seen failing with the look at the ids that are there taken out of appendEntries.
test('a fact that comes again, also long after, has one entry, and the chain goes on', async () => {
  const event = (n: number) => ({
    id: `01900000-0000-7000-8000-0000000000f${n}`, topic: AuditFactEvent.topic, type: AuditFactEvent.type, key: 'x', revision: 1, time: new Date().toISOString(), headers: {},
    data: AuditFact.toJSON(AuditFact.fromPartial({ section: 'x', method: `Deed${n}`, kind: AuditKind.WRITE, count: 1 })) as JsonObject,
  })
  const [first, second] = [event(1), event(2)]
  for (const batch of [[first, first], [first, second], [second, first]]) await inTx(service.pool, (tx) => auditHandlers(undefined)[0]!.handle(tx, batch))
  expect((await entries('section = "x"')).map(({ method }) => method).sort()).toEqual(['Deed1', 'Deed2'])
  expect((await verifyChain(service.pool)).problem).toBe('')
})

// Seen failing with every refusal counted under a key of its own.
test('a flood of refusals is counted, not written one by one', async () => {
  await Promise.all(Array.from({ length: 40 }, () => refusal(service.call(Branches.createBranch, branch('x'), { as: 'olena', headers: FROM }))))
  await until(async () => (await service.recorded()).some(({ kind, username }) => kind === AuditKind.REFUSAL && username === 'olena'))
  const found = await entries('kind = "refusal" AND username = "olena" AND time >= 2020-01-01')
  // Else the log is read to its beginning.
  const period = { code: 'INVALID_ARGUMENT', violations: [{ field: 'filter', rule: 'period' }] }
  for (const filter of ['username : "olena"', 'method != "x"', 'method = "x" OR time >= 2020-01-01', 'reason = "::1" AND NOT time >= 2020-01-01', 'reason : "x" AND time < 2020-01-01']) await expect(entries(filter)).rejects.toMatchObject(period)
  expect(found.length).toBeLessThanOrEqual(2)
  expect(found[0]).toMatchObject({ section: 'employees', action: 'create', method: 'BranchService.CreateBranch', reason: 'RIGHT_MISSING', actorId: people.olena.id, address: FROM['client-address'], ground: undefined })
  expect(found[0]!.count).toBeGreaterThan(1)
})

// Seen failing with any text taken for an address.
test('whoever comes with a false token is refused without a name, and an address that is none is not believed', async () => {
  expect(await refusal(service.call(Branches.listBranches, { ...list, orderBy: '' }, { token: 'nonsense', headers: { 'client-address': 'x"; drop table' } }))).toBe('UNAUTHENTICATED TOKEN_INVALID')
  await until(async () => (await service.recorded()).some(({ reason }) => reason === 'TOKEN_INVALID'))
  expect(await entries('reason = "TOKEN_INVALID" AND time >= 2020-01-01')).toMatchObject([{ username: '', actorId: undefined, address: '127.0.0.1' }])
})

// Seen failing with the detail left out.
test('a change of rights tells which', async () => {
  const group = await service.call(Groups.createGroup, CreateGroupRequest.fromPartial({ group: { name: 'auditors', title: 'Аудитори' } }))
  await service.call(Grants.createGrant, CreateGrantRequest.fromPartial({ grant: { groupId: group.id, section: 'audit', action: 'ACTION_VIEW', scope: 'SCOPE_BRANCH' } }))
  const found = await entries(`recordId = "${group.id}" AND method = "GrantService.CreateGrant"`)
  expect(found).toMatchObject([{ section: 'rights', action: 'create' }])
  expect((await service.call(Audit.getAuditEntry, { id: found[0]!.id })).detail).toContain('"section":"audit"')
})

// Seen failing without the triggers: every statement passed.
test('the database takes nothing out of the log and changes nothing in it', async () => {
  await settled()
  const statements = [
    sql`update audit_entry set username = 'nobody' where no = 1`, sql`delete from audit_entry where no = 1`, sql`truncate audit_entry`,
    sql`update audit_detail set content = '{}'`, sql`delete from audit_detail`, sql`truncate audit_detail`, sql`truncate audit_anchor`,
  ]
  for (const statement of statements) await expect(exec(service.pool, statement)).rejects.toMatchObject({ code: '42501' })
})

/** As somebody who owns the database would. */
async function tampered(work: () => Promise<unknown>): Promise<string> {
  const triggers = (how: string) => service.pool.query(`alter table audit_entry ${how} trigger user; alter table audit_detail ${how} trigger user`)
  await triggers('disable')
  await work()
  const { problem } = await verifyChain(service.pool)
  return problem
}

// Seen failing with the address left out of what is linked, and with the digest of details not compared.
test('one changed byte in any column of an entry, or in its details, is found and named', async () => {
  await settled()
  expect((await verifyChain(service.pool)).problem).toBe('')
  const { no } = (await one<{ no: number }>(service.pool, sql`select e.no from audit_entry e join audit_detail d on d.no = e.no where e.session_id is null order by e.no limit 1`))!
  const before = await one<{ row: string; detail: string }>(service.pool, sql`select to_jsonb(e)::text as row, d.content as detail from audit_entry e join audit_detail d on d.no = e.no where e.no = ${no}`)
  const other: Record<string, string> = {
    id: `'01900000-0000-7000-8000-00000000ffff'`, at: `at + interval '1 millisecond'`, record_ids: `array['x']`, actor_id: `'${people.ihor.id}'`, session_id: `'${people.ihor.id}'`, ground: `'{"group":"x"}'`,
    times: 'times + 1', fields: `fields || array['x']`, branch_id: `'${branches.lviv}'`, owner_id: `'${people.ihor.id}'`, detail_digest: `'\\x00'`, hash: `set_byte(hash, 5, get_byte(hash, 5) # 1)`,
  }
  const columns = await many<{ name: string }>(service.pool, sql`select column_name as name from information_schema.columns where table_name = 'audit_entry' and column_name <> 'no'`)
  const restore = () => service.pool.query(`update audit_entry e set ${columns.map(({ name }) => `"${name}" = r."${name}"`).join()} from jsonb_populate_record(null::audit_entry, $1) r where e.no = r.no`, [before!.row])
  for (const { name } of columns) {
    const problem = await tampered(() => service.pool.query(`update audit_entry set "${name}" = ${other[name] ?? `"${name}" || '.'`} where no = ${no}`))
    expect([name, problem]).toEqual([name, expect.stringMatching(`entry ${no} was changed`)])
    await restore()
  }
  expect(await tampered(() => exec(service.pool, sql`update audit_detail set content = overlay(content placing 'X' from 3 for 1) where no = ${no}`))).toBe(`the details of entry ${no} were changed`)
  expect(await tampered(() => exec(service.pool, sql`update audit_detail set content = ${before!.detail} where no = ${no}`))).toBe('')
  // Also in what was looked through long ago, by the look of each hour.
  const tend = () => auditSweep({ pool: service.pool, env: {}, now: () => new Date(), log: { info() {}, error() {} } as never }).each()
  await tend()
  expect((await service.call(Audit.getAuditChain, {})).verifiedNo).toBeGreaterThan(BigInt(no))
  await tampered(() => service.pool.query(`update audit_entry set method = method || '.' where no = ${no}`))
  await tend()
  expect((await service.call(Audit.getAuditChain, {})).problem).toMatch(`entry ${no} was changed`)
  await restore()
  await tend()
  expect((await service.call(Audit.getAuditChain, {})).problem).toBe('')
  await service.pool.query('alter table audit_entry enable trigger user; alter table audit_detail enable trigger user')
})

// Seen failing with the gap unseen, with what was kept elsewhere not compared, and with the look behind the end left out.
test('a removed, an inserted and a forged entry are found; a chain that was written anew is found by what was kept elsewhere', async () => {
  await settled()
  const { no, hash } = (await one<{ no: number; hash: Buffer }>(service.pool, sql`select no, hash from audit_head`))!
  const witnesses = [{ no, hash: hash.toString('hex') }]
  expect((await verifyChain(service.pool, { witnesses })).problem).toBe('')
  await service.pool.query('create table kept as select * from audit_entry')
  expect(await tampered(() => exec(service.pool, sql`delete from audit_entry where no = 3`))).toBe('entry 3 is missing')
  await exec(service.pool, sql`insert into audit_entry select * from kept where no = 3`)
  expect(await tampered(() => exec(service.pool, sql`delete from audit_entry where no = ${no}`))).toBe(`entry ${no} is missing`)
  await exec(service.pool, sql`insert into audit_entry select * from kept where no = ${no}`)
  expect(await tampered(() => exec(service.pool, sql`insert into audit_entry select (jsonb_populate_record(k, jsonb_build_object('no', ${no}::int8 + 1, 'id', gen_random_uuid()))).* from kept k where no = ${no}`))).toBe(`entry ${no + 1} was inserted behind the end of the chain`)
  await exec(service.pool, sql`delete from audit_entry where no = ${no + 1}`)
  // With the end moved along and every hash made anew it is whole in itself.
  await service.pool.query('drop table kept')
  expect((await verifyChain(service.pool)).problem).toBe('')
  expect((await verifyChain(service.pool, { witnesses: [{ no, hash: 'f'.repeat(64) }] })).problem).toMatch(`entry ${no} is another one`)
  expect((await verifyChain(service.pool, { witnesses: [{ no: no + 5, hash: 'f'.repeat(64) }] })).problem).toBe(`entry ${no + 5} is missing: it was kept elsewhere`)
  await service.pool.query('alter table audit_entry enable trigger user; alter table audit_detail enable trigger user')
})

// Seen failing with the scope taken out of the list, with `sees` taken out of the history, and with hidden fields shown.
test('who may see the log sees what the right reaches, and the history of a record is for those who may see it', async () => {
  expect(await refusal(service.call(Audit.listAuditEntries, list, { as: 'nadia' }))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  expect(await refusal(service.call(Audit.getAuditEntry, { id: (await entries('section = "x"'))[0]!.id }, { as: 'nadia' }))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  const lviv: OutgoingEvent = {
    type: AuditFactEvent, key: 'c', revision: 1,
    data: AuditFact.fromPartial({ kind: AuditKind.WRITE, section: 'counterparties', method: 'CounterpartyService.UpdateCounterparty', recordId: people.taras.id, actorId: people.bohdan.id, branchId: branches.lviv, ownerId: people.bohdan.id, fields: ['note', 'segment'], changes: [{ field: 'note', before: '"КАНАРКА"', after: '""' }, { field: 'segment', after: '"опт"' }], count: 1 }),
  }
  await service.receive(lviv)
  await exec(service.pool, sql`update rights_group set cells = cells || '[{"section":"audit","action":"view","scope":"branch"}]' where name = 'telephonists'`)
  await limitFields(service.pool, 'telephonists', [{ section: 'counterparties', field: 'note', limit: 'hide' }])
  const history = (as: PersonName) => service.call(Audit.listRecordHistory, { section: 'counterparties', recordId: people.taras.id, pageSize: 0, pageToken: '' }, { as })
  await until(async () => (await history('taras')).auditEntries[0]?.fields.join() === 'segment')
  const [of] = (await history('taras')).auditEntries
  expect(of).toMatchObject({ actorId: people.bohdan.id, fields: ['segment'], changes: [{ field: 'segment', after: '"опт"' }], address: '' })
  for (const outsider of ['olena', 'nobody', 'owner'] as const) expect((await history(outsider)).auditEntries).toEqual([])
  // Who is let in to the record alone sees its history too.
  const shares = [{ holder: people.nadia.id, action: 'ACTION_VIEW' as const, untilTime: undefined, givenBy: people.bohdan.id, givenTime: new Date() }]
  await service.receive({ type: RecordSharesChangedEvent, key: people.taras.id, revision: 1, data: { section: 'counterparties', recordId: people.taras.id, shares } })
  await until(async () => (await history('nadia')).auditEntries.length === 1)
  expect((await history('nadia')).auditEntries[0]!.changes.map(({ field }) => field)).toContain('segment')
  expect((await history('olena')).auditEntries).toEqual([])
  // An entry from before the contract marked a field. Seen failing: the request that another was joined to was named to whoever saw that one.
  const joined = { field: 'sameAsNumber', after: '"ЗВ-00002"' }
  await service.receive({ type: AuditFactEvent, key: 'j', revision: 1, data: AuditFact.fromPartial({ kind: AuditKind.WRITE, section: 'requests', method: 'RequestService.JoinRequest', recordId: people.olena.id, branchId: branches.kyiv, ownerId: people.olena.id, fields: ['state', 'sameAsNumber'], changes: [{ field: 'state', after: '"closed"' }, joined], count: 1 }) })
  const ofRequest = async () => (await service.call(Audit.listRecordHistory, { section: 'requests', recordId: people.olena.id, pageSize: 0, pageToken: '' })).auditEntries
  await until(async () => (await ofRequest()).length === 1)
  expect((await ofRequest())[0]!.changes.map(({ field, sensitive, after }) => [field, sensitive, after])).toEqual([['state', false, '"closed"'], ['sameAsNumber', true, '']])
  const seen = (await service.call(Audit.listAuditEntries, { ...list, filter: 'section = "counterparties"' }, { as: 'taras' })).auditEntries
  expect(seen).toHaveLength(1)
  const whole = await service.call(Audit.getAuditEntry, { id: seen[0]!.id }, { as: 'taras' })
  expect(JSON.stringify(whole, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('КАНАРКА')
  expect((await service.call(Audit.listAuditEntries, { ...list, filter: 'section = "counterparties"' }, { as: 'olena' })).auditEntries).toEqual([])
  expect(await refusal(service.call(Audit.getAuditEntry, { id: seen[0]!.id }, { as: 'olena' }))).toBe('NOT_FOUND NOT_FOUND')
})

async function exported(filter: string, as: PersonName = 'admin'): Promise<string> {
  const client = new Client(service.address, credentials.createInsecure())
  const headers = new Metadata()
  headers.set('authorization', `Bearer ${await service.token(as)}`)
  const { path, requestSerialize, responseDeserialize } = Audit.exportAuditEntries
  const parts: Buffer[] = []
  try {
    for await (const { data } of client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, ExportAuditEntriesRequest.fromPartial({ filter }), headers)) parts.push(data)
  } finally {
    client.close()
  }
  return Buffer.concat(parts).toString()
}

// Seen failing with `begins` taken out of pour: no entry of the export.
test('an export is a file of the search without live formulas, and is an entry itself', async () => {
  await service.receive({ type: AuditFactEvent, key: 'f', revision: 1, data: AuditFact.fromPartial({ kind: AuditKind.REFUSAL, section: 'formula', username: '=HYPERLINK("http://x")', count: 1 }) })
  const text = await exported('section = "formula"')
  expect(text.split('\n')).toHaveLength(3)
  expect(text).toContain(`"'=HYPERLINK(""http://x"")"`)
  const found = await entries('kind = "export"')
  expect(found).toMatchObject([{ section: 'audit', action: 'export', method: 'AuditService.ExportAuditEntries', actorId: people.admin.id, ground: { group: 'administrators' } }])
  expect((await service.call(Audit.getAuditEntry, { id: found[0]!.id })).detail).toContain('formula')
  await expect(exported('', 'nadia')).rejects.toMatchObject({ details: expect.stringContaining('audit') })
})

// Seen failing with `isTold` always true: a beginning that nobody told of passed.
test('what is cut off when its time is over leaves a chain that proves itself, and values can be emptied without breaking it', async () => {
  await settled()
  await exec(service.pool, sql`update audit_detail set salt = null, content = null where no = (select max(no) from audit_detail)`)
  expect((await verifyChain(service.pool)).problem).toBe('')
  const cut = (await one<{ at: Date; no: number }>(service.pool, sql`select at, no from audit_entry where no = 6`))!
  expect(await cutBefore(service.pool, cut.at, new Date())).toBeGreaterThan(0)
  expect((await one<{ no: number }>(service.pool, sql`select min(no) as no from audit_entry`))!.no).toBeGreaterThan(1)
  expect((await verifyChain(service.pool)).problem).toBe('')
  expect((await entries('kind = "upkeep"')).map(({ method }) => method)).toEqual(['cut'])
  expect((await service.call(Audit.getAuditChain, {})).cutNo).toBeGreaterThan(0n)
  const { no, hash } = (await one<{ no: number; hash: Buffer }>(service.pool, sql`select no, hash from audit_entry order by no limit 1`))!
  await inTx(service.pool, async (tx) => {
    await exec(tx, sql`insert into audit_anchor (no, hash, cut_at) values (${no}, ${hash}, now())`)
    await exec(tx, sql`delete from audit_entry where no <= ${no}`)
  })
  expect((await verifyChain(service.pool)).problem).toMatch('no entry tells of it')
})

describe('the signed end', () => {
  const [older, newer] = ['an older key of the tests, of more than 32 letters', 'a newer key of the tests, of more than 32 letters']
  const keyed = (...secrets: string[]) => signerOf({ VITRYLO_AUDIT_KEY: secrets.join('\n') })!
  let signed: TestService
  let at = 0
  beforeAll(async () => {
    signed = await startTestService(directory, { VITRYLO_AUDIT_KEY: older })
    for (let n = 0; n < 6; n++) await happened()
  })
  afterAll(() => signed.stop())

  const head = async () => (await one<{ no: number; hash: Buffer; signed_no: number | null; signed_key: string }>(signed.pool, sql`select no, hash, signed_no, signed_key from audit_head`))!
  async function happened(): Promise<void> {
    await signed.receive({ type: AuditFactEvent, key: 'f', revision: 1, data: AuditFact.fromPartial({ kind: AuditKind.WRITE, section: 'branches', username: `u${++at}`, count: 1 }) })
  }
  const checked = (...args: string[]) => verifyAudit({ pool: signed.pool, now: () => new Date(), env: { VITRYLO_AUDIT_KEY: older } } as unknown as Deps, args).then(() => 'whole', ({ message }: Error) => message)

  const begun = (...args: string[]) => signAudit({ pool: signed.pool, now: () => new Date(), env: { VITRYLO_AUDIT_KEY: older } } as unknown as Deps, args).then(() => 'signed', ({ message }: Error) => message)
  /** The look of each hour; gives the errors that it told. */
  async function swept(env: Record<string, string> = { VITRYLO_AUDIT_KEY: older }): Promise<string> {
    const told: unknown[] = []
    await auditSweep({ pool: signed.pool, env, now: () => new Date(), log: { info() {}, error: (...words: unknown[]) => told.push(...words) } as never }).each()
    return told.length === 0 ? '' : JSON.stringify(told)
  }

  /** What whoever owns the database can do: change an entry and link everything behind it anew. */
  async function rewrite(pool: Pool, changed: number): Promise<void> {
    await pool.query('alter table audit_entry disable trigger user')
    await pool.query(`update audit_entry set username = 'nobody' where no = $1`, [changed])
    let { hash } = (await one<{ hash: Buffer }>(pool, sql`select hash from audit_entry where no = ${changed - 1}`))!
    for (const link of await many<Link>(pool, sql`select ${linkColumns} from audit_entry e where e.no >= ${changed} order by e.no`)) {
      hash = hashOf(hash, link)
      await exec(pool, sql`update audit_entry set hash = ${hash} where no = ${link.no}`)
    }
    await exec(pool, sql`update audit_head set hash = ${hash}`)
    await pool.query('alter table audit_entry enable trigger user')
  }

  // Seen failing with `isOurs` always true: the service signed what had been written anew with its next entry.
  test('is signed with every entry; a chain that was written anew is found without anything kept elsewhere, and is not signed on', async () => {
    expect(await checked()).toBe('whole')
    const { no, signed_no: last } = await head()
    expect(last).toBe(no)
    await signed.pool.query('create table backup_entry as select * from audit_entry; create table backup_head as select * from audit_head')
    await rewrite(signed.pool, 3)
    expect((await verifyChain(signed.pool)).problem).toBe('')
    expect(await checked()).toMatch('another one than was signed')
    await happened()
    expect(await checked()).toMatch('another one than was signed')
    // A signature of one's own helps nobody, nor does one over another place.
    await inTx(signed.pool, async (tx) => saveEnd(tx, keyed('a key of somebody else, of more than 32 letters').sign((await head()).no, (await head()).hash)))
    expect(await checked()).toMatch('of none of the keys')
    await signed.pool.query(`alter table audit_entry disable trigger user; delete from audit_entry; insert into audit_entry select * from backup_entry; alter table audit_entry enable trigger user;
      delete from audit_head; insert into audit_head select * from backup_head`)
    expect(await checked()).toBe('whole')
    await happened()
    expect([(await head()).signed_no, await checked()]).toEqual([(await head()).no, 'whole'])
  })

  // Seen failing with the signature of what is given not looked at.
  test('is told in files and logs, and checked by the public key alone; a forged one is refused', async () => {
    const end = (await signedEnd(signed.pool))!
    const words = endWords(end)
    const { publicKey } = keyed(older)
    expect(await signed.call(Audit.getAuditChain, {})).toMatchObject({ signedEnd: words, publicKey })
    expect(await checked(`--key=${publicKey}`, words)).toBe('whole')
    expect(await checked(`--key=${keyed(newer).publicKey}`)).toMatch('of none of the keys')
    expect(await checked(endWords({ ...end, no: end.no - 1 }))).toMatch('is signed by none of the keys')
    expect(await checked('--key=short')).toMatch('is no public key')
  })

  // Seen failing with a sweep that signed whatever follows a good signature: forged entries were signed within the hour.
  test('what stands unsigned behind a signature is told, and signed by nobody but the command, which asks for what was kept elsewhere', async () => {
    const { no: last, signed_no: before } = await head()
    expect(before).toBe(last)
    await signed.pool.query('create table early_head as select * from audit_head')
    for (let n = 0; n < 3; n++) await happened()
    const kept = endWords((await signedEnd(signed.pool))!)
    await signed.pool.query('create table late_entry as select * from audit_entry; create table late_head as select * from audit_head')
    await rewrite(signed.pool, last + 2)
    await signed.pool.query('update audit_head h set signed_no = e.signed_no, signed_hash = e.signed_hash, signed_key = e.signed_key, signature = e.signature from early_head e')
    expect((await verifyChain(signed.pool)).problem).toBe('')
    const errors = await swept()
    expect((await head()).signed_no).toBe(last)
    expect(errors).toMatch(`entries ${last + 1}…${last + 3} bear no signature`)
    expect(await checked()).toMatch(`entries ${last + 1}…${last + 3} bear no signature`)
    expect(await signed.call(Audit.getAuditChain, {})).toMatchObject({ unsignedFrom: BigInt(last + 1), problem: expect.stringMatching('bear no signature') })
    await happened()
    expect((await head()).signed_no).toBe(last)
    expect(await begun()).toMatch('compare the log first with what was kept elsewhere')
    expect(await begun(kept)).toMatch(`entry ${last + 3} is another one`)
    expect((await head()).signed_no).toBe(last)
    await signed.pool.query(`alter table audit_entry disable trigger user; delete from audit_entry; insert into audit_entry select * from late_entry; alter table audit_entry enable trigger user;
      delete from audit_head; insert into audit_head select * from late_head`)
    expect(await checked()).toBe('whole')
  })

  // Seen failing with a first entry that is signed whatever the settings say, and with the end of the settings not looked for.
  test('a log that was emptied or cut back below the end in the settings is not signed, and told', async () => {
    const end = endWords((await signedEnd(signed.pool))!)
    const env = { VITRYLO_AUDIT_KEY: older, VITRYLO_AUDIT_END: end }
    const signer = signerOf(env)!
    expect(await swept(env)).toBe('')
    const append = () => inTx(signed.pool, (tx) => appendEntries(tx, [{ id: randomUUID(), at: new Date(), fact: AuditFact.fromPartial({ kind: AuditKind.WRITE, count: 1 }) }], signer))
    await append()
    expect((await head()).signed_no).toBe((await head()).no)
    await signed.pool.query(`create table whole_entry as select * from audit_entry; create table whole_head as select * from audit_head; alter table audit_entry disable trigger user; delete from audit_entry;
      update audit_head set no = 0, hash = '', verified_no = 0, signed_no = null, signed_hash = null, signed_key = '', signature = null`)
    await append()
    await append()
    expect(await head()).toMatchObject({ no: 2, signed_no: null })
    expect(await swept(env)).toMatch('than VITRYLO_AUDIT_END names, or is missing')
    expect(await swept()).toMatch('entries 1…2 bear no signature')
    await signed.pool.query(`delete from audit_entry; insert into audit_entry select * from whole_entry; alter table audit_entry enable trigger user; delete from audit_head; insert into audit_head select * from whole_head`)
    expect(await swept(env)).toBe('')
    expect(() => signerOf({ ...env, VITRYLO_AUDIT_END: '7:nonsense' })).toThrow('setting VITRYLO_AUDIT_END')
  })

  // Seen failing with the first key alone for verifying.
  test('goes on under a new key while the old one still verifies', async () => {
    const both = keyed(newer, older)
    await renewEnd(signed.pool, both)
    expect(await head()).toMatchObject({ signed_no: (await head()).no, signed_key: keyed(newer).keyId })
    expect(await problemOfSignature(signed.pool, both)).toBe('')
    expect(await problemOfSignature(signed.pool, keyed(older))).toMatch('of none of the keys')
    await renewEnd(signed.pool, keyed(older))
    expect((await head()).signed_key).toBe(keyed(newer).keyId)
  })

  // Seen failing with a look of each hour that kept no problem, and with a command that signs without a word of what was kept.
  test('begins on an old log only when somebody says so', async () => {
    const kept = `${(await head()).no}:${(await head()).hash.toString('hex')}`
    await signed.pool.query(`update audit_head set signed_no = null, signature = null`)
    await happened()
    expect(await swept()).toMatch('bear no signature')
    expect((await head()).signed_no).toBeNull()
    expect((await signed.call(Audit.getAuditChain, {})).problem).toMatch('bear no signature')
    expect(await begun()).toMatch('compare the log first')
    expect((await head()).signed_no).toBeNull()
    expect(await begun(kept)).toBe('signed')
    expect(await checked()).toBe('whole')
    // That it was signed late stays in the log.
    await inTx(signed.pool, (tx) => appendEntries(tx, [{ id: randomUUID(), at: new Date(), fact: AuditFact.fromPartial({ kind: AuditKind.WRITE, count: 1 }) }]))
    const { no } = await head()
    expect(await begun('--nothing-kept')).toBe('signed')
    expect(await checked()).toBe('whole')
    expect(await one(signed.pool, sql`select kind, section, method, reason from audit_entry where no = ${no + 1}`)).toEqual({ kind: 'upkeep', section: 'audit', method: 'sign', reason: `${no}-${no}` })
    await happened()
    expect((await head()).signed_no).toBe(no + 2)
  })
})
