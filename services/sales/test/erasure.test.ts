import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, inTx, many, one, sql } from '@vitrylo/pg'
import { SubjectErasedEvent } from '@vitrylo/proto/events.ts'
import { SubjectKind } from '@vitrylo/proto/vitrylo/privacy/v1/subject.ts'
import { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { OpportunityFileServiceService as files } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_file_service.ts'
import { OpportunityServiceService as rpc } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_service.ts'
import { defineField, fileClient, startTestService, until, type TestService } from '@vitrylo/testkit'
import { sales } from '../src/index.ts'
import { client, importFile } from './rig.ts'

let service: TestService
let dir: string
let bringer: ReturnType<typeof fileClient>
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vitrylo-files-'))
  service = await startTestService(sales, { VITRYLO_FILES_DIR: dir })
  bringer = fileClient(service, { upload: files.uploadOpportunityFile, download: files.downloadOpportunityFile })
  await defineField(service, 'opportunities', 'scan', { kind: 'CUSTOM_FIELD_KIND_FILE' })
})
afterAll(async () => {
  bringer.close()
  await service.stop()
  await rm(dir, { recursive: true })
})

const create = (counterpartyId: string, title: string) => service.call(rpc.createOpportunity, { opportunity: Opportunity.fromPartial({ title, counterpartyId }) })
const erase = (id: string) => service.receive({
  type: SubjectErasedEvent, key: id, revision: 1,
  data: { requestId: randomUUID(), subject: { kind: SubjectKind.COUNTERPARTY, id, counterpartyIds: [id], contactPersonIds: [], recordIds: [] }, actorId: '' },
})
const waits = (count = 1) => until(async () => (await many(service.pool, sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'sales'`)).length >= count)
async function newClient(): Promise<string> {
  const id = randomUUID()
  await service.receive(client(id, 'Ганна Коваль', 'nadia'))
  return id
}

// Seen failing without the locks: the file stayed for thirty days.
test('a file that comes to an opportunity while its client is erased goes with it', async () => {
  const id = await newClient()
  const opportunity = await create(id, 'Ремонт у Ганни')
  const file = await bringer.upload({ field: 'scan', name: 'паспорт.txt', data: Buffer.from('паспорт') })
  // What an update does, held open in the middle.
  const { erased } = await inTx(service.pool, async (tx) => {
    await exec(tx, sql`update opportunity set custom = ${JSON.stringify({ scan: { id: file.id, name: 'паспорт.txt' } })}::jsonb where id = ${opportunity.id}`)
    const begun = erase(id)
    await waits()
    return { erased: begun }
  })
  await erased
  expect(await one(service.pool, sql`select title, custom from opportunity where id = ${opportunity.id}`)).toEqual({ title: '', custom: {} })
  expect(await many(service.pool, sql`select name, state from stored_file where id = ${file.id}`)).toEqual([{ name: '', state: 'going' }])
})

// Seen failing with the client looked at without a lock.
test('an opportunity that is being added while its client is erased is emptied, and none is added after', async () => {
  const id = await newClient()
  const { created, erased } = await inTx(service.pool, async (tx) => {
    await many(tx, sql`select id from stage for update`)
    const adding = create(id, 'Ремонт у Ганни')
    await waits()
    const erasing = erase(id)
    await waits(2)
    return { created: adding, erased: erasing }
  })
  const made = await created
  await erased
  expect(await one(service.pool, sql`select title from opportunity where id = ${made.id}`)).toEqual({ title: '' })
  const other = await newClient()
  const { late } = await inTx(service.pool, async (tx) => {
    await exec(tx, sql`update counterparty set deleted = true where id = ${other}`)
    const adding = create(other, 'Запізно').then(() => 'accepted', ({ violations }) => violations[0].field)
    await waits()
    return { late: adding }
  })
  expect(await late).toBe('counterpartyId')
})

// Seen failing with clients of a file looked up without a lock: title and client stayed for good.
test('an opportunity that a file brings while its client is erased is emptied, and none comes in after', async () => {
  const id = await newClient()
  await create(id, 'Перший ремонт')
  const file = (title: string, of: string) => importFile(service, `title,counterparty,owner\n${title},${of},nadia\n`)
  // Held between the look at the client and the writing, which takes a number.
  const { brought, erased } = await inTx(service.pool, async (tx) => {
    await many(tx, sql`select from number_series for update`)
    const bringing = file('Ремонт у Ганни', id)
    await waits()
    const erasing = erase(id)
    await Promise.race([erasing, waits(2)])
    return { brought: bringing, erased: erasing }
  })
  expect((await brought).done).toMatchObject({ created: 1n, failed: 0n })
  await erased
  expect(await many(service.pool, sql`select title from opportunity where counterparty_id = ${id}`)).toEqual([{ title: '' }, { title: '' }])
  expect(await many(service.pool, sql`select title from opportunity where title = 'Ремонт у Ганни'`)).toEqual([])
  const other = await newClient()
  const { late } = await inTx(service.pool, async (tx) => {
    await exec(tx, sql`update counterparty set deleted = true where id = ${other}`)
    const bringing = file('Запізно', other)
    await waits()
    return { late: bringing }
  })
  expect((await late).errors).toMatchObject([{ field: 'counterparty', rule: 'reference' }])
})
