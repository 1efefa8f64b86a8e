import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { many, sql } from '@vitrylo/pg'
import { CounterpartyCreatedEvent } from '@vitrylo/proto/events.ts'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { OpportunityServiceService as rpc } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_service.ts'
import { branches, defineField, people, startTestService, until, type TestService } from '@vitrylo/testkit'
import { sales } from '../src/index.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(sales)
  await defineField(service, 'opportunities', 'order_no', { unique: true, filterable: true })
  await defineField(service, 'opportunities', 'run', { kind: 'CUSTOM_FIELD_KIND_NUMBER', required: true, visibleWhen: 'state = open', filterable: true })
  await defineField(service, 'opportunities', 'payer', { kind: 'CUSTOM_FIELD_KIND_LINK', linkTo: 'counterparties' })
  await until(async () => (await many(service.pool, sql`select 1 from custom_index_told where ready`)).length === 2)
})
afterAll(() => service.stop())

const create = (title: string, custom: object) => service.call(rpc.createOpportunity, { opportunity: Opportunity.fromPartial({ title, custom: custom as never }) })
const update = (id: string, custom: object) => service.call(rpc.updateOpportunity, { opportunity: Opportunity.fromPartial({ id, custom: custom as never }), updateMask: ['custom'] })
const wrong = (call: Promise<unknown>) => call.then(() => [], (error) => error.violations.map(({ field, rule }: { field: string; rule: string }) => `${field} ${rule}`))

test('opportunities keep, check, tell and find custom values; the board is narrowed by them', async () => {
  const made = await create('Тираж', { order_no: 'З-1', run: 500 })
  expect(made.custom).toEqual({ order_no: 'З-1', run: 500 })
  expect(await wrong(create('Без тиражу', {}))).toEqual(['custom.run required'])
  await expect(create('Той самий', { order_no: 'З-1', run: 1 })).rejects.toMatchObject({ code: 'ALREADY_EXISTS', metadata: { field: 'custom.order_no' } })
  await create('Більший', { order_no: 'З-2', run: 1500 })
  const { opportunities } = await service.call(rpc.listOpportunities, { filter: 'custom.run >= 500', orderBy: 'custom.run desc', pageSize: 0, pageToken: '' })
  expect(opportunities.map(({ title }) => title)).toEqual(['Більший', 'Тираж'])
  const board = await service.call(rpc.getBoard, { filter: 'custom.run > 1000', cards: 0 })
  expect(board.columns.flatMap((column) => column.opportunities.map(({ title }) => title))).toEqual(['Більший'])
  expect((await update(made.id, { run: 600 })).custom).toEqual({ order_no: 'З-1', run: 600 })
  expect(await wrong(update(made.id, { run: null }))).toEqual(['custom.run required'])
  const won = await service.call(rpc.winOpportunity, { id: made.id, etag: '' })
  expect(won.custom).toEqual({ order_no: 'З-1', run: 600 })
  expect((await service.published()).findLast(({ key }) => key === made.id)!.data).toMatchObject({ opportunity: { custom: { run: 600 } } })
})

test('a payer out of sight is refused as one that is not there', async () => {
  const counterparty = Counterparty.fromPartial({ id: '01900000-0000-7000-8000-0000000000f1', etag: '1', displayName: 'Львівське', branchId: branches.lviv, responsibleId: people.bohdan.id })
  await service.receive({ type: CounterpartyCreatedEvent, key: counterparty.id, revision: 1, data: { counterparty, actorId: '' } })
  const by = (as: 'olena' | 'admin', payer: string) => wrong(service.call(rpc.createOpportunity, { opportunity: Opportunity.fromPartial({ title: 'Платник', custom: { run: 1, payer } as never }) }, { as }))
  expect(await by('olena', counterparty.id)).toEqual(['custom.payer reference'])
  expect(await by('olena', '01900000-0000-7000-8000-0000000000f2')).toEqual(['custom.payer reference'])
  expect(await by('admin', counterparty.id)).toEqual([])
})
