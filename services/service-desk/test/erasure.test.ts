import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, many, one, sql } from '@vitrylo/pg'
import { CounterpartyCreatedEvent } from '@vitrylo/proto/events.ts'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { RequestChannel } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { RequestFileServiceService as files } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_file_service.ts'
import { CreateRequestRequest, RequestServiceService as rpc } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_service.ts'
import { besides, branches, defineField, erased, fileClient, people, startTestService, type TestService } from '@vitrylo/testkit'
import { serviceDesk } from '../src/index.ts'

let service: TestService
let bringer: ReturnType<typeof fileClient>
beforeAll(async () => {
  service = await startTestService(serviceDesk)
  bringer = fileClient(service, { upload: files.uploadRequestFile, download: files.downloadRequestFile })
  await defineField(service, 'requests', 'scan', { kind: 'CUSTOM_FIELD_KIND_FILE' })
})
afterAll(async () => {
  bringer.close()
  await service.stop()
})

const create = (counterpartyId: string, subject: string) => service.call(rpc.createRequest, CreateRequestRequest.fromPartial({ request: { channel: RequestChannel.VISIT, subject, counterpartyId } }))
const erase = (id: string) => service.receive(erased(id))
async function newClient(): Promise<string> {
  const id = randomUUID()
  await service.receive({ type: CounterpartyCreatedEvent, key: id, revision: 1, data: { counterparty: Counterparty.fromPartial({ id, displayName: 'Ганна Коваль', responsibleId: people.nadia.id, branchId: branches.kyiv }), actorId: '', changedFields: [] } })
  return id
}

// Seen failing without the locks: the file stayed for thirty days.
test('a file that comes to a request while its client is erased goes with it', async () => {
  const id = await newClient()
  const request = await create(id, 'Ремонт у Ганни')
  const file = await bringer.upload({ field: 'scan', name: 'паспорт.txt', data: Buffer.from('паспорт') })
  // What an update does, held open in the middle.
  await besides(service.pool, (tx) => exec(tx, sql`update request set custom = ${JSON.stringify({ scan: { id: file.id, name: 'паспорт.txt' } })}::jsonb where id = ${request.id}`), () => erase(id))
  expect(await one(service.pool, sql`select subject, custom from request where id = ${request.id}`)).toEqual({ subject: '', custom: {} })
  expect(await many(service.pool, sql`select name, state from stored_file where id = ${file.id}`)).toEqual([{ name: '', state: 'going' }])
})

// Seen failing with the client looked at without a lock.
test('a request that comes while its client is erased names nobody who is gone', async () => {
  const other = await newClient()
  const [late] = await besides(
    service.pool, (tx) => exec(tx, sql`update counterparty set deleted = true where id = ${other}`),
    () => create(other, 'Запізно').then(() => 'accepted', ({ violations }) => violations[0].field),
  )
  expect(late).toBe('counterpartyId')
})
