import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { importSweeps } from '@vitrylo/imports'
import { CounterpartyServiceService as counterparties } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { ContactPersonServiceService as contactPersons } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CreateInteractionRequest, InteractionServiceService as interactions } from '@vitrylo/proto/vitrylo/contacts/v1/interaction_service.ts'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { people, startTestService, until, type TestService } from '@vitrylo/testkit'
import { contacts } from '../src/index.ts'
import { importClient } from './import-client.ts'

let service: TestService
let client: ReturnType<typeof importClient>
beforeAll(async () => {
  service = await startTestService(contacts)
  client = importClient(service)
})
afterAll(async () => {
  client.close()
  await service.stop()
})

const find = async (filter: string) =>
  (await service.call(counterparties.listCounterparties, { filter, pageSize: 0, pageToken: '', orderBy: '' })).counterparties
const one = async (externalId: string) => (await find(`externalId="${externalId}"`))[0]!
const load = (text: string) => client.load({}, Buffer.from(text))
const change = (counterparty: Partial<Counterparty>, updateMask: string[]) =>
  service.call(counterparties.updateCounterparty, { counterparty: Counterparty.fromPartial(counterparty), updateMask })

// Seen failing with the comparison of revisions taken out (the changed one was removed too), and with what hangs on a record not asked for.
test('an undo removes what was added and gives changed fields their former values; what somebody changed or used since stays and is listed', async () => {
  await load('externalId,displayName,note,source,phone\na-1,Перша,давня,лист,0501110001\na-2,Друга,давня,лист,0501110002\n')
  const [first, second] = [await one('a-1'), await one('a-2')]
  const done = await load('externalId,displayName,note,source,phone\na-1,Перша нова,нова,,0501110009\na-2,Друга нова,нова,,\na-3,Додана,,,\na-4,Додана й змінена,,,\na-5,Додана й з нотаткою,,,\n')
  expect(done).toMatchObject({ created: 3n, updated: 2n })
  expect(done.undoExpireTime!.getTime()).toBeGreaterThan(Date.now() + 29 * 86_400_000)
  await change({ id: second.id, note: 'змінена людиною' }, ['note'])
  await change({ id: (await one('a-4')).id, source: 'людина' }, ['source'])
  await service.call(counterparties.createNote, { counterpartyId: (await one('a-5')).id, text: 'телефонували' })

  expect(await client.undo(done.id)).toMatchObject({ state: 'IMPORT_STATE_UNDONE', undone: 3n, kept: 3n, undoExpireTime: undefined })
  expect(await one('a-1')).toMatchObject({ displayName: 'Перша', note: 'давня', source: 'лист', channels: first.channels })
  expect(await one('a-2')).toMatchObject({ displayName: 'Друга', note: 'змінена людиною', source: 'лист', channels: second.channels })
  expect(await find('externalId="a-3"')).toEqual([])
  expect((await client.conflicts(done.id)).sort()).toEqual(['Додана й з нотаткою  used', 'Додана й змінена  changed', 'Друга note changed'])
  // Its identifier is free again: the mended file can come.
  expect(await load('externalId,displayName\na-3,Додана знову\n')).toMatchObject({ created: 1n, failed: 0n })
  expect(await client.undo(done.id)).toMatchObject({ state: 'IMPORT_STATE_UNDONE', undone: 3n })
})

// Seen failing with the revisions that the undo left behind not kept.
test('what an import added and then changed itself is taken back whole', async () => {
  const done = await load('externalId,displayName,note\nb-1,Раз,перша\nb-1,Раз,друга\nb-1,Два,третя\n')
  expect(done).toMatchObject({ created: 1n, updated: 2n })
  expect(await client.undo(done.id)).toMatchObject({ undone: 3n, kept: 0n })
  expect(await find('externalId="b-1"')).toEqual([])
})

test('an undo reaches as far as the rights of who asks, and 30 days back', async () => {
  const done = await load('externalId,displayName,responsible\nc-1,Олени,olena\n')
  await expect(client.startUndo(done.id, 'olena')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await service.pool.query(`update import set saved_at = saved_at - interval '31 days' where id = $1`, [done.id])
  await expect(client.startUndo(done.id)).rejects.toMatchObject({ reason: 'IMPORT_EXPIRED' })
  const dry = await client.load({}, Buffer.from('externalId,displayName\nc-2,Суха\n'), { dryRun: true })
  await expect(client.startUndo(dry.id)).rejects.toMatchObject({ reason: 'NOTHING_TO_UNDO' })
})

// Seen failing without the sweep: file and refused rows lay there for ever.
test('a file and the rows refused of it are forgotten after 30 days, and what was not begun by then is given up', async () => {
  const done = await load('externalId,displayName\nf-1,\n')
  const { id: idle } = await client.create({})
  await client.upload(idle, Buffer.from('externalId,displayName\nf-2,Ніколи\n'))
  const fresh = await load('externalId,displayName\nf-3,\n')
  await service.pool.query(`update import set updated_at = updated_at - interval '31 days' where id = any($1)`, [[done.id, idle]])
  for (const { each } of importSweeps({ pool: service.pool, now: () => new Date() })) await each()
  const left = await service.pool.query(`select import_id from import_chunk where import_id = any($1) union select import_id from import_error where import_id = any($1)`, [[done.id, idle, fresh.id]])
  expect(left.rows).toEqual([{ import_id: fresh.id }])
  expect([(await client.get(done.id)).state, (await client.get(idle)).state]).toEqual(['IMPORT_STATE_DONE', 'IMPORT_STATE_CANCELLED'])
  await expect(client.run(idle)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' })
})

const rows = (prefix: string, count: number) => `externalId,displayName\n${Array.from({ length: count }, (_none, n) => `${prefix}-${n},Фірма ${n}`).join('\n')}\n`

// Seen failing with resumeImport beginning at the first row: every row was updated once more.
test('a paused import stands still, refuses another file, goes on behind its last row, and can be cancelled', async () => {
  const { id } = await client.create({})
  await client.upload(id, Buffer.from(rows('p', 4_000)))
  await client.run(id)
  await until(async () => (await client.get(id)).rows >= 500n, { everyMs: 5 })
  const paused = await client.pause(id)
  expect(paused.state).toBe('IMPORT_STATE_PAUSED')
  expect(paused.rows).toBeLessThan(4_000n)
  await expect(client.run(id)).rejects.toMatchObject({ reason: 'IMPORT_PAUSED' })
  await expect(client.upload(id, Buffer.from('a\n1\n'))).rejects.toMatchObject({ reason: 'IMPORT_PAUSED' })
  expect((await client.get(id)).rows).toBe(paused.rows)
  await client.resume(id)
  expect(await client.finish(id)).toMatchObject({ state: 'IMPORT_STATE_DONE', rows: 4_000n, created: 4_000n, updated: 0n })
  const { rows: [counted] } = await service.pool.query(`select count(*)::int as n, max(revision)::int as revision from counterparty where external_id like 'p-%'`)
  expect(counted).toEqual({ n: 4_000, revision: 1 })
  await expect(client.resume(id)).rejects.toMatchObject({ reason: 'IMPORT_NOT_PAUSED' })
})

// Seen failing: what hangs on a record was asked for in the statement that waited for its lock, by the snapshot of before, and the record went.
test('what is hung on a record while an undo waits for it keeps it', async () => {
  const done = await load('externalId,displayName\nw-1,Чекає\n')
  const { id } = await one('w-1')
  const other = await service.pool.connect()
  try {
    await other.query('begin')
    await other.query('select from counterparty where id = $1 for key share', [id])
    await other.query(`insert into timeline (id, counterparty_id, at, kind, section, data) values (uuidv7(), $1, now(), 'consent-given', 'counterparties', '{}')`, [id])
    await client.startUndo(done.id)
    const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%from counterparty c%for update%'`
    await until(async () => (await service.pool.query(waits)).rowCount === 1)
    await other.query('commit')
  } finally {
    other.release()
  }
  expect(await client.finish(done.id)).toMatchObject({ state: 'IMPORT_STATE_UNDONE', undone: 0n, kept: 1n })
})

test('an import of contact persons is taken back, too: added ones go, changed fields and places become what they were', async () => {
  await load('externalId,displayName\nplace-1,Місце перше\nplace-2,Місце друге\n')
  const [first, second] = [await one('place-1'), await one('place-2')]
  const persons = (text: string) => client.load({ kind: 'contact-person' }, Buffer.from(`externalId,displayName,counterpartyExternalId,position,note,phone\n${text}`))
  const found = async (externalId: string) => (await service.call(contactPersons.listContactPersons, { filter: `externalId="${externalId}"`, pageSize: 0, pageToken: '', orderBy: '' })).contactPersons
  await persons('p-1,Перша особа,place-1,Директорка,давня,0501110001\n')
  const before = (await found('p-1'))[0]!
  const done = await persons('p-1,Перша особа,place-2,Радниця,нова,0501110009\np-2,Додана,place-1,,,\np-3,Змінена потім,place-1,,,\np-4,Була на зустрічі,place-1,,,\n')
  expect(done).toMatchObject({ created: 3n, updated: 1n })
  expect((await found('p-1'))[0]!.positions).toHaveLength(2)
  const [changed, met] = [(await found('p-3'))[0]!, (await found('p-4'))[0]!]
  await service.call(contactPersons.updateContactPerson, { contactPerson: { ...changed, note: 'людина' }, updateMask: ['note'] })
  await service.call(interactions.createInteraction, CreateInteractionRequest.fromPartial({ interaction: { kind: 'INTERACTION_KIND_MEETING', subject: 'Зустріч', startTime: new Date(Date.now() + 3_600_000), counterpartyIds: [first.id], contactPersonIds: [met.id] } as object }))
  expect(await client.undo(done.id)).toMatchObject({ state: 'IMPORT_STATE_UNDONE', undone: 2n, kept: 2n })
  expect((await client.conflicts(done.id)).sort()).toEqual(['Була на зустрічі  used', 'Змінена потім  changed'])
  expect((await found('p-1'))[0]).toMatchObject({ note: 'давня', positions: before.positions, channels: before.channels })
  expect([await found('p-2'), second.displayName]).toEqual([[], 'Місце друге'])
})

// Seen failing with what came beside not remembered (the persons stayed, and kept their organisations from going).
test('contact persons that came with counterparties are taken back with them, first; one who was changed since stays, named with the organisation', async () => {
  const head = 'externalId,displayName,person.displayName,person.position,person.phone\n'
  await load(`${head}u-0,Була раніше,Давня Особа,директорка,0507770001\n`)
  const before = (await one('u-0')).id
  const peopleOf = async (counterpartyId: string) => (await service.call(contactPersons.listContactPersons, { filter: `counterpartyId = "${counterpartyId}"`, pageSize: 0, pageToken: '', orderBy: '' })).contactPersons
  const done = await load(`${head}u-0,Була раніше,Давня Особа,радниця,0507770001\nu-1,Нова з людиною,Нова Особа,,\nu-2,Нова зі зміненою,Змінена Особа,,\n`)
  expect(done).toMatchObject({ created: 2n, updated: 1n })
  const kept = await one('u-2')
  const [changed] = await peopleOf(kept.id)
  await service.call(contactPersons.updateContactPerson, { contactPerson: { ...changed!, note: 'людина' }, updateMask: ['note'] })
  expect(await client.undo(done.id)).toMatchObject({ state: 'IMPORT_STATE_UNDONE', undone: 3n, kept: 2n })
  expect((await client.conflicts(done.id)).sort()).toEqual(['Змінена Особа  changed', 'Нова зі зміненою  used'])
  expect((await peopleOf(before)).map(({ displayName, positions }) => [displayName, positions[0]!.title])).toEqual([['Давня Особа', 'директорка']])
  expect(await find('externalId="u-1"')).toEqual([])
  const { rows } = await service.pool.query(`select count(*)::int as n from contact_person where display_name = 'Нова Особа'`)
  expect(rows).toEqual([{ n: 0 }])
})

// Seen failing with nothing told in endAndTell.
test('the end of an import is told to who began it, once, with its figures: done, failed, paused', async () => {
  const told = async (id: string) => (await service.published()).filter(({ key, type }) => key === id && type.endsWith('ImportEnded')).map(({ data }) => data)
  const done = await load('externalId,displayName\nend-1,Добра\nend-2,\n')
  expect(await told(done.id)).toMatchObject([{ employeeId: people.admin.id, ending: expect.objectContaining({ importId: done.id, kind: 'counterparty', state: 'IMPORT_STATE_DONE', rows: '2', created: '1', failed: '1' }) }])
  const { id } = await client.create({ fileName: 'довгий.csv' })
  await client.upload(id, Buffer.from(rows('e', 4_000)))
  await client.run(id)
  await until(async () => (await client.get(id)).rows >= 500n, { everyMs: 5 })
  await client.pause(id)
  await client.pause(id)
  expect(await told(id)).toMatchObject([{ fileName: 'довгий.csv', ending: { state: 'IMPORT_STATE_PAUSED' } }])
  await service.pool.query(`update import set claims = claims || '{"username": "nobody", "groups": []}' where id = $1`, [id])
  await service.pool.query(`update import set state = 'running', seen_at = now() - interval '1 minute' where id = $1`, [id])
  for (const { each } of importSweeps({ pool: service.pool, now: () => new Date() }).slice(0, 1)) await each()
  expect(await client.finish(id)).toMatchObject({ state: 'IMPORT_STATE_FAILED' })
  expect((await told(id)).at(-1)).toMatchObject({ employeeId: people.nobody.id, ending: { state: 'IMPORT_STATE_FAILED' } })
})
