import { randomUUID } from 'node:crypto'
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, inTx, many, one, sql } from '@vitrylo/pg'
import { CallServiceService as Calls, ListCallsRequest } from '@vitrylo/proto/vitrylo/telephony/v1/call_service.ts'
import { PbxKind, type Pbx } from '@vitrylo/proto/vitrylo/telephony/v1/pbx.ts'
import { CreatePbxRequest, PbxServiceService as Pbxes, UploadPbxJournalRequest, type UploadPbxJournalResponse } from '@vitrylo/proto/vitrylo/telephony/v1/pbx_service.ts'
import type { Deps } from '@vitrylo/service'
import { branches, erased, people, startTestService, until, type TestService } from '@vitrylo/testkit'
import { startPbxSimulator, type PbxSimulator } from '../../../tools/pbx-simulator/index.ts'
import { decodeSnapshot } from '../src/asterisk/snapshot.ts'
import { decodeItems } from '../src/asterisk/decode-items.ts'
import type { CallEvent } from '../src/call/events.ts'
import { createCallTracker } from '../src/call/tracker.ts'
import { telephony } from '../src/index.ts'
import { insertEvents } from '../src/journal/call-sql.ts'
import { importJournal } from '../src/journal/import-journal.ts'
import { insertLines } from '../src/journal/journal-sql.ts'
import { recordCalls } from '../src/journal/record-calls.ts'
import { capture, CONFIG, itemsOf, messagesOf, readText } from './capture-files.ts'
import { expectTruth } from './truth.ts'

const LOST = 'manager-connection-lost'
const recorded = (file: 'cel' | 'cdr'): string[] => readText(`${LOST}.${file}.csv`).split('\n').filter((line) => line !== '')

let service: TestService
let simulator: PbxSimulator
let client: Client
let pbx: Pbx

beforeAll(async () => {
  service = await startTestService(telephony)
  client = new Client(service.address, credentials.createInsecure())
  simulator = await startPbxSimulator({ host: '127.0.0.1', port: 0, username: 'vitrylo', secret: 'test-only' })
  pbx = await service.call(Pbxes.createPbx, exchange('АТС Київ'))
  await until(async () => (await service.call(Pbxes.getPbx, { id: pbx.id })).link?.state === 'LINK_STATE_UP')
})
afterAll(async () => {
  client.close()
  await service.stop()
  await simulator.stop()
})

const exchange = (name: string, more: object = {}) =>
  CreatePbxRequest.fromPartial({
    pbx: {
      kind: PbxKind.ASTERISK_AMI, name, host: '127.0.0.1', port: simulator.port, username: 'vitrylo', secret: 'test-only', trunks: ['trunk'],
      branchId: branches.kyiv, extensions: [{ extension: '1001', employeeId: people.olena.id }], extensionPattern: '^1\\d{3}$', ...more,
    },
  })

async function upload(id: string, text: string, username = 'admin'): Promise<UploadPbxJournalResponse> {
  const { path, requestSerialize, responseDeserialize } = Pbxes.uploadPbxJournal
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${await service.token(username)}`)
  return new Promise((resolve, reject) => {
    const stream = client.makeClientStreamRequest(path, requestSerialize, responseDeserialize, metadata, (error, value) => (error === null ? resolve(value!) : reject(error)))
    stream.on('error', () => {})
    stream.write(UploadPbxJournalRequest.fromPartial({ id }))
    for (const part of Buffer.from(text).toString('latin1').match(/[^]{1,50000}/g) ?? []) stream.write(UploadPbxJournalRequest.fromPartial({ data: Buffer.from(part, 'latin1') }))
    stream.end()
  })
}

/** The recorded calls as if they had just been, and nobody had seen them. Seconds since 1970, as the README has it set up. */
function unseenCalls(): string {
  const shift = Date.now() - 60_000 - Date.parse('2026-11-21T02:27:24Z')
  return recorded('cel').map((line) => line.replace(/2026-11-21 [\d:.]+/, (time) => String((Date.parse(`${time.replace(' ', 'T')}Z`) + shift) / 1000))).join('\n')
}
const journalOf = async (pbxId: string) => (await service.call(Calls.listCalls, ListCallsRequest.fromPartial({ filter: `pbxId="${pbxId}"` }))).calls
const waiting = async () => (await one<{ n: number }>(service.pool, sql`select count(*) as n from pbx_journal`))!.n

test('calls that passed while nobody listened are in the journal once, however often their lines are sent, and open no card', async () => {
  const lines = unseenCalls()
  expect(await upload(pbx.id, `${lines}\nno record at all\n`)).toEqual({ taken: lines.split('\n').length, refused: 1 })
  await upload(pbx.id, lines)
  const calls = await until(async () => ((await waiting()) === 0 ? journalOf(pbx.id) : undefined))
  const inbound = { direction: 'CALL_DIRECTION_INBOUND', line: '5550101', certainty: 'CALL_CERTAINTY_FROM_JOURNAL' }
  expect(calls).toEqual([
    expect.objectContaining({ ...inbound, disposition: 'CALL_DISPOSITION_ABANDONED_IN_QUEUE', customerNumber: '+442079460161' }),
    expect.objectContaining({ ...inbound, disposition: 'CALL_DISPOSITION_ANSWERED', customerNumber: '+442079460160', answeredBy: { extension: '1001', employeeId: people.olena.id } }),
  ])
  await upload(pbx.id, lines)
  await until(async () => (await waiting()) === 0)
  expect(await journalOf(pbx.id)).toEqual(calls)
  const told = (await service.published()).map(({ type }) => type.split('.').at(-1))
  expect(told).toEqual(['CallStarted', 'CallEnded', 'CallStarted', 'CallEnded'])
})

// An exchange sends its journal at night, and tells the moments of a call otherwise than its link did: so the id is another one.
// Seen failing without the look at legs of erased calls (a third call, with the number and a CallEnded), and without the one at each event's call (a row of pbx_event).
test('the journal of an exchange does not bring a call back whose person was erased', async () => {
  const before = await journalOf(pbx.id)
  const call = before.find(({ customerNumber }) => customerNumber === '+442079460160')!
  const counterpartyId = randomUUID()
  await exec(service.pool, sql`update call set counterparty_id = ${counterpartyId} where id = ${call.id}`)
  const kept = await many<{ body: CallEvent }>(service.pool, sql`select body from pbx_event where call_id = ${call.id}`)
  await service.receive(erased(counterpartyId))
  const told = (await service.published()).length
  const legs = (await one<{ keys: string[] }>(service.pool, sql`select array(select jsonb_array_elements_text(facts->'legKeys')) as keys from call where id = ${call.id}`))!.keys
  const lines = unseenCalls().split('\n').filter((line) => legs.some((leg) => line.includes(leg)))
  expect(lines.length).toBeGreaterThan(5)
  await upload(pbx.id, lines.join('\n'))
  await until(async () => (await waiting()) === 0)
  const calls = await journalOf(pbx.id)
  expect(calls.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort())
  expect(calls.find(({ id }) => id === call.id)).toMatchObject({ customerNumber: '', answeredBy: { employeeId: people.olena.id } })
  expect((await service.published()).slice(told)).toEqual([])
  // By the link, late, with the same id.
  const late = kept.map(({ body }) => body)
  await inTx(service.pool, (tx) => insertEvents(tx, pbx.id, late, new Map(late.map(({ eventId }) => [eventId, call.id]))))
  expect(await many(service.pool, sql`select 1 as yes from pbx_event where pbx_id = ${pbx.id} and body::text like '%442079460160%'`)).toEqual([])
})

test('only who may add calls at the branch of the exchange can send its journal; others do not learn that it is there', async () => {
  const foreign = '01900000-0000-7000-8000-00000000dead'
  for (const [id, username, code] of [[pbx.id, 'taras', 5], [foreign, 'admin', 5], ['x', 'admin', 5]] as const) {
    await expect(upload(id, unseenCalls(), username)).rejects.toMatchObject({ code })
  }
  await expect(upload(pbx.id, 'x'.repeat(17 * 1024 * 1024))).rejects.toMatchObject({ code: 3 })
})

const configOf = (pbxId: string) => ({ ...CONFIG, pbxId, extensions: new Map([['1001', people.olena.id]]) })

/** The recorded exchange as one whose link was cut in mid-call and came back when all was over. */
async function seenUntilTheLinkWasLost(id: string): Promise<Deps> {
  const [first] = capture(LOST).connections
  const tracker = createCallTracker(configOf(id))
  const place = { pbxId: id, branchId: branches.kyiv, clockOffsetMs: 0 }
  const deps = { pool: service.pool, now: () => new Date(Date.now() + 120_000), committed() {}, rights: { data: () => ({ employees: new Map() }) } } as unknown as Deps
  const seen = decodeItems(id, itemsOf([messagesOf(first!)]))
  await recordCalls(deps, place, tracker.apply(seen))
  const lostAt = Math.max(...seen.map(({ at }) => at))
  const snapshot = { at: lostAt + 8_000, lostAt, channels: [], queues: [], devices: [] }
  await recordCalls(deps, place, tracker.apply(decodeSnapshot(id, snapshot, lostAt + 8_000)))
  return deps
}

test('a call whose end was only guessed gets the true one, and the one beside it is added', async () => {
  const { id } = await service.call(Pbxes.createPbx, exchange('АТС без зв’язку', { disabled: true }))
  const deps = await seenUntilTheLinkWasLost(id)
  const [guessed] = await journalOf(id)
  expect(guessed).toMatchObject({ certainty: 'CALL_CERTAINTY_FROM_SNAPSHOT', customerNumber: '+442079460160' })
  await insertLines(service.pool, id, recorded('cel').map((line, index) => ({ line, hash: String(index) })), new Date())
  const place = { pbxId: id, branchId: branches.kyiv, clockOffsetMs: 0 }
  await importJournal(deps, place, configOf(id))
  const calls = await factsOf(id)
  expect(calls).toHaveLength(2)
  expect(calls[0]).toMatchObject({ id: guessed!.id, certainty: 'exact' })
  for (const [index, truth] of capture(LOST).truth.entries()) expectTruth(calls[index], truth)
  await insertLines(service.pool, id, recorded('cel').map((line, index) => ({ line, hash: String(index) })), new Date())
  await importJournal(deps, place, configOf(id))
  expect(await factsOf(id)).toEqual(calls)
})

async function factsOf(id: string) {
  const row = await one<{ all: any[] }>(service.pool, sql`select jsonb_agg(facts order by started_at) as all from call where pbx_id = ${id}`)
  return row!.all
}
