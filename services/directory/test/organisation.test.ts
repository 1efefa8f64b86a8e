// What the firm is made of: branches, departments, positions, dates of employees; and that somebody is always left who gives rights.
// Seen failing: `iban` taken out of its group (the bank of the head office stood beside the account of the branch), `inherited` left in the event.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { callerOf, rightsData } from '@vitrylo/auth'
import { BranchServiceService as Branches, CreateBranchRequest, UpdateBranchRequest } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { CreateDepartmentRequest, DepartmentServiceService as Departments, UpdateDepartmentRequest } from '@vitrylo/proto/vitrylo/directory/v1/department_service.ts'
import { CreateEmployeeRequest, EmployeeServiceService as Employees, UpdateEmployeeRequest } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { Scope } from '@vitrylo/proto/vitrylo/directory/v1/grant.ts'
import { CreateGrantRequest, GrantServiceService as Grants } from '@vitrylo/proto/vitrylo/directory/v1/grant_service.ts'
import { CreateGroupRequest, GroupServiceService as Groups } from '@vitrylo/proto/vitrylo/directory/v1/group_service.ts'
import { HandoverServiceService as Handovers } from '@vitrylo/proto/vitrylo/directory/v1/handover_service.ts'
import { CreateStaffPositionRequest, StaffPositionServiceService as Positions, UpdateStaffPositionRequest } from '@vitrylo/proto/vitrylo/directory/v1/staff_position_service.ts'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import { branches as places, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { disableLeavers } from '../src/employee/leaving.ts'
import { directory } from '../src/index.ts'
import { settle } from './settle.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(directory)
  await settle(service)
})
afterAll(() => service?.stop())

const refusal = (call: Promise<unknown>) =>
  call.then(() => 'accepted', ({ code, reason, violations = [] }) => [code, reason, ...violations.map((v: { field: string; rule: string }) => `${v.field} ${v.rule}`)].join(' '))
const addBranch = (branch: object, key?: string) => service.call(Branches.createBranch, CreateBranchRequest.fromPartial({ branch: { name: 'Філія', code: 'x', ...branch } }), { key })
const changeBranch = (id: string, branch: object, updateMask: string[]) => service.call(Branches.updateBranch, UpdateBranchRequest.fromPartial({ branch: { id, ...branch }, updateMask }))
const addEmployee = (employee: object) => service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { displayName: 'Працівник', branchId: places.kyiv, ...employee } }))
const changeEmployee = (id: string, employee: object, updateMask: string[], as: PersonName = 'admin') => service.call(Employees.updateEmployee, UpdateEmployeeRequest.fromPartial({ employee: { id, ...employee }, updateMask }), { as })
const employeeOf = (id: string) => service.call(Employees.getEmployee, { id })
const addPosition = (uk: string, en: string) => service.call(Positions.createStaffPosition, CreateStaffPositionRequest.fromPartial({ staffPosition: { name: { uk, en } } }))
const everything = { pageSize: 0, pageToken: '', filter: '', orderBy: '' }
const everybody = { ...everything, skip: 0, countTotal: false }
const branchOf = (id: string) => service.call(Branches.getBranch, { id })

const requisites = {
  legalName: 'ТОВ «Вітрило»', taxCode: '14360570', iban: 'ua213223130000026007233566001', bankName: 'Банк', bankCode: '', legalAddress: 'м. Київ, вул. Хрещатик, 1', director: 'Надія Коваленко',
}

test('requisites are checked as those of counterparties are, field by field, and the bank comes of the account', async () => {
  const wrong = { taxCode: '14360571', vatNumber: '123', iban: 'UA213223130000026007233566002', bankCode: '300001' }
  expect(await refusal(addBranch({ requisites: wrong, currency: 'DEM' }))).toBe(
    'INVALID_ARGUMENT FIELDS_INVALID branch.requisites.taxCode edrpou-check branch.requisites.vatNumber vat-number branch.requisites.iban iban-check branch.currency choice',
  )
  expect(await refusal(addBranch({ requisites: { iban: requisites.iban, bankCode: '300001' } }))).toBe('INVALID_ARGUMENT FIELDS_INVALID branch.requisites.bankCode bank-code')
  expect(await refusal(addBranch({ requisites: { bankName: 'Банк' } }))).toBe('INVALID_ARGUMENT FIELDS_INVALID branch.requisites.iban required')
  expect(await refusal(addBranch({ numberingPrefix: 'київ-1' }))).toMatch(/^INVALID_ARGUMENT FIELDS_INVALID branch.numberingPrefix/)
  const saved = await addBranch({ requisites })
  expect(saved.requisites).toMatchObject({ taxCode: '14360570', iban: 'UA213223130000026007233566001', bankCode: '322313' })
  // An older wrong code does not stand in the way of a new name.
  await service.pool.query(`update branch set requisites = '{"taxCode": "1"}' where id = $1`, [saved.id])
  expect(await refusal(changeBranch(saved.id, { name: 'Нова назва' }, ['name']))).toBe('accepted')
  expect((await changeBranch(saved.id, { requisites: {} }, ['requisites'])).requisites).toBeUndefined()
})

test('what is empty comes from the nearest branch above that has it, and the source is told', async () => {
  const week = Array.from({ length: 7 }, () => ({ shifts: [{ from: 540, until: 1080 }] }))
  const head = await addBranch({ name: 'Центр', requisites, currency: 'UAH', numberingPrefix: 'Ц', calendar: { timeZone: 'Europe/Kyiv', week, exceptions: [] } })
  expect(head.inherited).toEqual([])
  const middle = await addBranch({ name: 'Область', parentId: head.id, currency: 'EUR' })
  const low = await addBranch({ name: 'Район', parentId: middle.id, requisites: { iban: 'PL61109010140000071219812874', director: 'Ганна Райська' } })
  const told = Object.fromEntries(low.inherited.map(({ field, value, branchId }) => [field, [value, branchId]]))
  expect(told).toEqual({
    'requisites.legalName': ['ТОВ «Вітрило»', head.id], 'requisites.taxCode': ['14360570', head.id], 'requisites.legalAddress': [requisites.legalAddress, head.id],
    currency: ['EUR', middle.id], numberingPrefix: ['Ц', head.id], 'calendar.timeZone': ['Europe/Kyiv', head.id],
  })
  expect((await branchOf(low.id)).inherited).toEqual(low.inherited)
  await changeBranch(middle.id, { currency: '', requisites: { legalName: 'Відокремлений підрозділ' } }, ['currency', 'requisites'])
  const now = Object.fromEntries((await branchOf(low.id)).inherited.map(({ field, value }) => [field, value]))
  expect([now['currency'], now['requisites.legalName']]).toEqual(['UAH', 'Відокремлений підрозділ'])
  const { branches } = await service.call(Branches.listBranches, { pageSize: 0, pageToken: '', filter: 'currency = "" AND name = "Район"', orderBy: '' })
  expect(branches.map(({ inherited }) => inherited.length)).toEqual([6])
  // What comes from above changes without the branch: an event of the branch cannot tell it.
  expect((await service.published()).filter(({ key }) => key === low.id).map(({ data }) => (data as { branch: { inherited?: unknown[] } }).branch.inherited ?? [])).toEqual([[]])
})

test('no two branches have the same prefix of numbers, also when both want it at once', async () => {
  const wanted = await Promise.all(['А', 'Б', 'В'].map((name) => refusal(addBranch({ name, numberingPrefix: 'СПІЛ1' }))))
  expect(wanted.toSorted()).toEqual(['ALREADY_EXISTS TAKEN', 'ALREADY_EXISTS TAKEN', 'accepted'])
  expect(await refusal(addBranch({ numberingPrefix: '' }))).toBe('accepted')
})

// Seen failing: archived ones found by their name.
test('a position is named in any language, renamed everywhere, archived and merged', async () => {
  const [seller, keeper] = [await addPosition('Менеджер з продажу', 'Sales manager'), await addPosition('Комірник', 'Storekeeper')]
  expect(await refusal(addPosition('МЕНЕДЖЕР з продажу', 'Other'))).toBe('ALREADY_EXISTS TAKEN')
  expect(await refusal(addPosition(' ', 'Other'))).toBe('INVALID_ARGUMENT FIELDS_INVALID name.uk required')
  // As an identity provider writes it.
  const written = await addEmployee({ position: 'sales MANAGER' })
  expect(written).toMatchObject({ position: 'Менеджер з продажу', positionId: seller.id })
  const chosen = await addEmployee({ positionId: keeper.id })
  expect(chosen.position).toBe('Комірник')
  expect(await addEmployee({ position: 'Поет' })).toMatchObject({ position: 'Поет', positionId: undefined })
  await service.call(Positions.updateStaffPosition, UpdateStaffPositionRequest.fromPartial({ staffPosition: { id: seller.id, name: { uk: 'Продавець', en: 'Seller' } }, updateMask: ['name'] }))
  expect(await employeeOf(written.id)).toMatchObject({ position: 'Продавець', etag: written.etag })
  await service.call(Positions.updateStaffPosition, UpdateStaffPositionRequest.fromPartial({ staffPosition: { id: keeper.id, archived: true }, updateMask: ['archived'] }))
  expect((await addEmployee({ position: 'Комірник' })).positionId).toBeUndefined()
  expect(await refusal(addEmployee({ positionId: keeper.id }))).toBe('INVALID_ARGUMENT FIELDS_INVALID employee.positionId reference')
  expect(await changeEmployee(chosen.id, { position: 'Storekeeper' }, ['position'])).toMatchObject({ positionId: keeper.id })
  expect(await refusal(service.call(Positions.deleteStaffPosition, { id: keeper.id, etag: '' }))).toBe('FAILED_PRECONDITION IN_USE')
  expect(await refusal(service.call(Positions.mergeStaffPositions, { id: keeper.id, intoId: keeper.id }))).toBe('INVALID_ARGUMENT FIELDS_INVALID intoId reference')
  const { employees } = await service.call(Employees.listEmployees, { ...everybody, filter: `positionId="${seller.id}"`, countTotal: true })
  expect(employees.map(({ id }) => id)).toEqual([written.id])
  expect(await service.call(Positions.mergeStaffPositions, { id: seller.id, intoId: keeper.id })).toMatchObject({ moved: 1, staffPosition: { id: keeper.id } })
  expect(await employeeOf(written.id)).toMatchObject({ position: 'Комірник', positionId: keeper.id })
  expect(await refusal(service.call(Positions.getStaffPosition, { id: seller.id }))).toBe('NOT_FOUND NOT_FOUND')
  for (const as of ['olena', 'head'] as const) {
    const call = service.call(Positions.mergeStaffPositions, { id: keeper.id, intoId: seller.id }, { as })
    expect(await refusal(call)).toBe('PERMISSION_DENIED RIGHT_MISSING')
  }
})

// Seen failing: the day of UTC in place of the branch's (one hour before midnight in Kyiv the door was open till two at night).
test('after the last day of work, at midnight where the branch is, nobody signs in; enabling needs another day', async () => {
  expect(await refusal(addEmployee({ hiredDate: '2026-02-30' }))).toBe('INVALID_ARGUMENT FIELDS_INVALID employee.hiredDate format')
  // Seen failing with the year 0 taken for a day: the database refused it, and the answer was a fault of the program.
  expect(await refusal(addEmployee({ hiredDate: '0000-01-01' }))).toBe('INVALID_ARGUMENT FIELDS_INVALID employee.hiredDate format')
  expect(await refusal(addEmployee({ hiredDate: '2026-03-02', leftDate: '2026-03-01' }))).toBe('INVALID_ARGUMENT FIELDS_INVALID employee.leftDate range')
  const week = Array.from({ length: 7 }, () => ({ shifts: [{ from: 540, until: 1080 }] }))
  const far = await addBranch({ name: 'Далека', calendar: { timeZone: 'Pacific/Auckland', week, exceptions: [] } })
  // Years ahead: the sweep of the service itself, which goes by today, is not in the way.
  const [near, away] = [await addEmployee({ hiredDate: '2040-01-01', leftDate: '2041-06-30' }), await addEmployee({ leftDate: '2041-06-30', branchId: far.id })]
  const log = { warn: () => {} }
  const data = rightsData({ employees: [], groups: [], branches: [{ id: far.id, name: '', code: '', parentId: null, calendar: { timeZone: 'Pacific/Auckland', week: [], exceptions: [] } }] })
  const rights = { data: () => data, callerOf: (claims: Parameters<typeof callerOf>[1]) => callerOf(data, claims) }
  const sweepAt = (time: string) => disableLeavers({ pool: service.pool, rights, log, committed: () => {}, now: () => new Date(time) } as never, 'Europe/Kyiv')
  const disabled = async () => [(await employeeOf(near.id)).disabled, (await employeeOf(away.id)).disabled]
  await sweepAt('2041-06-30T11:59:00Z')
  expect(await disabled()).toEqual([false, false])
  await sweepAt('2041-06-30T12:01:00Z')
  expect(await disabled()).toEqual([false, true])
  await sweepAt('2041-06-30T20:59:00Z')
  expect(await disabled()).toEqual([false, true])
  // Seen failing without the catch for each: who stood behind one that could not be written kept signing in.
  const stuck = await addEmployee({ leftDate: '2041-06-29' })
  await service.pool.query(`alter table employee add constraint stuck check (id <> '${stuck.id}' or not disabled)`)
  await sweepAt('2041-06-30T21:01:00Z')
  await service.pool.query('alter table employee drop constraint stuck')
  expect(await disabled()).toEqual([true, true])
  expect((await service.published()).findLast(({ key }) => key === near.id)!.data).toMatchObject({ employee: { disabled: true } })
  // A day that is over shuts out at once, and stands in the way of coming back.
  const gone = await addEmployee({ leftDate: '2020-01-31' })
  expect(gone.disabled).toBe(true)
  expect(await refusal(changeEmployee(gone.id, { disabled: false }, ['disabled']))).toBe('INVALID_ARGUMENT FIELDS_INVALID employee.leftDate left')
  expect(await changeEmployee(gone.id, { disabled: false, leftDate: '' }, ['disabled', 'left_date'])).toMatchObject({ disabled: false, leftDate: '' })
})

// Seen failing: a move that changes nothing.
test('a department is led by somebody who works, and goes on to the receiver of a hand-over', async () => {
  const [leaver, heir, shut] = [await addEmployee({}), await addEmployee({}), await addEmployee({ disabled: true })]
  const make = (headId: string) => service.call(Departments.createDepartment, CreateDepartmentRequest.fromPartial({ department: { name: 'Продаж', branchId: places.kyiv, headId } }))
  expect(await refusal(make(shut.id))).toBe('INVALID_ARGUMENT FIELDS_INVALID department.headId reference')
  const { id } = await make(leaver.id)
  await changeEmployee(leaver.id, { disabled: true }, ['disabled'])
  // One who left stays named; the rest can be changed all the same.
  const renamed = service.call(Departments.updateDepartment, UpdateDepartmentRequest.fromPartial({ department: { id, name: 'Збут' }, updateMask: ['name'] }))
  expect(await renamed).toMatchObject({ name: 'Збут', headId: leaver.id })
  await until(async () => (await refusal(service.call(Handovers.startHandover, { employeeId: leaver.id, receiverId: heir.id, parts: [] }))) === 'accepted', { timeoutMs: 5_000 })
  await until(async () => (await service.call(Departments.getDepartment, { id })).headId === heir.id)
})

// Seen failing: without `assertMayMove` (accepted).
test('a hand-over is no way around the right to change what it moves', async () => {
  const [leaver, heir] = [await addEmployee({}), await addEmployee({})]
  const { id } = await service.call(Groups.createGroup, CreateGroupRequest.fromPartial({ group: { name: 'personnel', title: 'Кадри' } }))
  const allow = (section: string, action: Action) => ({ section, action, scope: Scope.ALL, fromTime: undefined, untilTime: undefined })
  const work = ['counterparties', 'interactions', 'opportunities', 'requests', 'employees']
  const token = await service.token('clerk', { groups: ['personnel'] })
  const start = () => service.call(Handovers.startHandover, { employeeId: leaver.id, receiverId: heir.id, parts: [] }, { token }).then(() => 'accepted', ({ reason, metadata }) => `${reason} ${metadata.sections ?? ''}`)
  await service.call(Groups.setGrants, { groupId: id, cells: [allow('employees', Action.MANAGE), allow('employees', Action.CHANGE), allow('requests', Action.CHANGE)], etag: '' })
  await until(async () => (await start()) === 'HANDOVER_RIGHTS counterparties,interactions,opportunities', { timeoutMs: 5_000 })
  expect((await employeeOf(leaver.id)).disabled).toBe(false)
  await service.call(Groups.setGrants, { groupId: id, cells: [allow('employees', Action.MANAGE), ...work.map((section) => allow(section, Action.CHANGE))], etag: '' })
  await until(async () => (await start()) === 'accepted', { timeoutMs: 5_000 })
})

// Seen failing: `keepingAdministrable` taken out of the hand-over and of changes of employees, the rule without employees, without the last day, without its lock (both went).
test('the last employee who manages rights keeps that through every door, with one answer', async () => {
  // Of all that the tests before have made only Ada is left.
  await service.pool.query(`update employee set groups = '{}' where groups @> '{administrators}' and id <> $1`, [people.admin.id])
  const { groups } = await service.call(Groups.listGroups, everything)
  const group = groups.find(({ name }) => name === 'administrators')!
  const { grants } = await service.call(Grants.listGrants, { ...everything, pageSize: 250, filter: `groupId="${group.id}"` })
  const ruling = grants.find(({ section, action }) => section === 'rights' && action === Action.MANAGE)!
  const soon = new Date(Date.now() + 86_400_000)
  const rest = grants.filter((grant) => grant !== ruling)
  const denial = { section: 'rights', action: Action.MANAGE, scope: Scope.DENY, fromTime: undefined, untilTime: undefined }
  const own = await service.call(Groups.createGroup, CreateGroupRequest.fromPartial({ group: { name: people.admin.id, title: 'Ада', employeeId: people.admin.id } }))
  const doors = {
    disabling: () => changeEmployee(people.admin.id, { disabled: true }, ['disabled']),
    membership: () => changeEmployee(people.admin.id, { groups: [] }, ['groups']),
    'name at sign-in': () => changeEmployee(people.admin.id, {}, ['username']),
    'last day': () => changeEmployee(people.admin.id, { leftDate: '2099-01-01' }, ['left_date']),
    removal: () => service.call(Employees.deleteEmployee, { id: people.admin.id, etag: '' }),
    'hand-over': () => service.call(Handovers.startHandover, { employeeId: people.admin.id, receiverId: people.nadia.id, parts: [] }, { as: 'machine' }),
    'removal of the group': () => service.call(Groups.deleteGroup, { id: group.id, etag: '' }),
    'removal of the rule': () => service.call(Grants.deleteGrant, { id: ruling.id, etag: '' }),
    'other rules': () => service.call(Groups.setGrants, { groupId: group.id, cells: rest, etag: '' }),
    'an end of the rule': () => service.call(Groups.setGrants, { groupId: group.id, cells: [...rest, { ...ruling, untilTime: soon }], etag: '' }),
    'a denial for the group': () => service.call(Grants.createGrant, CreateGrantRequest.fromPartial({ grant: { groupId: group.id, ...denial } })),
    'a denial for the person': () => service.call(Grants.createGrant, CreateGrantRequest.fromPartial({ grant: { groupId: own.id, ...denial } })),
  }
  for (const [door, push] of Object.entries(doors)) expect([door, await refusal(push())]).toEqual([door, 'FAILED_PRECONDITION LAST_ADMINISTRATOR'])
  // Two who take each other's right at once: one of them stays.
  const second = await addEmployee({ username: 'second-admin', groups: ['administrators'] })
  const outcomes = await Promise.all([people.admin.id, second.id].map((id) => refusal(changeEmployee(id, { disabled: true }, ['disabled']))))
  expect(outcomes.toSorted()).toEqual(['FAILED_PRECONDITION LAST_ADMINISTRATOR', 'accepted'])
})
