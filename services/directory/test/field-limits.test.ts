// Seen failing: events without limits (the first, and nobody was limited).
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { GroupGrantsChangedEvent } from '@vitrylo/proto/events.ts'
import { BranchServiceService as Branches, CreateBranchRequest } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { CreateEmployeeRequest, EmployeeServiceService as Employees } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { FieldLimitServiceService as Limits, SetFieldLimitsRequest } from '@vitrylo/proto/vitrylo/directory/v1/field_limit_service.ts'
import { GrantServiceService as Grants } from '@vitrylo/proto/vitrylo/directory/v1/grant_service.ts'
import { CreateGroupRequest, GroupServiceService as Groups, SetGrantsRequest, UpdateGroupRequest } from '@vitrylo/proto/vitrylo/directory/v1/group_service.ts'
import { MeServiceService as Me } from '@vitrylo/proto/vitrylo/directory/v1/me_service.ts'
import { startTestService, until, type TestService } from '@vitrylo/testkit'
import { directory } from '../src/index.ts'

let service: TestService
let home: string
beforeAll(async () => {
  service = await startTestService(directory)
  home = (await service.call(Branches.createBranch, CreateBranchRequest.fromPartial({ branch: { name: 'Дім', code: 'home' } }))).id
})
afterAll(() => service.stop())

const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason, violations = [] }) => [code, reason, ...violations.map(({ field, rule }: { field: string; rule: string }) => `${field} ${rule}`)].join(' '))
const group = (name: string, more: object = {}) => service.call(Groups.createGroup, CreateGroupRequest.fromPartial({ group: { name, title: name, ...more } }))
const hire = (username: string, groups: string[]) =>
  service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { displayName: username, branchId: home, username, groups, position: 'Майстриня' } }))
const give = (groupId: string, scope: string) =>
  service.call(Groups.setGrants, SetGrantsRequest.fromPartial({ groupId, cells: [{ section: 'employees', action: 'ACTION_VIEW', scope }, { section: 'employees', action: 'ACTION_CHANGE', scope }] as never[] }))
const set = (groupId: string, limits: object[], etag = '') => service.call(Limits.setFieldLimits, SetFieldLimitsRequest.fromPartial({ groupId, limits: limits as never[], etag }))
const hide = (field: string, more: object = {}) => ({ section: 'employees', field, limit: 'FIELD_LIMIT_KIND_HIDE', ...more })
const readOnly = (field: string, more: object = {}) => ({ section: 'employees', field, limit: 'FIELD_LIMIT_KIND_READ_ONLY', ...more })
const me = async (username: string) => (await service.call(Me.getMe, {}, { token: await service.token(username) })).fieldLimits
const why = async (employeeId: string, action = 'ACTION_VIEW') => (await service.call(Grants.explainRight, { employeeId, section: 'employees', action: action as never })).fields

test('limits of a group are kept, sent whole with its rules, and gone with them', async () => {
  const one = await group('first')
  await give(one.id, 'SCOPE_ALL')
  const { limits } = await set(one.id, [hide('position'), readOnly('email', { yields: true, untilTime: new Date('2090-01-01') })])
  expect(limits).toEqual((await service.call(Limits.listFieldLimits, { groupId: one.id })).limits)
  expect(limits.map(({ field, limit, yields }) => [field, limit, yields])).toEqual([['email', 'FIELD_LIMIT_KIND_READ_ONLY', true], ['position', 'FIELD_LIMIT_KIND_HIDE', false]])
  await give(one.id, 'SCOPE_BRANCH')
  const told = (await service.published()).filter(({ type, key }) => type === GroupGrantsChangedEvent.type && key === one.id).at(-1)!
  expect(told.data).toMatchObject({ cells: [{}, {}], fieldLimits: [{ field: 'email' }, { field: 'position' }] })
  await service.call(Groups.deleteGroup, { id: one.id, etag: '' })
  expect(await refusal(service.call(Limits.listFieldLimits, { groupId: one.id }))).toBe('NOT_FOUND NOT_FOUND')
})

test('a limit of requests is told to every service when it is set and when the group goes', async () => {
  const one = await group('slow', { requestsPerMinute: 60 })
  const told = async () => (await service.published()).filter(({ type, key }) => type === GroupGrantsChangedEvent.type && key === one.id).map(({ data }) => (data as { requestsPerMinute?: number }).requestsPerMinute ?? 0)
  await service.call(Groups.updateGroup, UpdateGroupRequest.fromPartial({ group: { id: one.id, requestsPerMinute: 90 }, updateMask: ['requests_per_minute'] }))
  await service.call(Groups.updateGroup, UpdateGroupRequest.fromPartial({ group: { id: one.id, title: 'Повільні' }, updateMask: ['title'] }))
  expect(await service.call(Groups.getGroup, { id: one.id })).toMatchObject({ requestsPerMinute: 90, title: 'Повільні' })
  await give(one.id, 'SCOPE_ALL')
  expect(await told()).toEqual([60, 90, 90])
  expect(await refusal(group('slower', { requestsPerMinute: 59 }))).toBe('INVALID_ARGUMENT FIELDS_INVALID group.requestsPerMinute range')
  await service.call(Groups.deleteGroup, { id: one.id, etag: '' })
  expect(await told()).toEqual([60, 90, 90, 0])
})

test('what is not there, or no record could be shown without, is refused by name', async () => {
  const one = await group('second')
  const { etag } = await service.call(Groups.getGroup, { id: one.id })
  expect(await refusal(set(one.id, [hide('positoin')]))).toBe('INVALID_ARGUMENT FIELDS_INVALID limits[0].field choice')
  expect(await refusal(set(one.id, [{ ...hide('name'), section: 'pipelines' }]))).toBe('INVALID_ARGUMENT FIELDS_INVALID limits[0].section choice')
  expect(await refusal(set(one.id, [hide('displayName')]))).toBe('INVALID_ARGUMENT FIELDS_INVALID limits[0].limit choice')
  expect(await refusal(set(one.id, [readOnly('displayName')]))).toBe('accepted')
  expect(await refusal(set(one.id, [hide('email'), hide('email')]))).toBe('INVALID_ARGUMENT FIELDS_INVALID limits[1] unique')
  expect(await refusal(set(one.id, [], etag))).toBe('ABORTED ETAG_MISMATCH')
  const { sections } = await service.call(Grants.listSections, {})
  expect(sections.find(({ name }) => name === 'employees')!.fields).toEqual(expect.arrayContaining([{ name: 'displayName', hideable: false }, { name: 'position', hideable: true }]))
  expect(sections.find(({ name }) => name === 'rights')!.fields).toEqual([])
})

test('of two groups the free one wins over a limit that yields, and no other; each of them is named', async () => {
  const [plain, open] = [await group('limited'), await group('open')]
  await give(plain.id, 'SCOPE_BRANCH')
  await give(open.id, 'SCOPE_ALL')
  await set(plain.id, [hide('position', { yields: true }), hide('email'), readOnly('externalId', { yields: true })])
  const [both, alone] = [await hire('both', ['limited', 'open']), await hire('alone', ['limited'])]
  await until(async () => (await me('alone')).length === 3, { timeoutMs: 5_000 })
  expect((await me('alone')).map(({ field, limit, actions, groups }) => [field, limit, actions.length, groups])).toEqual([
    ['position', 'FIELD_LIMIT_KIND_HIDE', 2, ['limited']], ['email', 'FIELD_LIMIT_KIND_HIDE', 2, ['limited']], ['externalId', 'FIELD_LIMIT_KIND_READ_ONLY', 1, ['limited']],
  ])
  expect((await me('both')).map(({ field, groups }) => [field, groups])).toEqual([['email', ['limited']]])
  const told = async (id: string, action?: string) => (await why(id, action)).map(({ field, limit, grounds }) => [field, limit, grounds[0]!.outcome, grounds[0]!.group] as const).toSorted(([one], [other]) => one.localeCompare(other))
  expect(await told(both.id, 'ACTION_CHANGE')).toEqual([
    ['email', 'FIELD_LIMIT_KIND_HIDE', 'FIELD_OUTCOME_HOLDS', 'limited'], ['externalId', 'FIELD_LIMIT_KIND_UNSPECIFIED', 'FIELD_OUTCOME_YIELDS', 'limited'],
    ['position', 'FIELD_LIMIT_KIND_UNSPECIFIED', 'FIELD_OUTCOME_YIELDS', 'limited'],
  ])
  expect((await told(alone.id, 'ACTION_CHANGE')).map(([field, limit]) => [field, limit])).toEqual([
    ['email', 'FIELD_LIMIT_KIND_HIDE'], ['externalId', 'FIELD_LIMIT_KIND_READ_ONLY'], ['position', 'FIELD_LIMIT_KIND_HIDE'],
  ])
})

test('a limit of one person holds for them alone, and is gone within 5 s', async () => {
  const everybody = await group('everybody')
  await give(everybody.id, 'SCOPE_ALL')
  const [ann, ben] = [await hire('ann', ['everybody']), await hire('ben', ['everybody'])]
  const own = await group(ann.id, { employeeId: ann.id })
  const position = async (who: string) => (await service.call(Employees.getEmployee, { id: ben.id }, { token: await service.token(who) })).position
  await until(async () => (await position('ann').catch(() => '')) === 'Майстриня', { timeoutMs: 5_000 })
  await set(own.id, [hide('position')])
  await until(async () => (await position('ann')) === '', { timeoutMs: 5_000 })
  expect(await position('ben')).toBe('Майстриня')
  await set(own.id, [])
  await until(async () => (await position('ann')) === 'Майстриня', { timeoutMs: 5_000 })
})
