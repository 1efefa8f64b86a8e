import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { OpportunityChangedEvent, OpportunityCreatedEvent } from '@vitrylo/proto/events.ts'
import { inTx, type Tx } from '@vitrylo/pg'
import { ContactPersonServiceService as persons } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CounterpartyServiceService as counterparties, type UpdateCounterpartyRequest } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { MergeServiceService as rpc } from '@vitrylo/proto/vitrylo/contacts/v1/merge_service.ts'
import type { MergeChoice } from '@vitrylo/proto/vitrylo/contacts/v1/merge.ts'
import { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { newId } from '@vitrylo/service'
import { people, startTestService, type PersonName, type TestService } from '@vitrylo/testkit'
import { contacts } from '../src/index.ts'
import { giveBack, moveReferences, OWN_ROWS, REFERENCES } from '../src/merge/references.ts'
import { email, organisation, person, phone } from './samples.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(contacts)
})
afterAll(() => service.stop())

const create = (name: string, more: Partial<Counterparty> = {}, as: PersonName = 'admin') =>
  service.call(counterparties.createCounterparty, organisation(name, more), { as })
const get = (id: string, as: PersonName = 'admin') => service.call(counterparties.getCounterparty, { id }, { as })
const card = (id: string) => service.call(counterparties.getCounterpartyCard, { id })
const update = (counterparty: Partial<Counterparty> & { id: string }, updateMask: string[]) =>
  service.call(counterparties.updateCounterparty, { counterparty: { ...organisation('').counterparty, ...counterparty }, updateMask } as UpdateCounterpartyRequest)
const merge = (id: string, mergedId: string, { choices = [], as = 'admin' }: { choices?: MergeChoice[]; as?: PersonName } = {}) =>
  service.call(rpc.mergeCounterparties, { id, mergedId, etag: '', mergedEtag: '', choices }, { as })
const undo = (id: string, choices: MergeChoice[] = []) => service.call(rpc.undoCounterpartyMerge, { id, choices })
const names = async (id: string) => (await card(id)).contactPersons.map(({ displayName }) => displayName).sort()

async function opportunity(counterpartyId: string, revision = 1, id: string = newId()): Promise<string> {
  const type = revision === 1 ? OpportunityCreatedEvent : OpportunityChangedEvent
  await service.receive({ type, key: id, revision, data: { opportunity: Opportunity.fromPartial({ id, title: 'Угода', counterpartyId, state: 'OPPORTUNITY_STATE_OPEN' }), actorId: '' } as never })
  return id
}

test('the better value is proposed field by field, with the rule, and the person may choose another', async () => {
  const a = await create('ТОВ Обрій', { channels: [phone('0671111111', { primary: true })], tags: ['млин'], taxCode: '14360570', note: 'перше' })
  const b = await create('ТОВ «Обрій» (Полтава)', { channels: [phone('067 111 11 11'), email('o@obriy.ua')], vip: true, industry: 'млини', note: 'друге', taxCode: '00032129' })
  const { fields, result } = await service.call(rpc.previewMerge, { id: a.id, mergedId: b.id })
  expect(Object.fromEntries(fields.map(({ field, take, rule }) => [field, `${take} ${rule}`]))).toEqual({
    displayName: 'merged changed-last', taxCode: 'merged changed-last', channels: 'both lists-add-up', industry: 'merged only-value',
    vip: 'merged one-says-yes', note: 'both lists-add-up', tags: 'survivor only-value',
  })
  expect(result).toMatchObject({ vip: true, note: 'перше\n\nдруге', tags: ['млин'] })
  expect(result!.channels.map(({ value }) => value)).toEqual(['0671111111', 'o@obriy.ua'])
  await merge(a.id, b.id, { choices: [{ field: 'taxCode', take: 'survivor' }, { field: 'displayName', take: 'survivor' }] })
  expect(await get(a.id)).toMatchObject({ displayName: 'ТОВ Обрій', taxCode: '14360570', industry: 'млини', vip: true })
  await expect(merge(a.id, b.id, { choices: [{ field: 'etag', take: 'merged' }] })).resolves.toBeDefined() // made already
  const c = await create('Ще один')
  await expect(merge(a.id, c.id, { choices: [{ field: 'etag', take: 'merged' }] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

// Seen failing: item by item the refusal of the merged one was forgotten, and two caretakers of one matter refused the merge that was proposed.
test('who refused to be called stays so, an account is there once, and a matter has one caretaker', async () => {
  const account = (bankName: string) => ({ iban: 'UA213223130000026007233566001', bankName, currency: 'UAH' })
  const one = { bankAccounts: [account('Перший')], caretakers: [{ purpose: 'постачання', employeeId: people.olena.id }] }
  const two = { bankAccounts: [account('перший банк')], caretakers: [{ purpose: 'постачання', employeeId: people.taras.id }] }
  const a = await create('Млин А', { ...one, channels: [phone('0673333333', { consent: 'CHANNEL_CONSENT_GIVEN' }), phone('0674444444')] } as never)
  const b = await create('Млин Б', { ...two, channels: [phone('067 333 33 33', { consent: 'CHANNEL_CONSENT_WITHDRAWN', blocked: true })] } as never)
  await merge(a.id, b.id)
  const merged = await get(a.id)
  expect(merged.channels).toMatchObject([{ consent: 'CHANNEL_CONSENT_WITHDRAWN', blocked: true }, { consent: 'CHANNEL_CONSENT_UNSPECIFIED', blocked: false }])
  expect(merged).toMatchObject({ bankAccounts: [{ bankName: 'Перший' }], caretakers: [{ employeeId: people.olena.id }] })
})

// Seen failing: 63 statements for twenty persons, one by one.
test('a merge and its undo cost the same few statements however much there is to move', async () => {
  const [a, b] = [await create('Малий'), await create('Великий')]
  await Promise.all(Array.from({ length: 20 }, (_, n) => service.call(persons.createContactPerson, person(`Особа ${n}`, n === 0 ? [a.id, b.id] : [b.id]))))
  const counted = (tx: Tx) => {
    let statements = 0
    const query = (...given: unknown[]) => (statements++, (tx.query as (...all: unknown[]) => unknown)(...given))
    return { tx: { query } as unknown as Tx, statements: () => statements }
  }
  await inTx(service.pool, async (tx) => {
    const [there, back] = [counted(tx), counted(tx)]
    const moved = await moveReferences(there.tx, b.id, a.id)
    expect(moved.map(({ outcome }) => outcome).sort()).toEqual(['dropped', ...Array.from({ length: 19 }, () => 'moved')])
    expect(there.statements()).toBeLessThan(40)
    await giveBack(back.tx, moved, b.id, a.id)
    expect(back.statements()).toBeLessThan(9)
    const { rowCount } = await tx.query('select from position where counterparty_id = $1', [b.id])
    expect(rowCount).toBe(20)
  })
})

test('everything of the merged one is found at the survivor, also under the old id, and goes back with an undo', async () => {
  const [a, b] = [await create('Головна'), await create('Друга', { channels: [phone('0672222222')] })]
  for (const [name, ids] of [['Лише тут', [b.id]], ['В обох', [a.id, b.id]]] as const) await service.call(persons.createContactPerson, person(name, [...ids]))
  const early = await opportunity(b.id)
  const { id } = await merge(a.id, b.id)
  expect((await get(b.id)).id).toBe(a.id)
  expect((await card(b.id)).counterparty?.id).toBe(a.id)
  expect(await names(a.id)).toEqual(['В обох', 'Лише тут'])
  const late = await opportunity(b.id)
  await opportunity(b.id, 2, early)
  const after = await opportunity(a.id)
  const records = async (of: string) => (await card(of)).records.map((record) => record.id).sort()
  expect(await records(a.id)).toEqual([early, late, after].sort())
  const kinds = (await card(a.id)).timeline.map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'opportunity-created')).toHaveLength(3)
  expect(kinds).toContain('counterparty-merged')
  const toldUndone = async () => (await card(a.id)).timeline.find(({ kind }) => kind === 'counterparty-merged')!.data['undone']
  expect(await toldUndone()).toBeUndefined()

  await undo(id)
  // Seen failing: the card went on offering to undo it, and the refusal spoke of thirty days.
  expect(await toldUndone()).toBe('true')
  await expect(service.call(rpc.previewMergeUndo, { id })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'MERGE_UNDONE' })
  expect(await get(b.id)).toMatchObject({ id: b.id, displayName: 'Друга', deleteTime: undefined })
  expect(await get(a.id)).toMatchObject({ displayName: 'Головна', channels: [] })
  expect([await names(a.id), await names(b.id)]).toEqual([['В обох'], ['В обох', 'Лише тут']])
  expect([await records(a.id), await records(b.id)]).toEqual([[after], [early, late].sort()])
  expect((await card(b.id)).timeline.filter(({ kind }) => kind.startsWith('opportunity'))).toHaveLength(3)
  expect(await undo(id)).toMatchObject({ id, undoTime: expect.any(Date) })
})

test('what was changed since is shown, and is for the person to decide', async () => {
  const [a, b] = [await create('Стара назва'), await create('Краща назва', { industry: 'ліс', source: 'сайт' })]
  const { id } = await merge(a.id, b.id)
  await update({ id: a.id, displayName: 'Найкраща назва', note: 'дописано' }, ['display_name', 'note'])
  const preview = await service.call(rpc.previewMergeUndo, { id })
  expect(preview).toMatchObject({ conflicts: [{ field: 'displayName' }], now: { displayName: 'Найкраща назва' }, before: { displayName: 'Стара назва' } })
  await expect(undo(id)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'MERGE_CONFLICT', violations: [{ field: 'displayName' }] })
  await undo(id, [{ field: 'displayName', take: 'now' }])
  expect(await get(a.id)).toMatchObject({ displayName: 'Найкраща назва', note: 'дописано', industry: '', source: '' })
})

// Seen failing: without `for update` in lockBoth two merges of the pair hold.
test('two people merge one pair at once, from both sides: one merge holds', async () => {
  for (let round = 0; round < 5; round++) {
    const [a, b] = [await create('Пара'), await create('Пара')]
    const tried = await Promise.allSettled([merge(a.id, b.id), merge(b.id, a.id), merge(a.id, b.id)])
    const done = new Set(tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : [])))
    expect(done.size).toBe(1)
    for (const one of tried) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'MERGED' })
    const { rows } = await service.pool.query('select count(*)::int as living from counterparty where id = any($1) and deleted_at is null', [[a.id, b.id]])
    expect(rows[0].living).toBe(1)
  }
})

test('a chain of merges is undone from its end, and everything stands where it stood', async () => {
  const [a, b, c] = [await create('А'), await create('Б'), await create('В')]
  const own = await Promise.all([a, b, c].map(({ id }) => opportunity(id)))
  const first = await merge(a.id, b.id)
  const second = await merge(c.id, a.id)
  expect((await get(b.id)).id).toBe(c.id)
  expect((await card(c.id)).records).toHaveLength(3)
  await expect(undo(first.id)).rejects.toMatchObject({ reason: 'MERGED', metadata: { mergeId: second.id } })
  await undo(second.id)
  expect((await get(b.id)).id).toBe(a.id)
  expect((await card(a.id)).records).toHaveLength(2)
  await undo(first.id)
  for (const [index, { id }] of [a, b, c].entries()) expect((await card(id)).records.map((record) => record.id)).toEqual([own[index]])
})

test('both rights over both records are needed; whoever may not see one learns nothing', async () => {
  const [a, b] = [await create('Київська', {}, 'olena'), await create('Львівська', {}, 'taras')]
  for (const [one, other] of [[a, b], [b, a]] as const) {
    await expect(merge(one.id, other.id, { as: 'olena' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(service.call(rpc.previewMerge, { id: one.id, mergedId: other.id }, { as: 'olena' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }
  const { id } = await merge(a.id, b.id)
  await expect(get(b.id, 'taras')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(service.call(rpc.undoCounterpartyMerge, { id, choices: [] }, { as: 'taras' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(service.call(counterparties.undeleteCounterparty, { id: b.id, etag: '' })).rejects.toMatchObject({ reason: 'MERGED', metadata: { survivorId: a.id } })
})

test('one event tells of both; after 30 days the copies are forgotten and nothing is taken back', async () => {
  const [a, b] = [await create('Подія'), await create('Подія друга')]
  const { id } = await merge(a.id, b.id)
  const told = (await service.published()).filter(({ type, data }) => type.endsWith('CounterpartyMerged') && data.mergeId === id)
  expect(told).toMatchObject([{ key: a.id, revision: 2, data: { survivor: { id: a.id }, merged: { id: b.id, etag: '2', deleteTime: expect.any(String) } } }])
  expect((await service.published()).filter(({ key, type }) => key === b.id && type.endsWith('Changed'))).toEqual([])
  await service.pool.query(`update counterparty_merge set created_at = created_at - interval '31 days' where id = $1`, [id])
  await expect(undo(id)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'MERGE_EXPIRED' })
})

// Seen failing: with REFERENCES empty, `position.counterparty_id` is missing.
test('no table that belongs to a counterparty is forgotten by a merge', async () => {
  const { rows } = await service.pool.query<{ of: string }>(
    `select c.relname || '.' || a.attname as of from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
     where k.contype = 'f' and k.confrelid = 'counterparty'::regclass`,
  )
  const known = REFERENCES.map(({ table, column }) => `${table}.${column}`)
  expect(rows.map(({ of }) => of).filter((of) => !OWN_ROWS.includes(of.split('.')[0]!)).sort()).toEqual(known.sort())
})
