// Rights by branch and department follow whoever is moved: nobody raises them by a move. Seen failing: everybody could but oneself, and a program could move anybody.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import { BranchServiceService as Branches, CreateBranchRequest } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { CreateDepartmentRequest, DepartmentServiceService as Departments } from '@vitrylo/proto/vitrylo/directory/v1/department_service.ts'
import { CreateEmployeeRequest, EmployeeServiceService as Employees, UpdateEmployeeRequest } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { Scope } from '@vitrylo/proto/vitrylo/directory/v1/grant.ts'
import { CreateGroupRequest, GroupServiceService as Groups } from '@vitrylo/proto/vitrylo/directory/v1/group_service.ts'
import { CreateIntegrationAccountRequest, IntegrationAccountServiceService as Accounts } from '@vitrylo/proto/vitrylo/directory/v1/integration_account_service.ts'
import { people, startTestService, until, type TestService } from '@vitrylo/testkit'
import { directory } from '../src/index.ts'
import { settle } from './settle.ts'

type Cell = { section: string; action: Action; scope: Scope; denyScope?: Scope }
type Place = { branchId: string; departmentId?: string }

let service: TestService
let here: string
let there: string
/** Departments: that of the mover, and another one beside it. */
let mine: string
let beside: string
let me: string
let colleague: string
let token: string

const always = { fromTime: undefined, untilTime: undefined }
const cell = (section: string, scope: Scope, more: Partial<Cell> = {}): Cell => ({ section, action: Action.VIEW, scope, ...more })
const group = async (name: string, cells: readonly Cell[]) => {
  const { id } = await service.call(Groups.createGroup, CreateGroupRequest.fromPartial({ group: { name, title: name } }))
  await service.call(Groups.setGrants, { groupId: id, cells: cells.map((one) => ({ ...always, ...one })), etag: '' })
}
const branch = async (name: string, parentId?: string) => (await service.call(Branches.createBranch, CreateBranchRequest.fromPartial({ branch: { name, parentId, code: name } }))).id
const department = async (name: string, branchId: string) => (await service.call(Departments.createDepartment, CreateDepartmentRequest.fromPartial({ department: { name, branchId } }))).id
const add = async (facts: object) => (await service.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { displayName: 'Хтось', branchId: here, ...facts } }))).id
const told = (call: Promise<unknown>) => call.then(() => 'moved', ({ reason, metadata }) => [reason, metadata.section, metadata.deed].filter(Boolean).join(' '))
const move = (id: string, { branchId, departmentId }: Place, as: object = { token }) =>
  told(service.call(Employees.updateEmployee, UpdateEmployeeRequest.fromPartial({ employee: { id, branchId, departmentId }, updateMask: ['branch_id', 'department_id'] }), as))

beforeAll(async () => {
  service = await startTestService(directory)
  await settle(service)
  here = await branch('Тут')
  there = await branch('Там')
  ;[mine, beside] = [await department('Мій', here), await department('Сусідній', here)]
  await group('movers', [cell('employees', Scope.ALL), cell('employees', Scope.ALL, { action: Action.CHANGE }), cell('requests', Scope.BRANCH), cell('opportunities', Scope.DEPARTMENT)])
  await group('sellers', [cell('requests', Scope.BRANCH)])
  await group('together', [cell('calls', Scope.DEPARTMENT)])
  await group('readers', [cell('counterparties', Scope.ALL), cell('calls', Scope.OWN)])
  await group('providers', [Action.VIEW, Action.CHANGE].flatMap((action) => [cell('employees', Scope.ALL, { action }), cell('rights', Scope.ALL, { action: action === Action.VIEW ? action : Action.MANAGE })]))
  await group('strangers', [cell('calls', Scope.ALL), cell('calls', Scope.DENY, { denyScope: Scope.BRANCH })])
  colleague = await add({ departmentId: beside })
  me = await add({ username: 'mover', groups: ['movers'], departmentId: mine })
  token = await service.token('mover')
  const nobody = await add({})
  await until(async () => (await move(nobody, { branchId: there })) === 'moved')
})
afterAll(() => service.stop())

test('who has no right by place is moved wherever the mover reaches', async () => {
  const id = await add({ groups: ['readers'] })
  expect(await move(id, { branchId: there })).toBe('moved')
  expect(await move(id, { branchId: here, departmentId: beside })).toBe('moved')
})

test('nobody is moved to where their rights reach more than now and than the mover’s', async () => {
  const id = await add({ groups: ['sellers'] })
  expect(await move(id, { branchId: there })).toBe('MOVE_EXCEEDS requests')
  // Back to where the mover reaches the same.
  expect(await move(id, { branchId: there }, { as: 'admin' })).toBe('moved')
  expect(await move(id, { branchId: here })).toBe('moved')
  expect(await move(await add({ groups: ['together'] }), { branchId: here, departmentId: beside })).toBe('MOVE_EXCEEDS calls')
  expect(await move(colleague, { branchId: here })).toBe('moved')
})

test('nor to where they are denied no more what their place denies them', async () => {
  expect(await move(await add({ groups: ['strangers'] }), { branchId: there })).toBe('MOVE_EXCEEDS calls')
})

test('nor oneself, nor whom one stands in for', async () => {
  expect(await move(me, { branchId: there })).toBe('MOVE_EXCEEDS requests')
  const absent = await add({ groups: ['sellers'], substitutes: [{ employeeId: me, fromTime: new Date(0), untilTime: new Date(Date.now() + 86_400_000) }] })
  expect(await move(absent, { branchId: there })).toBe('MOVE_EXCEEDS requests')
})

test('nobody takes a colleague into their own department to reach what that one owns', async () => {
  const id = await add({})
  expect(await move(id, { branchId: here, departmentId: mine })).toBe('MOVE_EXCEEDS opportunities mine')
  expect(await move(id, { branchId: here, departmentId: beside })).toBe('moved')
})

test('a program moves nobody beyond its own rights, unless it may manage rights', async () => {
  const program = async (name: string, scopes: string[]) => {
    const { id } = await service.call(Accounts.createIntegrationAccount, CreateIntegrationAccountRequest.fromPartial({ integrationAccount: { name, ownerId: people.nadia.id, groups: ['providers'], scopes } }))
    await service.call(Accounts.issueIntegrationKey, { id, overlapSeconds: 0, clientId: name })
    return { token: await service.token(`service-account-${name}`, { azp: name }) }
  }
  const [scim, ruling] = [await program('scim-users', ['scim']), await program('scim-rules', ['scim', 'rights:manage'])]
  const [seller, nobody] = [await add({ groups: ['sellers'] }), await add({})]
  await until(async () => (await move(nobody, { branchId: there }, scim)) === 'moved')
  expect(await move(seller, { branchId: there }, scim)).toBe('MOVE_EXCEEDS requests')
  await until(async () => (await move(nobody, { branchId: here }, ruling)) === 'moved')
  expect(await move(seller, { branchId: there }, ruling)).toBe('moved')
})

test('a branch comes under another one by who manages rights: those there reach its records then', async () => {
  const low = await service.call(Branches.createBranch, CreateBranchRequest.fromPartial({ branch: { name: 'Нижня', code: 'low' } }))
  const under = (as: object) => told(service.call(Branches.updateBranch, { branch: { ...low, etag: '', parentId: here }, updateMask: ['parent_id'] }, as))
  expect(await under({ token })).toBe('RIGHT_MISSING rights')
  expect(await under({ as: 'admin' })).toBe('moved')
})
