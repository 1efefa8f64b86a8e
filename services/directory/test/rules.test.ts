import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Employee } from '@vitrylo/proto/vitrylo/directory/v1/employee.ts'
import { BranchServiceService as Branches, CreateBranchRequest } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { CreateEmployeeRequest, EmployeeServiceService as Employees, UpdateEmployeeRequest } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { GrantServiceService as Grants, ListGrantsRequest } from '@vitrylo/proto/vitrylo/directory/v1/grant_service.ts'
import { CreateGroupRequest, GroupServiceService as Groups, SetGrantsRequest } from '@vitrylo/proto/vitrylo/directory/v1/group_service.ts'
import { startTestService, until, type TestService } from '@vitrylo/testkit'
import { directory } from '../src/index.ts'

let service: TestService
let home: string
beforeAll(async () => {
  service = await startTestService(directory)
  home = (await service.call(Branches.createBranch, CreateBranchRequest.fromPartial({ branch: { name: 'Дім', code: 'home' } }))).id
})
afterAll(() => service.stop())

const HOUR = 3_600_000
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR)
const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason }) => `${code} ${reason}`)
const hire = (username: string, more: object = {}) =>
  service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { displayName: username, branchId: home, username, ...more } }))
const setRules = (groupId: string, ...cells: object[]) => service.call(Groups.setGrants, SetGrantsRequest.fromPartial({ groupId, cells: cells as never[] }))
const view = (more: object = {}) => ({ section: 'employees', action: 'ACTION_VIEW', scope: 'SCOPE_ALL', ...more })
const personal = ({ id, displayName }: Employee) =>
  service.call(Groups.createGroup, CreateGroupRequest.fromPartial({ group: { name: id, employeeId: id, title: displayName } }))
const sees = async (who: Employee, whom: string) =>
  refusal(service.call(Employees.getEmployee, { id: whom }, { token: await service.token(who.username!) }))
const becomes = (answer: string, who: Employee, whom: string) => until(async () => (await sees(who, whom)) === answer, { timeoutMs: 5_000 })
const why = (employeeId: string) => service.call(Grants.explainRight, { employeeId, section: 'employees', action: 'ACTION_VIEW' })

test('a rule of one person works for them alone, and its group cannot be joined', async () => {
  const [ada, bea] = [await hire('ada'), await hire('bea')]
  const own = await personal(ada)
  expect(own).toMatchObject({ employeeId: ada.id, memberCount: 1 })
  await setRules(own.id, view())
  await becomes('accepted', ada, bea.id)
  expect(await sees(bea, ada.id)).toBe('PERMISSION_DENIED RIGHT_MISSING')
  const join = UpdateEmployeeRequest.fromPartial({ employee: { id: bea.id, groups: [ada.id] }, updateMask: ['groups'] })
  expect(await refusal(service.call(Employees.updateEmployee, join))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
  const forged = CreateGroupRequest.fromPartial({ group: { name: bea.id, title: 'Чужа' } })
  expect(await refusal(service.call(Groups.createGroup, forged))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
  expect(await refusal(personal(ada))).toBe('ALREADY_EXISTS TAKEN')
})

test('a denial with a scope cuts what is allowed, and the explanation begins with it', async () => {
  const cyd = await hire('cyd')
  const own = await personal(cyd)
  await setRules(own.id, view(), view({ scope: 'SCOPE_DENY', denyScope: 'SCOPE_OWN' }))
  await becomes('accepted', cyd, (await hire('dee')).id)
  expect(await sees(cyd, cyd.id)).toBe('NOT_FOUND NOT_FOUND')
  await setRules(own.id, view(), view({ scope: 'SCOPE_DENY' }))
  await until(async () => !(await why(cyd.id)).allowed)
  const { grounds } = await why(cyd.id)
  expect(grounds.map(({ outcome, group }) => [outcome, group])).toEqual([['OUTCOME_DENIES', cyd.id], ['OUTCOME_OUTWEIGHED', cyd.id]])
})

// Seen failing with the etag not handed to lockGroup: the second took the place of the first.
test('who rules by what they saw before somebody else ruled is refused; each answer has the etag of the next', async () => {
  const group = await service.call(Groups.createGroup, CreateGroupRequest.fromPartial({ group: { name: 'two-rulers', title: 'Двоє' } }))
  const set = (etag: string, ...cells: object[]) => service.call(Groups.setGrants, SetGrantsRequest.fromPartial({ groupId: group.id, cells: cells as never[], etag }))
  const { etag, grants } = await set(group.etag, view())
  expect(await refusal(set(group.etag, view(), view({ action: 'ACTION_CHANGE' })))).toBe('ABORTED ETAG_MISMATCH')
  expect((await service.call(Grants.listGrants, ListGrantsRequest.fromPartial({ filter: `groupId = "${group.id}"` }))).grants).toEqual(grants)
  expect((await set(etag)).grants).toEqual([])
})

test('a rule begins and ends by the clock; one that can never hold is refused', async () => {
  const eli = await hire('eli')
  const own = await personal(eli)
  await setRules(own.id, view({ untilTime: new Date(Date.now() + 4_000) }))
  await becomes('accepted', eli, eli.id)
  // No event tells of its end.
  await becomes('PERMISSION_DENIED RIGHT_MISSING', eli, eli.id)
  expect((await why(eli.id)).grounds).toMatchObject([{ outcome: 'OUTCOME_EXPIRED' }])
  expect(await refusal(setRules(own.id, view({ fromTime: inHours(2), untilTime: inHours(1) })))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
  expect(await refusal(setRules(own.id, view({ denyScope: 'SCOPE_OWN' })))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
})

test('who stands in holds the rights of the absent, passes them to nobody, and only those who manage rights name them', async () => {
  const [fay, gil, hal] = [await hire('fay'), await hire('gil'), await hire('hal')]
  await setRules((await personal(fay)).id, view())
  const away = (of: Employee, by: Employee, options: object = {}) => {
    const substitutes = [{ employeeId: by.id, fromTime: inHours(-1), untilTime: inHours(1) }]
    const change = UpdateEmployeeRequest.fromPartial({ employee: { id: of.id, substitutes }, updateMask: ['substitutes'] })
    return service.call(Employees.updateEmployee, change, options)
  }
  await away(fay, gil)
  await away(gil, hal)
  await becomes('accepted', gil, hal.id)
  expect((await why(gil.id)).grounds).toMatchObject([{ outcome: 'OUTCOME_ALLOWS', inSteadOf: fay.id }])
  expect(await sees(hal, gil.id)).toBe('PERMISSION_DENIED RIGHT_MISSING')
  const { rights } = await service.call(Grants.listEffectiveRights, { employeeId: gil.id })
  expect(rights).toMatchObject([{ section: 'employees', rules: [{ inSteadOf: fay.id }] }])
  expect(await refusal(away(fay, fay))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
  await setRules((await personal(hal)).id, view(), view({ action: 'ACTION_CHANGE' }))
  await becomes('accepted', hal, gil.id)
  expect(await refusal(away(fay, hal, { token: await service.token('hal') }))).toBe('PERMISSION_DENIED RIGHT_MISSING')
})

// Seen failing: the substitutes were looked at with every change.
test('an employee whose substitute has left goes on being changed', async () => {
  const [ira, joe] = [await hire('ira'), await hire('joe')]
  const change = (employee: object, ...updateMask: string[]) =>
    refusal(service.call(Employees.updateEmployee, UpdateEmployeeRequest.fromPartial({ employee: { id: ira.id, ...employee }, updateMask })))
  const substitutes = [{ employeeId: joe.id, fromTime: inHours(-1), untilTime: inHours(1) }]
  expect(await change({ substitutes }, 'substitutes')).toBe('accepted')
  await service.call(Employees.deleteEmployee, { id: joe.id, etag: '' })
  expect(await change({ position: 'Касир' }, 'position')).toBe('accepted')
  expect(await change({ substitutes: [{ ...substitutes[0], untilTime: inHours(2) }] }, 'substitutes')).toBe('INVALID_ARGUMENT FIELDS_INVALID')
})
