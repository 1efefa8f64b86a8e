import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, inTx, many, one, sql } from '@vitrylo/pg'
import { CounterpartyCreatedEvent, SubjectErasedEvent } from '@vitrylo/proto/events.ts'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { SubjectKind } from '@vitrylo/proto/vitrylo/privacy/v1/subject.ts'
import { RequestChannel } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { RequestFileServiceService as files } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_file_service.ts'
import { CreateRequestRequest, RequestServiceService as rpc } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_service.ts'
import { branches, defineField, fileClient, people, startTestService, until, type TestService } from '@vitrylo/testkit'
import { serviceDesk } from '../src/index.ts'

let service: TestService
let dir: string
let bringer: ReturnType<typeof fileClient>
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vitrylo-files-'))
  service = await startTestService(serviceDesk, { VITRYLO_FILES_DIR: dir })
  bringer = fileClient(service, { upload: files.uploadRequestFile, download: files.downloadRequestFile })
  await defineField(service, 'requests', 'scan', { kind: 'CUSTOM_FIELD_KIND_FILE' })
})
afterAll(async () => {
  bringer.close()
  await service.stop()
  await rm(dir, { recursive: true })
})

const create = (counterpartyId: string, subject: string) => service.call(rpc.createRequest, CreateRequestRequest.fromPartial({ request: { channel: RequestChannel.VISIT, subject, counterpartyId } }))
const erase = (id: string) => service.receive({
  type: SubjectErasedEvent, key: id, revision: 1,
  data: { requestId: randomUUID(), subject: { kind: SubjectKind.COUNTERPARTY, id, counterpartyIds: [id], contactPersonIds: [], recordIds: [] }, actorId: '' },
})
const waits = () => until(async () => (await many(service.pool, sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'service-desk'`)).length > 0)
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
  const { erased } = await inTx(service.pool, async (tx) => {
    await exec(tx, sql`update request set custom = ${JSON.stringify({ scan: { id: file.id, name: 'паспорт.txt' } })}::jsonb where id = ${request.id}`)
    const begun = erase(id)
    await waits()
    return { erased: begun }
  })
  await erased
  expect(await one(service.pool, sql`select subject, custom from request where id = ${request.id}`)).toEqual({ subject: '', custom: {} })
  expect(await many(service.pool, sql`select name, state from stored_file where id = ${file.id}`)).toEqual([{ name: '', state: 'going' }])
})

// Seen failing with the client looked at without a lock.
test('a request that comes while its client is erased names nobody who is gone', async () => {
  const other = await newClient()
  const { late } = await inTx(service.pool, async (tx) => {
    await exec(tx, sql`update counterparty set deleted = true where id = ${other}`)
    const adding = create(other, 'Запізно').then(() => 'accepted', ({ violations }) => violations[0].field)
    await waits()
    return { late: adding }
  })
  expect(await late).toBe('counterpartyId')
})
