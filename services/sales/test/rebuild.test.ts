import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { rightsProjection } from '@vitrylo/auth'
import type { OutgoingEvent } from '@vitrylo/events'
import { BranchChangedEvent, CounterpartyChangedEvent, CounterpartyCreatedEvent, EmployeeChangedEvent, EmployeeDeletedEvent, GroupGrantsChangedEvent } from '@vitrylo/proto/events.ts'
import { CounterpartyChanged } from '@vitrylo/proto/vitrylo/contacts/v1/events.ts'
import { BranchChanged, EmployeeChanged, EmployeeDeleted, GroupGrantsChanged } from '@vitrylo/proto/vitrylo/directory/v1/events.ts'
import { branches, digestsOfRebuild, people, startTestService, type TestService } from '@vitrylo/testkit'
import { sales } from '../src/index.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(sales)
})
afterAll(() => service.stop())

const told = (type: OutgoingEvent['type'], key: string, revision: number, data: object): OutgoingEvent => ({ type, key, revision, data })

// Seen failing: `newest` of libs/events took the last of a batch for the newest, and a late event of revision 2 undid revision 3.
test('the copy of clients is made anew from the log with the same digest', async () => {
  const ids = Array.from({ length: 12 }, () => randomUUID())
  const state = (id: string, n: number, more = {}) => CounterpartyChanged.fromPartial({ counterparty: { id, displayName: `Клієнт ${n}`, responsibleId: people.olena.id, branchId: branches.kyiv, ...more } })
  await service.receive(...ids.map((id, n) => told(CounterpartyCreatedEvent, id, 1, state(id, n))))
  await service.receive(...ids.slice(0, 6).map((id, n) => told(CounterpartyChangedEvent, id, 3, state(id, n + 100, { responsibleId: people.taras.id }))))
  await service.receive(told(CounterpartyChangedEvent, ids[0]!, 2, state(ids[0]!, 50)), told(CounterpartyChangedEvent, ids[7]!, 2, state(ids[7]!, 7, { deleteTime: new Date() })))
  const [projection] = sales.projections!({} as never)
  const { before, rebuilt, spoiled, mended } = await digestsOfRebuild(service, {
    group: 'sales', projection: projection!, tables: ['counterparty'], spoil: `delete from counterparty where name like 'Клієнт 10%'; update counterparty set name = 'зіпсовано'`,
  })
  expect(before[0]).toMatch(/^counterparty: 12 /)
  expect(rebuilt).toEqual(before)
  expect(spoiled).not.toEqual(before)
  expect(mended).toEqual(before)
})

// Seen failing: with a `clear` that leaves the groups alone the spoiled cells stayed, because their revision was known.
test('the copy of the rights is made anew from the log with the same digest', async () => {
  await service.pool.query('delete from rights_employee; delete from rights_group; delete from rights_branch') // what the test firm wrote without events
  const employee = (n: number, more = {}) => EmployeeChanged.fromPartial({ employee: { id: `01900000-0000-7000-8000-0000000000e${n}`, username: `e${n}`, displayName: `Працівник ${n}`, branchId: branches.kyiv, groups: ['g'], ...more } })
  const id = (n: number) => employee(n).employee!.id
  const groupId = randomUUID()
  const grants = (action: 'ACTION_VIEW' | 'ACTION_CHANGE') => GroupGrantsChanged.fromPartial({ groupId, groupName: 'g', cells: [{ section: 'opportunities', action, scope: 'SCOPE_BRANCH' }] })
  await service.receive(
    told(BranchChangedEvent, branches.kyiv, 1, BranchChanged.fromPartial({ branch: { id: branches.kyiv, name: 'Київ', code: 'kyiv' } })),
    ...[1, 2, 3].map((n) => told(EmployeeChangedEvent, id(n), 1, employee(n))),
    told(GroupGrantsChangedEvent, groupId, 1, grants('ACTION_VIEW')),
  )
  await service.receive(
    told(EmployeeChangedEvent, id(2), 2, employee(2, { disabled: true })),
    told(EmployeeDeletedEvent, id(3), 2, EmployeeDeleted.fromPartial({ id: id(3) })),
    told(GroupGrantsChangedEvent, groupId, 2, grants('ACTION_CHANGE')),
  )
  const { before, rebuilt, spoiled, mended } = await digestsOfRebuild(service, {
    group: 'sales', projection: rightsProjection, tables: ['rights_employee', 'rights_group', 'rights_branch'], spoil: `update rights_group set cells = '[]'; delete from rights_employee`,
  })
  expect(before.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['rights_employee: 3', 'rights_group: 1', 'rights_branch: 1'])
  expect(rebuilt).toEqual(before)
  expect(spoiled).not.toEqual(before)
  expect(mended).toEqual(before)
})
