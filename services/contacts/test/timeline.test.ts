import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { fromStatus } from '@vitrylo/errors'
import type { OutgoingEvent } from '@vitrylo/events'
import { inTx } from '@vitrylo/pg'
import {
  CallCorrectedEvent,
  CallEndedEvent,
  OpportunityChangedEvent,
  OpportunityCreatedEvent,
  OpportunityDeletedEvent,
  OpportunityMovedEvent, RecordSharesChangedEvent,
  OpportunityWonEvent,
  RequestChangedEvent, RequestClosedEvent, RequestRegisteredEvent,
} from '@vitrylo/proto/events.ts'
import { ContactPersonServiceService as persons } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CounterpartyServiceService as rpc, type ListTimelineRequest } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { MergeServiceService as merges } from '@vitrylo/proto/vitrylo/contacts/v1/merge_service.ts'
import { OpportunityCreated, OpportunityMoved } from '@vitrylo/proto/vitrylo/sales/v1/events.ts'
import { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { Request } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import { DownloadTimelineRequest, TimelineServiceService } from '@vitrylo/proto/vitrylo/contacts/v1/timeline_service.ts'
import { Call } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { branches, people, startTestService, until, type TestService } from '@vitrylo/testkit'
import { opportunityHandlers } from '../src/events/on-opportunity.ts'
import { contacts } from '../src/index.ts'
import { organisation, person } from './samples.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(contacts)
})
afterAll(() => service.stop())

const firm = async (name: string, as: 'olena' | 'admin' = 'olena'): Promise<string> =>
  (await service.call(rpc.createCounterparty, organisation(name), { as })).id

const timeline = async (counterpartyId: string, more: Partial<ListTimelineRequest> = {}, as: keyof typeof people = 'olena') =>
  service.call(rpc.listTimeline, { counterpartyId, pageSize: 0, pageToken: '', sections: [], fromTime: undefined, toTime: undefined, kinds: [], actorIds: [], ...more }, { as })
const kinds = async (...args: Parameters<typeof timeline>) => (await timeline(...args)).entries.map(({ kind }) => kind)
const card = (id: string, as: keyof typeof people = 'olena') => service.call(rpc.getCounterpartyCard, { id }, { as })

const at = (minute: number): Date => new Date(Date.UTC(2031, 0, 1, 12, minute))

const deal = (id: string, counterpartyId: string | undefined, more: Partial<Opportunity> = {}): Opportunity =>
  Opportunity.fromPartial({
    id, counterpartyId, title: 'Млин', number: 'У-1', state: 'OPPORTUNITY_STATE_OPEN', amount: { amount: '100.50', currency: 'UAH' },
    ownerId: people.olena.id, branchId: branches.kyiv, ...more,
  })

const about = (type: OutgoingEvent['type'], opportunity: Opportunity, revision: number, minute: number, more: object = {}): OutgoingEvent => ({
  id: randomUUID(), type, key: opportunity.id, revision, time: at(minute), branchId: opportunity.branchId, ownerId: opportunity.ownerId,
  data: { ...OpportunityCreated.fromPartial({}), ...OpportunityMoved.fromPartial({}), changedFields: [], opportunity, actorId: people.olena.id, ...more },
})

test('a note stands on the timeline at once, with who wrote it', async () => {
  const id = await firm('З нотаткою')
  const entry = await service.call(rpc.createNote, { counterpartyId: id, text: ' <i>передзвонити</i> ' }, { as: 'olena' })
  expect(entry).toMatchObject({ kind: 'note', section: 'counterparties', actorId: people.olena.id, data: { text: '<i>передзвонити</i>' } })
  expect((await timeline(id)).entries[0]).toEqual(entry)
  const event = (await service.published()).find((one) => one.id === entry.id)
  expect(event).toMatchObject({ type: 'vitrylo.contacts.v1.NoteAdded', data: { counterpartyId: id } })
})

// Seen failing: the time of the event (it stood above what came after it).
test('a request that was entered later stands where it came', async () => {
  const id = await firm('Із запізнілим зверненням')
  const request = (subject: string, receiveTime: Date | undefined) =>
    Request.fromPartial({ id: randomUUID(), counterpartyId: id, subject, number: 'ЗВ-1', channel: 'REQUEST_CHANNEL_LETTER', state: 'REQUEST_STATE_NEW', ownerId: people.olena.id, branchId: branches.kyiv, dueTime: at(60), receiveTime })
  await service.receive(
    { type: RequestRegisteredEvent, key: 'r1', revision: 1, time: at(3), data: { request: request('щойно', at(3)), actorId: '' } },
    { type: RequestRegisteredEvent, key: 'r2', revision: 1, time: at(4), data: { request: request('торішнє', at(-60)), actorId: '' } },
    // Of a release that says nothing of it.
    { type: RequestRegisteredEvent, key: 'r3', revision: 1, time: at(5), data: { request: request('без часу', undefined), actorId: '' } },
  )
  const { entries } = await timeline(id, { sections: ['requests'] })
  expect(entries.map(({ time, data }) => [data['subject'], time])).toEqual([['без часу', at(5)], ['щойно', at(3)], ['торішнє', at(-60)]])
})

// Seen failing: the registration stayed at the time that was typed first.
test('a registration moves on the timeline when the time of its request is corrected', async () => {
  const id = await firm('З виправленим часом')
  const request = Request.fromPartial({ id: randomUUID(), counterpartyId: id, subject: 'Лист', number: 'ЗВ-1', channel: 'REQUEST_CHANNEL_LETTER', state: 'REQUEST_STATE_NEW', ownerId: people.olena.id, branchId: branches.kyiv, dueTime: at(60) })
  const told = (type: typeof RequestChangedEvent, revision: number, receiveTime: Date) =>
    ({ type, key: request.id, revision, time: at(revision), data: { request: { ...request, receiveTime }, actorId: '' } })
  const stands = async () => (await timeline(id, { sections: ['requests'], kinds: ['request-registered'] })).entries.map(({ time }) => time)
  await service.receive(told(RequestRegisteredEvent, 1, at(-30)), told(RequestChangedEvent, 3, at(-90)))
  expect(await stands()).toEqual([at(-90)])
  await service.receive(told(RequestChangedEvent, 2, at(-60)))
  expect(await stands()).toEqual([at(-90)])
})

test('own changes, persons, opportunities, requests and calls make one history, newest first', async () => {
  const id = await firm('Історія')
  await service.call(persons.createContactPerson, person('Оксана', [id]), { as: 'olena' })
  const opportunity = deal(randomUUID(), id)
  await service.receive(
    about(OpportunityCreatedEvent, opportunity, 1, 1, { stageName: 'Нова' }),
    about(OpportunityMovedEvent, opportunity, 2, 2, { fromStageName: 'Нова', toStageName: 'Переговори' }),
    {
      type: RequestRegisteredEvent, key: 'r', revision: 1, time: at(3),
      data: { request: Request.fromPartial({ id: randomUUID(), counterpartyId: id, subject: 'Рахунок', number: 'ЗВ-1', channel: 'REQUEST_CHANNEL_CALL', state: 'REQUEST_STATE_NEW', ownerId: people.olena.id, branchId: branches.kyiv, dueTime: at(60) }), actorId: '' },
    },
    {
      type: CallEndedEvent, key: 'c', revision: 4, time: at(5), branchId: branches.kyiv, ownerId: people.olena.id,
      data: { call: Call.fromPartial({ id: randomUUID(), counterpartyId: id, state: 'CALL_STATE_ENDED', direction: 'CALL_DIRECTION_INBOUND', disposition: 'CALL_DISPOSITION_ANSWERED', customerNumber: '+380671234567', startTime: at(4), talkSeconds: 65.97, branchId: branches.kyiv }) },
    },
  )
  expect(await kinds(id)).toEqual(['call-ended', 'request-registered', 'opportunity-moved', 'opportunity-created', 'contact-person-added', 'counterparty-created'])
  const { entries } = await timeline(id, { sections: ['opportunities', 'calls'] })
  expect(entries.map(({ data }) => data)).toEqual([
    // Seen failing with tenths: 66 here, 1:05 at the call.
    { direction: 'inbound', disposition: 'answered', number: '+380671234567', waitSeconds: '0', talkSeconds: '65.97' },
    { number: 'У-1', title: 'Млин', amount: '100.50', currency: 'UAH', fromStage: 'Нова', toStage: 'Переговори' },
    { number: 'У-1', title: 'Млин', amount: '100.50', currency: 'UAH', stage: 'Нова' },
  ])
  expect(await kinds(id, { fromTime: at(2), toTime: at(4) })).toEqual(['request-registered', 'opportunity-moved'])
  const seen: string[] = []
  for (let pageToken = ''; ; ) {
    const page = await timeline(id, { pageSize: 4, pageToken })
    seen.push(...page.entries.map(({ kind }) => kind))
    if (page.nextPageToken === '') break
    pageToken = page.nextPageToken
  }
  expect(seen).toEqual(await kinds(id))
  const { nextPageToken } = await timeline(id, { pageSize: 4 })
  for (const other of [{ sections: ['calls'] }, { fromTime: at(0) }, { counterpartyId: await firm('ТОВ «Інша»') }]) {
    await expect(timeline(id, { pageToken: nextPageToken, ...other })).rejects.toMatchObject({ violations: [{ field: 'pageToken' }] })
  }

  const whole = await card(id)
  expect(whole.counterparty!.id).toBe(id)
  expect(whole.contactPersons.map(({ displayName }) => displayName)).toEqual(['Оксана'])
  expect(whole.records.map(({ section, number, state, open, amount }) => [section, number, state, open, amount?.amount])).toEqual([
    ['opportunities', 'У-1', 'open', true, '100.50'], ['requests', 'ЗВ-1', 'new', true, undefined], ['calls', '+380671234567', 'answered', false, undefined],
  ])
  expect(whole.records[1]!.dueTime).toEqual(at(60))
  expect(whole.totals).toEqual([
    { section: 'calls', openCount: 0, count: 1, openAmounts: [] },
    { section: 'opportunities', openCount: 1, count: 1, openAmounts: [{ amount: '100.50', currency: 'UAH' }] },
    { section: 'requests', openCount: 1, count: 1, openAmounts: [] },
  ])
  expect(whole.timeline.map(({ kind }) => kind)).toEqual(seen)
})

test('doubled and late events tell each thing once, and the newest state stays', async () => {
  const id = await firm('Безлад')
  const opportunity = deal(randomUUID(), id)
  const created = about(OpportunityCreatedEvent, opportunity, 1, 1)
  const won = about(OpportunityWonEvent, { ...opportunity, state: 'OPPORTUNITY_STATE_WON' }, 3, 3)
  await service.receive(won)
  await service.receive(created)
  await service.receive(about(OpportunityChangedEvent, { ...opportunity, title: 'Старе' }, 2, 2))
  const { type, id: wonId, data } = (await service.published()).find((event) => event.id === won.id)!
  const handler = opportunityHandlers.find(({ types }) => types.includes(type!))!
  // It comes once more when the inbox has forgotten it.
  await inTx(service.pool, (tx) => handler.handle(tx, [{ ...won, id: wonId!, type, topic: '', time: at(3).toISOString(), data, headers: {} }]))
  expect(await kinds(id, { sections: ['opportunities'] })).toEqual(['opportunity-won', 'opportunity-changed', 'opportunity-created'])
  expect((await card(id)).records).toMatchObject([{ state: 'won', title: 'Млин', open: false }])
})

test('events about a counterparty that is not known yet wait for it', async () => {
  const later = randomUUID()
  await service.receive(about(OpportunityCreatedEvent, deal(randomUUID(), later), 1, 1))
  await expect(timeline(later, {}, 'admin')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const id = await firm('Згодом', 'admin')
  // As if it had come with that id.
  await service.pool.query('with keys as (delete from counterparty_match where counterparty_id = $2) update counterparty set id = $1 where id = $2', [later, id])
  expect(await kinds(later, {}, 'admin')).toEqual(['opportunity-created'])
  expect((await card(later, 'admin')).records).toHaveLength(1)
})

test('a call is told once, on the timeline of whom it belongs to after all', async () => {
  const first = await firm('Перший здогад')
  const second = await firm('Справжній')
  const call = Call.fromPartial({ id: randomUUID(), state: 'CALL_STATE_ENDED', disposition: 'CALL_DISPOSITION_ANSWERED', startTime: at(1), branchId: branches.kyiv, talkSeconds: 5 })
  const told = (type: OutgoingEvent['type'], revision: number, more: Partial<Call>): OutgoingEvent =>
    ({ type, key: call.id, revision, time: at(2), branchId: branches.kyiv, ownerId: people.olena.id, data: { call: { ...call, ...more } } })
  await service.receive(told(CallEndedEvent, 3, {}))
  await service.receive(told(CallCorrectedEvent, 4, { counterpartyId: first }))
  expect(await kinds(first, { sections: ['calls'] })).toEqual(['call-ended'])
  await service.receive(told(CallCorrectedEvent, 6, { counterpartyId: second, talkSeconds: 7 }))
  await service.receive(told(CallCorrectedEvent, 5, { counterpartyId: first }))
  expect(await kinds(first, { sections: ['calls'] })).toEqual([])
  expect((await timeline(second, { sections: ['calls'] })).entries.map(({ id, data }) => [id, data.talkSeconds])).toEqual([[call.id, '7']])
})

// Seen failing: the registration and its words stood with the first one for good, and a late event put more there.
test('what was told of a request or an opportunity stands with whose it is after all, also where that one was merged', async () => {
  const [first, second, third] = [await firm('Не той'), await firm('Той самий'), await firm('Об’єднаний')]
  const request = Request.fromPartial({ id: randomUUID(), subject: 'Борги пана Б', number: 'ЗВ-1', channel: 'REQUEST_CHANNEL_CALL', state: 'REQUEST_STATE_NEW', ownerId: people.olena.id, branchId: branches.kyiv, dueTime: at(60) })
  const told = (type: typeof RequestChangedEvent, revision: number, counterpartyId: string | undefined) =>
    ({ type, key: request.id, revision, time: at(revision), data: { request: { ...request, counterpartyId }, actorId: '' } })
  const stands = async (section: string) => Promise.all([first, second].map((id) => kinds(id, { sections: [section] })))
  await service.receive(told(RequestRegisteredEvent, 1, first), told(RequestChangedEvent, 3, second))
  expect(await stands('requests')).toEqual([[], ['request-changed', 'request-registered']])
  await service.receive(told(RequestChangedEvent, 2, first))
  expect(await stands('requests')).toEqual([[], ['request-changed', 'request-changed', 'request-registered']])
  // Taken away from everybody it is on no timeline, and goes along to whose it is found to be. Seen failing: it stood with the second for good.
  await service.receive(told(RequestChangedEvent, 5, undefined), told(RequestChangedEvent, 4, second))
  expect(await stands('requests')).toEqual([[], []])
  await service.receive(told(RequestChangedEvent, 6, second))
  expect(await stands('requests')).toEqual([[], ['request-changed', 'request-changed', 'request-changed', 'request-changed', 'request-registered']])
  const opportunity = deal(randomUUID(), first)
  await service.receive(about(OpportunityCreatedEvent, opportunity, 1, 1), about(OpportunityChangedEvent, { ...opportunity, counterpartyId: second }, 2, 2))
  expect(await stands('opportunities')).toEqual([[], ['opportunity-changed', 'opportunity-created']])
  // It goes to one that was merged meanwhile, and back with the undo.
  const { id } = await service.call(merges.mergeCounterparties, { id: first, mergedId: third, etag: '', mergedEtag: '', choices: [] }, { as: 'admin' })
  await service.receive(told(RequestChangedEvent, 7, third))
  const whole = [...Array<string>(5).fill('request-changed'), 'request-registered']
  expect(await stands('requests')).toEqual([whole, []])
  await service.call(merges.undoCounterpartyMerge, { id, choices: [] }, { as: 'admin' })
  expect([await stands('requests'), await kinds(third, { sections: ['requests'] })]).toEqual([[[], []], whole])
})

// Seen failing: the number of a request of Lviv stood on the card for who sees nothing of Lviv.
test('the request that another was joined to is named on the timeline to who sees that one, and to nobody before it is known', async () => {
  const id = await firm('Дзвонив двічі')
  const [own, other] = [randomUUID(), randomUUID()]
  const request = (more: Partial<Request>) => Request.fromPartial({ counterpartyId: id, subject: 'Рахунок', channel: 'REQUEST_CHANNEL_CALL', state: 'REQUEST_STATE_NEW', ownerId: people.olena.id, branchId: branches.kyiv, ...more })
  const told = (type: typeof RequestClosedEvent, revision: number, of: Request) => ({ type, key: of.id, revision, time: at(revision), data: { request: of, actorId: '' } })
  const ends = async (as: keyof typeof people) => [(await timeline(id, { kinds: ['request-closed'] }, as)).entries, (await card(id, as)).timeline.filter(({ kind }) => kind === 'request-closed')].map(([entry]) => entry!.data.sameAs)
  await service.receive(told(RequestClosedEvent, 2, request({ id: own, number: 'ЗВ-902', state: 'REQUEST_STATE_CLOSED', sameAsId: other, sameAsNumber: 'ЗВ-901' })))
  expect(await ends('admin')).toEqual([undefined, undefined])
  await service.receive(told(RequestRegisteredEvent, 1, request({ id: other, number: 'ЗВ-901', ownerId: people.taras.id, branchId: branches.lviv })))
  const known = [['ЗВ-901', 'ЗВ-901'], [undefined, undefined]]
  expect([await ends('admin'), await ends('olena')]).toEqual(known)
  // One that the release before wrote, and what becomes of it on the way to this one.
  await service.pool.query(`update timeline set data = data - 'sameAsId' where record_id = $1`, [own])
  expect([await ends('admin'), await ends('olena')]).toEqual([[undefined, undefined], [undefined, undefined]])
  await service.pool.query(await readFile(new URL('../migrations/0395_joined_known.sql', import.meta.url), 'utf8'))
  expect([await ends('admin'), await ends('olena')]).toEqual(known)
})

test('a removed opportunity leaves the card, its history stays', async () => {
  const id = await firm('Без угоди')
  const opportunity = deal(randomUUID(), id)
  await service.receive(about(OpportunityCreatedEvent, opportunity, 1, 1), about(OpportunityDeletedEvent, opportunity, 2, 2))
  expect((await card(id)).records).toEqual([])
  expect(await kinds(id, { sections: ['opportunities'] })).toEqual(['opportunity-deleted', 'opportunity-created'])
})

test('the reader sees only records that their rights reach, and they move with the record', async () => {
  const id = await firm('Спільний')
  const opportunity = deal(randomUUID(), id)
  const taras = { ownerId: people.taras.id, branchId: branches.lviv }
  await service.receive(about(OpportunityCreatedEvent, { ...opportunity, ...taras }, 1, 1))
  const own = async () => ({ list: await kinds(id, { sections: ['opportunities'] }), card: await card(id) })
  expect(await own()).toMatchObject({ list: [], card: { records: [], totals: [] } })
  expect((await card(id, 'head')).records).toHaveLength(1)
  await service.receive(about(OpportunityChangedEvent, opportunity, 2, 2))
  expect(await own()).toMatchObject({ list: ['opportunity-changed', 'opportunity-created'], card: { records: [{ id: opportunity.id }] } })
  // An event that comes late does not open what has gone elsewhere.
  await service.receive(about(OpportunityChangedEvent, { ...opportunity, ...taras }, 4, 4), about(OpportunityMovedEvent, opportunity, 3, 3))
  expect(await own()).toMatchObject({ list: [], card: { records: [] } })
})

// Seen failing without the copy of the shares: their own service showed the record, the history of its client did not.
test('whoever is let in to a record of another service reads what the history of its client and the card tell of it, until the share ends', async () => {
  const id = await firm('Поділений')
  const opportunity = deal(randomUUID(), id, { ownerId: people.taras.id, branchId: branches.lviv })
  const shares = (...holders: string[]) => ({
    type: RecordSharesChangedEvent, key: opportunity.id, revision: holders.length + 1,
    data: { section: 'opportunities', recordId: opportunity.id, shares: holders.map((holder) => ({ holder, action: 'ACTION_VIEW' as const, untilTime: undefined, givenBy: people.taras.id, givenTime: at(1) })) },
  })
  await service.receive(about(OpportunityCreatedEvent, opportunity, 1, 1))
  const seen = async () => [await kinds(id, { sections: ['opportunities'] }), (await card(id)).records.map((record) => record.id)]
  expect(await seen()).toEqual([[], []])
  await service.receive(shares(people.olena.id))
  await until(async () => (await seen())[0]!.length > 0)
  expect(await seen()).toEqual([['opportunity-created'], [opportunity.id]])
  // Shares of records that are here are given here: what is told of them from outside is not believed.
  await service.receive({ ...shares(people.nadia.id), key: id, data: { ...shares(people.nadia.id).data, section: 'counterparties', recordId: id } })
  await service.receive({ ...shares(), revision: 3 })
  await until(async () => (await seen())[0]!.length === 0)
})

test('an unknown section is refused', async () => {
  await expect(timeline(await firm('Розділ'), { sections: ['secrets'] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'sections[0]', rule: 'choice' }] })
})

// Seen failing: without the condition on the author the whole history came back.
test('the history is narrowed by kind and author, and a page token is good for the same question only', async () => {
  const id = await firm('Відбір')
  await service.call(rpc.createNote, { counterpartyId: id, text: 'перша' }, { as: 'olena' })
  await service.call(rpc.createNote, { counterpartyId: id, text: 'друга' }, { as: 'head' })
  expect((await timeline(id, { kinds: ['note'] })).entries.map(({ data }) => data.text)).toEqual(['друга', 'перша'])
  expect((await timeline(id, { kinds: ['note'], actorIds: [people.olena.id] })).entries.map(({ data }) => data.text)).toEqual(['перша'])
  expect(await kinds(id, { actorIds: [people.taras.id] })).toEqual([])
  const { nextPageToken } = await timeline(id, { kinds: ['note'], pageSize: 1 })
  expect((await timeline(id, { kinds: ['note'], pageSize: 1, pageToken: nextPageToken })).entries.map(({ data }) => data.text)).toEqual(['перша'])
  await expect(timeline(id, { pageToken: nextPageToken })).rejects.toMatchObject({ violations: [{ field: 'pageToken' }] })
})

const file = async (counterpartyId: string, more: Partial<DownloadTimelineRequest> = {}, as: keyof typeof people = 'olena'): Promise<string> => {
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${await service.token(as)}`)
  const client = new Client(service.address, credentials.createInsecure())
  const { path, requestSerialize, responseDeserialize } = TimelineServiceService.downloadTimeline
  const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, DownloadTimelineRequest.fromPartial({ counterpartyId, ...more }), metadata)
  const parts: Buffer[] = []
  try {
    for await (const part of stream) parts.push((part as HttpBody).data)
  } catch (error) {
    throw fromStatus(error as ServiceError)
  } finally {
    client.close()
  }
  return Buffer.concat(parts).toString()
}

// Seen failing: without `entryScope` the file told the deal of Lviv.
test('the history comes as a file, to its end, trimmed by the rights of who takes it, and no cell is a formula', async () => {
  const id = await firm('У файл')
  await service.call(rpc.createNote, { counterpartyId: id, text: '=HYPERLINK("http://x")' }, { as: 'olena' })
  const lviv = deal(randomUUID(), id, { title: 'Таємна угода', ownerId: people.taras.id, branchId: branches.lviv })
  const own = deal(randomUUID(), id, { title: 'Млин, великий' })
  await service.receive(about(OpportunityCreatedEvent, lviv, 1, 1, { stageName: 'Нова' }), about(OpportunityCreatedEvent, own, 1, 2, { stageName: 'Нова' }))
  await service.pool.query(`insert into timeline (id, counterparty_id, at, kind, section, data) select gen_random_uuid(), $1, now() - n * interval '1 day', 'note', 'counterparties', '{"text":"стара"}' from generate_series(1, 600) n`, [id])
  const lines = (await file(id)).split('\r\n')
  expect(lines[0]).toBe('\ufefftime,section,kind,author,subject,text,details,recordId')
  expect(lines).toHaveLength(1 + 3 + 600 + 1)
  expect(lines[1]).toBe(`${at(2).toISOString()},opportunities,opportunity-created,Олена Київська,"Млин, великий",,"stage: Нова; amount: 100.50; number: У-1; currency: UAH",${own.id}`)
  expect(lines.join()).toContain(`"'=HYPERLINK(""http://x"")"`)
  expect(lines.join()).not.toContain('Таємна')
  expect(await file(id, {}, 'head')).toContain('Таємна угода')
  expect((await file(id, { kinds: ['opportunity-created'] })).split('\r\n')).toHaveLength(3)
  await expect(file(id, {}, 'taras')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(file(id, {}, 'nobody')).rejects.toMatchObject({ reason: 'RIGHT_MISSING' })
})
