import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import { BranchServiceService as Branches, CreateBranchRequest } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { CreateEmployeeRequest, EmployeeServiceService as Employees, UpdateEmployeeRequest } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { Scope } from '@vitrylo/proto/vitrylo/directory/v1/grant.ts'
import { CreateGrantRequest, GrantServiceService as Grants } from '@vitrylo/proto/vitrylo/directory/v1/grant_service.ts'
import { CreateGroupRequest, GroupServiceService as Groups } from '@vitrylo/proto/vitrylo/directory/v1/group_service.ts'
import { MeServiceService as Me } from '@vitrylo/proto/vitrylo/directory/v1/me_service.ts'
import { startTestService, until, type TestService } from '@vitrylo/testkit'
import { directory } from '../src/index.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(directory)
})
afterAll(() => service.stop())

const always = { fromTime: undefined, untilTime: undefined }
const list = { pageSize: 0, pageToken: '', filter: '', orderBy: '' }
const branch = (name: string, parentId?: string) => CreateBranchRequest.fromPartial({ branch: { name, parentId, code: name } })
const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason }) => `${code} ${reason}`)

test('a branch is added, read back and announced', async () => {
  const saved = await service.call(Branches.createBranch, branch('Одеса'))
  expect(saved).toMatchObject({ name: 'Одеса', etag: '1' })
  expect(await service.call(Branches.getBranch, { id: saved.id })).toEqual(saved)
  const events = await service.published()
  expect(events.filter(({ key }) => key === saved.id)).toMatchObject([
    { type: 'vitrylo.directory.v1.BranchChanged', revision: 1, data: { branch: { name: 'Одеса' } } },
  ])
})

test('the same Idempotency-Key gives the first answer, another request under it is refused', async () => {
  const first = await service.call(Branches.createBranch, branch('Харків'), { key: 'k1' })
  const again = await Promise.all([1, 2, 3].map(() => service.call(Branches.createBranch, branch('Харків'), { key: 'k1' })))
  expect(again).toEqual([first, first, first])
  expect(await refusal(service.call(Branches.createBranch, branch('Інша'), { key: 'k1' }))).toBe('FAILED_PRECONDITION IDEMPOTENCY_KEY_REUSED')
  expect(await service.call(Branches.createBranch, branch('Ще одна'), { key: 'k1', as: 'machine' })).toMatchObject({ name: 'Ще одна' })
})

test('a branch cannot come to lie below itself', async () => {
  const top = await service.call(Branches.createBranch, branch('Верх'))
  const low = await service.call(Branches.createBranch, branch('Низ', top.id))
  const turn = service.call(Branches.updateBranch, { branch: { ...top, etag: '', parentId: low.id }, updateMask: ['parent_id'] })
  await expect(turn).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'parentId', rule: 'reference' }] })
})

test('a stale etag loses, of parallel changes one wins', async () => {
  const saved = await service.call(Branches.createBranch, branch('Суми'))
  const change = (name: string) => refusal(service.call(Branches.updateBranch, { branch: { ...saved, name }, updateMask: ['name'] }))
  const outcomes = await Promise.all(['а', 'б', 'в', 'г'].map(change))
  expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'ABORTED ETAG_MISMATCH')).toHaveLength(3)
})

test('whoever has no right is refused before anything is looked up', async () => {
  const ghost = '01900000-0000-7000-8000-00000000dead'
  expect(await refusal(service.call(Branches.getBranch, { id: ghost }, { as: 'nobody' }))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  expect(await refusal(service.call(Branches.createBranch, branch('x'), { as: 'olena' }))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  expect(await refusal(service.call(Branches.getBranch, { id: ghost }, { as: 'gone' }))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  expect(await refusal(service.call(Branches.getBranch, { id: ghost }))).toBe('NOT_FOUND NOT_FOUND')
})

test('a token of another audience, an id token and no token are refused', async () => {
  const foreign = await service.token('admin', { aud: 'account' })
  const id = await service.token('admin', { typ: 'ID' })
  for (const token of [foreign, id, 'nonsense', `${await service.token('admin')}x`]) {
    expect(await refusal(service.call(Me.getMe, {}, { token }))).toBe('UNAUTHENTICATED TOKEN_INVALID')
  }
})

test('every wrong field is named in one answer', async () => {
  const wrong = CreateEmployeeRequest.fromPartial({ employee: { displayName: '', branchId: 'x', username: 'ВЕЛИКА' } })
  const fields = await service.call(Employees.createEmployee, wrong).catch(({ violations }) => violations.map((v: { field: string }) => v.field))
  expect(fields.sort()).toEqual(['employee.branchId', 'employee.displayName', 'employee.username'])
})

test('an employee needs a real branch and real groups; a name at sign-in is given once', async () => {
  const home = await service.call(Branches.createBranch, branch('Дім'))
  const create = (facts: object) =>
    service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { displayName: 'Ірина', branchId: home.id, ...facts } }))
  expect(await refusal(create({ branchId: '01900000-0000-7000-8000-00000000dead' }))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
  expect(await refusal(create({ groups: ['no-such'] }))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
  await create({ username: 'iryna', groups: ['administrators'] })
  expect(await refusal(create({ username: 'iryna' }))).toBe('ALREADY_EXISTS TAKEN')
})

// Seen failing: the mail was taken, and the link for a password would have been sent nowhere.
test('a mail without a dot in its domain is refused, but not of an employee who has it', async () => {
  const home = await service.call(Branches.createBranch, branch('Пошта'))
  const facts = { displayName: 'Олена', branchId: home.id }
  const wrong = { code: 'INVALID_ARGUMENT', violations: [{ field: 'employee.email', rule: 'mail-address' }] }
  await expect(service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { ...facts, email: 'olena@x' } }))).rejects.toMatchObject(wrong)
  const { id } = await service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: facts }))
  await service.pool.query(`update employee set email = 'olena@x' where id = $1`, [id])
  const change = (employee: object, updateMask: string[]) => service.call(Employees.updateEmployee, UpdateEmployeeRequest.fromPartial({ employee: { ...facts, id, ...employee }, updateMask }))
  expect(await change({ email: 'olena@x', position: 'юристка' }, ['email', 'position'])).toMatchObject({ email: 'olena@x', position: 'юристка' })
  await expect(change({ email: 'olena@y' }, ['email'])).rejects.toMatchObject(wrong)
})

test('who may change employees may not raise rights without managing them', async () => {
  const group = await service.call(Groups.createGroup, CreateGroupRequest.fromPartial({ group: { name: 'staff', title: 'Кадри' } }))
  const cells = ['view', 'create', 'change'].map((word) => ({
    section: 'employees', action: Action[word.toUpperCase() as 'VIEW'], scope: Scope.ALL, ...always,
  }))
  await service.call(Groups.setGrants, { groupId: group.id, cells, etag: '' })
  const token = await service.token('clerk', { groups: ['staff'] })
  const home = await service.call(Branches.createBranch, branch('Кадри'))
  const employee = { displayName: 'Новий', branchId: home.id }
  // The right itself works everywhere within 5 s.
  const saved = await until(() => service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee }), { token }), { timeoutMs: 5_000 })
  const raise = UpdateEmployeeRequest.fromPartial({ employee: { id: saved.id, groups: ['administrators'] }, updateMask: ['groups'] })
  expect(await refusal(service.call(Employees.updateEmployee, raise, { token }))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  // The groups of an employee, in the hands of another user, or of none.
  const rename = (id: string, username: string | undefined) =>
    refusal(service.call(Employees.updateEmployee, UpdateEmployeeRequest.fromPartial({ employee: { id, username }, updateMask: ['username'] }), { token }))
  const boss = await service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { ...employee, username: 'boss', groups: ['administrators'] } }))
  expect([await rename(boss.id, 'clerk'), await rename(boss.id, undefined)]).toEqual(['PERMISSION_DENIED RIGHT_MISSING', 'PERMISSION_DENIED RIGHT_MISSING'])
  const squat = CreateEmployeeRequest.fromPartial({ employee: { ...employee, username: 'admin-of-keycloak' } })
  expect(await refusal(service.call(Employees.createEmployee, squat, { token }))).toBe('PERMISSION_DENIED RIGHT_MISSING')
})

test('a machine cannot be made an employee', async () => {
  const home = await service.call(Branches.createBranch, branch('Машинна'))
  const employee = { displayName: 'Інтеграція', branchId: home.id, username: 'service-account-vitrylo-integration' }
  const create = service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee }))
  await expect(create).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'username', rule: 'reserved' }] })
})

// Seen failing with personal groups among them.
test('what a group is called is known to everybody who signs in; what it gives, and whose rights are personal, is not', async () => {
  const own = await service.call(Branches.createBranch, branch('Назви'))
  const { id } = await service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { displayName: 'Читач', branchId: own.id, username: 'reader' } }))
  await service.call(Groups.createGroup, CreateGroupRequest.fromPartial({ group: { name: id, title: 'Читач', employeeId: id } }))
  const token = await service.token('reader', { groups: [] })
  const { titles } = await until(() => service.call(Groups.listGroupTitles, {}, { token }).catch(() => undefined))
  expect(titles).toContainEqual({ name: 'administrators', title: expect.stringMatching(/^\p{Lu}/u) })
  expect(titles.find(({ name }) => name === id)).toBeUndefined()
  expect(await refusal(service.call(Groups.listGroups, list, { token }))).toBe('PERMISSION_DENIED RIGHT_MISSING')
})

test('an employee who left has no rights, whatever groups the token still claims', async () => {
  const home = await service.call(Branches.createBranch, branch('Колишня'))
  const employee = { displayName: 'Колишній', branchId: home.id, username: 'former', groups: ['administrators'] }
  const token = await service.token('former', { groups: ['administrators'] })
  const look = () => refusal(service.call(Branches.listBranches, list, { token }))
  const saved = await service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee }))
  await until(async () => (await service.call(Me.getMe, {}, { token })).employee !== undefined && (await look()) === 'accepted')
  await service.call(Employees.deleteEmployee, { id: saved.id, etag: '' })
  await until(async () => (await look()) === 'PERMISSION_DENIED RIGHT_MISSING')
})

// Seen failing: by the name from before, the groups of the claim were good again.
test('a name at sign-in that was taken away gives nothing, until somebody has it again', async () => {
  const home = await service.call(Branches.createBranch, branch('Перейменована'))
  const employee = { displayName: 'Перейменована', branchId: home.id, groups: ['administrators'] }
  const look = async (as: string) => refusal(service.call(Branches.listBranches, list, { token: await service.token(as, { groups: ['administrators'] }) }))
  const becomes = (as: string, answer: string) => until(async () => (await look(as)) === answer, { timeoutMs: 5_000 })
  const name = (id: string, username: string | undefined) => service.call(Employees.updateEmployee, UpdateEmployeeRequest.fromPartial({ employee: { id, username }, updateMask: ['username'] }))
  expect(await look('once-named')).toBe('accepted')
  const { id } = await service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { ...employee, username: 'once-named' } }))
  await name(id, 'then-named')
  await becomes('once-named', 'PERMISSION_DENIED RIGHT_MISSING')
  expect(await look('then-named')).toBe('accepted')
  await name(id, undefined)
  await becomes('then-named', 'PERMISSION_DENIED RIGHT_MISSING')
  await service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { ...employee, username: 'once-named' } }))
  await becomes('once-named', 'accepted')
})

test('of two branches that are put below each other at once one stays where it is', async () => {
  for (let round = 0; round < 5; round++) {
    const [a, b] = await Promise.all([service.call(Branches.createBranch, branch(`А${round}`)), service.call(Branches.createBranch, branch(`Б${round}`))])
    const low = await service.call(Branches.createBranch, branch(`В${round}`, b.id))
    const put = (below: typeof a, above: typeof a) =>
      refusal(service.call(Branches.updateBranch, { branch: { ...below, etag: '', parentId: above.id }, updateMask: ['parent_id'] }))
    expect((await Promise.all([put(a, low), put(b, a)])).toSorted()).toEqual(['INVALID_ARGUMENT FIELDS_INVALID', 'accepted'])
  }
})

test('a branch is not taken from under those above it by who may change only the branch', async () => {
  const top = await service.call(Branches.createBranch, branch('Центр'))
  const own = await service.call(Branches.createBranch, branch('Філія', top.id))
  const group = await service.call(Groups.createGroup, CreateGroupRequest.fromPartial({ group: { name: 'branch-clerks', title: 'Кадри філії' } }))
  const cells = ['VIEW', 'CHANGE'].map((word) => ({ section: 'employees', action: Action[word as 'VIEW'], scope: Scope.BRANCH, ...always }))
  await service.call(Groups.setGrants, { groupId: group.id, cells, etag: '' })
  const employee = { displayName: 'Кадровик', branchId: own.id, username: 'branch-clerk', groups: ['branch-clerks'] }
  await service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee }))
  const token = await service.token('branch-clerk')
  const update = (change: object, updateMask: string[]) => refusal(service.call(Branches.updateBranch, { branch: { ...own, etag: '', ...change }, updateMask }, { token }))
  await until(async () => (await update({ name: 'Філія 1' }, ['name'])) === 'accepted')
  expect(await update({ parentId: undefined }, ['parent_id'])).toBe('PERMISSION_DENIED SCOPE_EXCEEDED')
})

test('the last group that may manage rights keeps that right', async () => {
  const { groups } = await service.call(Groups.listGroups, list)
  const others = groups.filter(({ name }) => name !== 'administrators')
  const before = await Promise.all(others.map(({ id }) => service.call(Grants.listGrants, { ...list, pageSize: 250, filter: `groupId="${id}"` })))
  for (const { id } of others) await service.call(Groups.setGrants, { groupId: id, cells: [], etag: '' })
  const last = groups.find(({ name }) => name === 'administrators')!
  expect(await refusal(service.call(Groups.setGrants, { groupId: last.id, cells: [], etag: '' }))).toBe('FAILED_PRECONDITION LAST_ADMINISTRATOR')
  // Seen failing: a denial beside the right passed, and nobody could take it back.
  const denial = { section: 'rights', action: Action.MANAGE, ...always, scope: Scope.DENY }
  const grant = CreateGrantRequest.fromPartial({ grant: { groupId: last.id, ...denial } })
  expect(await refusal(service.call(Grants.createGrant, grant))).toBe('FAILED_PRECONDITION LAST_ADMINISTRATOR')
  const { grants } = await service.call(Grants.listGrants, { ...list, pageSize: 250, filter: `groupId="${last.id}"` })
  expect(await refusal(service.call(Groups.setGrants, { groupId: last.id, cells: [...grants, denial], etag: '' }))).toBe('FAILED_PRECONDITION LAST_ADMINISTRATOR')
  for (const [index, { id }] of others.entries()) await service.call(Groups.setGrants, { groupId: id, cells: before[index]!.grants, etag: '' })
})

test('a mistyped right is refused by name', async () => {
  const { groups } = await service.call(Groups.listGroups, list)
  const cells = [{ section: 'counterpartys', action: Action.VIEW, scope: Scope.ALL, ...always }]
  const set = service.call(Groups.setGrants, { groupId: groups[0]!.id, cells, etag: '' })
  await expect(set).rejects.toMatchObject({ violations: [{ field: 'cells[0].section', rule: 'choice' }] })
})

test('names are sorted by the Ukrainian alphabet, also over pages', async () => {
  const names = ['Їжак', 'Ґава', 'Івано', 'Гава', 'Єва', 'Дім', 'Ївга', 'Ярий']
  for (const name of names) await service.call(Branches.createBranch, CreateBranchRequest.fromPartial({ branch: { name, code: 'абетка' } }))
  const filter = 'code="абетка"'
  const first = await service.call(Branches.listBranches, { ...list, filter, pageSize: 4 })
  const rest = await service.call(Branches.listBranches, { ...list, filter, pageSize: 4, pageToken: first.nextPageToken })
  const sorted = [...first.branches, ...rest.branches].map(({ name }) => name)
  expect(sorted).toEqual(['Гава', 'Ґава', 'Дім', 'Єва', 'Івано', 'Ївга', 'Їжак', 'Ярий'])
})

test('a zero byte in a forged page token is the fault of who sent it', async () => {
  const { nextPageToken } = await service.call(Branches.listBranches, { ...list, pageSize: 1 })
  const [question, , id] = JSON.parse(Buffer.from(nextPageToken, 'base64url').toString()) as [string, string, string]
  const pageToken = Buffer.from(JSON.stringify([question, '\0', id])).toString('base64url')
  expect(await refusal(service.call(Branches.listBranches, { ...list, pageToken }))).toBe('INVALID_ARGUMENT VALUE_UNREADABLE')
})

test('a list goes page by page without gaps, and its token is good for this list only', async () => {
  for (let n = 0; n < 7; n++) await service.call(Branches.createBranch, branch(`Сторінка ${n}`))
  const seen: string[] = []
  let pageToken = ''
  do {
    const page = await service.call(Branches.listBranches, { ...list, pageSize: 3, pageToken })
    seen.push(...page.branches.map(({ id }) => id))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  const all = await service.call(Branches.listBranches, { ...list, pageSize: 250 })
  expect(seen).toEqual(all.branches.map(({ id }) => id))
  const first = await service.call(Branches.listBranches, { ...list, pageSize: 1 })
  const stolen = service.call(Branches.listBranches, { ...list, filter: 'code="x"', pageToken: first.nextPageToken })
  await expect(stolen).rejects.toMatchObject({ violations: [{ field: 'pageToken' }] })
})

test('a branch has a calendar that can be worked by, or that of the branch above', async () => {
  const home = await service.call(Branches.createBranch, branch('З календарем'))
  const day = [{ from: 540, until: 780 }, { from: 840, until: 1080 }]
  const week = Array.from({ length: 7 }, (_none, at) => ({ shifts: at < 5 ? day : [] }))
  const set = (calendar: object | undefined) => service.call(Branches.updateBranch, { branch: { ...home, etag: '', calendar } as never, updateMask: ['calendar'] })
  const wrong = (calendar: object) => set(calendar).then(() => [], ({ violations }) => violations.map(({ field, rule }: { field: string; rule: string }) => `${field} ${rule}`))
  const good = { timeZone: 'Europe/Kyiv', week, exceptions: [{ date: '2026-12-25', shifts: [] }, { date: '2026-12-26', shifts: [{ from: 600, until: 720 }] }] }
  expect((await set(good)).calendar).toEqual(good)
  expect((await service.call(Branches.getBranch, { id: home.id })).calendar).toEqual(good)
  expect((await service.published()).findLast(({ key }) => key === home.id)!.data).toMatchObject({ branch: { calendar: { timeZone: 'Europe/Kyiv' } } })
  expect(await wrong({ ...good, timeZone: 'Europe/Mars' })).toEqual(['branch.calendar.timeZone choice'])
  expect(await wrong({ ...good, week: week.map(() => ({ shifts: [] })) })).toEqual(['branch.calendar.week required'])
  expect(await wrong({ ...good, week: week.map((each, at) => (at === 1 ? { shifts: day.toReversed() } : at === 2 ? { shifts: [{ from: 600, until: 600 }] } : each)) })).toEqual(['branch.calendar.week[1].shifts[1] range', 'branch.calendar.week[2].shifts[0] range'])
  expect(await wrong({ ...good, exceptions: [{ date: '2026-02-30', shifts: [] }, { date: '2026-12-25', shifts: [] }, { date: '2026-12-25', shifts: [] }] })).toEqual(['branch.calendar.exceptions[0].date format', 'branch.calendar.exceptions[2].date unique'])
  expect(await wrong({ ...good, week: week.slice(1) })).toHaveLength(1)
  expect((await set(undefined)).calendar).toBeUndefined()
})
