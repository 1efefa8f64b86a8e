import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { many, sql } from '@vitrylo/pg'
import { Request } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { RequestServiceService as rpc } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_service.ts'
import { defineField, startTestService, until, type TestService } from '@vitrylo/testkit'
import { serviceDesk } from '../src/index.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(serviceDesk)
  await defineField(service, 'requests', 'plate', { filterable: true, required: true, visibleWhen: 'channel = visit' })
  await defineField(service, 'requests', 'urgent', { kind: 'CUSTOM_FIELD_KIND_FLAG', defaultValue: true, filterable: true })
  await until(async () => (await many(service.pool, sql`select 1 from custom_index_told where ready`)).length === 2)
})
afterAll(() => service.stop())

const create = (subject: string, channel: string, custom: object = {}) => service.call(rpc.createRequest, { request: Request.fromPartial({ subject, channel, custom } as object) })
const wrong = (call: Promise<unknown>) => call.then(() => [], (error) => error.violations.map(({ field, rule }: { field: string; rule: string }) => `${field} ${rule}`))

test('requests have custom fields that depend on how they came in', async () => {
  // First, for it names the fields: what is in memory may be a second old until somebody does.
  const made = await create('Візит', 'REQUEST_CHANNEL_VISIT', { plate: 'АА1234ВВ', urgent: false })
  expect(made.custom).toEqual({ plate: 'АА1234ВВ', urgent: false })
  expect(await wrong(create('Візит', 'REQUEST_CHANNEL_VISIT'))).toEqual(['custom.plate required'])
  expect((await create('Лист', 'REQUEST_CHANNEL_FORM')).custom).toEqual({ urgent: true })
  const { requests } = await service.call(rpc.listRequests, { filter: 'custom.plate = "АА1234ВВ" AND custom.urgent = false', orderBy: 'custom.plate desc', pageSize: 0, pageToken: '' })
  expect(requests.map(({ subject }) => subject)).toEqual(['Візит'])
  const changed = await service.call(rpc.updateRequest, { request: Request.fromPartial({ id: made.id, custom: { urgent: null } as never }), updateMask: ['custom'] })
  expect(changed.custom).toEqual({ plate: 'АА1234ВВ' })
})
