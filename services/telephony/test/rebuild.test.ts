import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { OutgoingEvent } from '@vitrylo/events'
import { ContactPersonChangedEvent, ContactPersonDeletedEvent, CounterpartyChangedEvent, CounterpartyCreatedEvent, CounterpartyMergedEvent, CounterpartyMergeUndoneEvent } from '@vitrylo/proto/events.ts'
import { ContactPersonChanged, ContactPersonDeleted, CounterpartyChanged, CounterpartyMerged, CounterpartyMergeUndone } from '@vitrylo/proto/vitrylo/contacts/v1/events.ts'
import { branches, digestsOfRebuild, people, startTestService, type TestService } from '@vitrylo/testkit'
import { telephony } from '../src/index.ts'
import { matchesOf } from '../src/party/party-sql.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(telephony)
})
afterAll(() => service.stop())

const told = (type: OutgoingEvent['type'], key: string, revision: number, data: object): OutgoingEvent => ({ type, key, revision, data })
const number = (n: number) => ({ kind: 'CHANNEL_KIND_PHONE' as const, value: `067 000 00 ${n}`, e164: `+3806700000${n}` })

// Seen failing: with a `clear` that does nothing the number that was taken away by hand did not come back.
test('whose number it is, is made anew from the log with the same digest', async () => {
  const [firm, person, gone] = [randomUUID(), randomUUID(), randomUUID()]
  const company = (n: number) => CounterpartyChanged.fromPartial({ counterparty: { id: firm, displayName: `Фірма ${n}`, branchId: branches.kyiv, responsibleId: people.olena.id, channels: [number(n), number(n + 1)] } })
  const human = (id: string, n: number) => ContactPersonChanged.fromPartial({ contactPerson: { id, displayName: `Особа ${n}`, positions: [{ counterpartyId: firm }], channels: [number(n)] } })
  await service.receive(told(CounterpartyCreatedEvent, firm, 1, company(10)), told(ContactPersonChangedEvent, person, 1, human(person, 20)), told(ContactPersonChangedEvent, gone, 1, human(gone, 30)))
  await service.receive(told(CounterpartyChangedEvent, firm, 2, company(40)), told(ContactPersonDeletedEvent, gone, 2, ContactPersonDeleted.fromPartial({ id: gone })))
  const [projection] = telephony.projections!({} as never)
  const { before, rebuilt, spoiled, mended } = await digestsOfRebuild(service, {
    group: 'telephony', projection: projection!, tables: ['party', 'party_phone'], spoil: `delete from party_phone where e164 like '%40'; update party set name = 'зіпсовано'`,
  })
  expect(before.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['party: 3', 'party_phone: 3'])
  expect(rebuilt).toEqual(before)
  expect(spoiled).not.toEqual(before)
  expect(mended).toEqual(before)
})

// Seen failing: when the merge moved the places of persons, the newest state of the person was moved too, and stayed so after the undo.
test('of whose firm a person is goes by the merges that hold, whichever event comes first', async () => {
  const [survivor, merged, human, mergeId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  const firm = (id: string, etag: number, more: object = {}) => ({ id, etag: String(etag), displayName: 'Фірма', branchId: branches.kyiv, channels: [], ...more })
  for (const id of [survivor, merged]) await service.receive(told(CounterpartyCreatedEvent, id, 1, CounterpartyChanged.fromPartial({ counterparty: firm(id, 1) })))
  // As after the undo already: its topic may be read before that of the counterparties.
  await service.receive(told(ContactPersonChangedEvent, human, 3, ContactPersonChanged.fromPartial({ contactPerson: { id: human, displayName: 'Особа', positions: [{ counterpartyId: merged }], channels: [number(70)] } })))
  const firmsOf = async () => (await matchesOf(service.pool, number(70).e164)).map(({ counterpartyId }) => counterpartyId)
  await service.receive(told(CounterpartyMergedEvent, survivor, 2, CounterpartyMerged.fromPartial({ mergeId, survivor: firm(survivor, 2), merged: firm(merged, 2, { deleteTime: new Date() }) })))
  expect(await firmsOf()).toEqual([survivor])
  await service.receive(told(CounterpartyMergeUndoneEvent, survivor, 3, CounterpartyMergeUndone.fromPartial({ mergeId, survivor: firm(survivor, 3), restored: firm(merged, 3) })))
  expect(await firmsOf()).toEqual([merged])
})
