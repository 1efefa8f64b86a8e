import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { many, sql } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { ContactPersonServiceService as persons } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CounterpartyServiceService as counterparties, type UpdateCounterpartyRequest } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { MergeServiceService as merges } from '@vitrylo/proto/vitrylo/contacts/v1/merge_service.ts'
import type { CustomField } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import { branches, defineField, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { contacts } from '../src/index.ts'
import { organisation, person } from './samples.ts'

let service: TestService
const fields: Record<string, CustomField> = {}
const NUMBER = { kind: 'CUSTOM_FIELD_KIND_NUMBER', filterable: true } as const
beforeAll(async () => {
  service = await startTestService(contacts)
  const define = async (name: string, more: object = {}) => void (fields[name] = await defineField(service, 'counterparties', name, more))
  await define('contract_no', { unique: true, filterable: true, searchable: true })
  await define('credit', { kind: 'CUSTOM_FIELD_KIND_MONEY', filterable: true })
  await define('since', { kind: 'CUSTOM_FIELD_KIND_DATE', filterable: true })
  await define('paper', { kind: 'CUSTOM_FIELD_KIND_CHOICE', options: ['a4', 'a3'].map((word) => ({ word, label: { uk: word, en: word }, archived: false })), filterable: true })
  await define('run', { ...NUMBER, required: true, visibleWhen: 'custom.paper = a3' })
  await define('partner', { kind: 'CUSTOM_FIELD_KIND_LINK', linkTo: 'counterparties' })
  await define('remark', {})
  await indexed('contract_no')
})
afterAll(() => service.stop())

const create = (name: string, custom: object = {}, as: PersonName = 'admin', more: Partial<Counterparty> = {}) =>
  service.call(counterparties.createCounterparty, organisation(name, { custom: custom as never, ...more }), { as })
const update = (id: string, custom: object, as: PersonName = 'admin') =>
  service.call(counterparties.updateCounterparty, { counterparty: { ...organisation('').counterparty, id, custom }, updateMask: ['custom'] } as UpdateCounterpartyRequest, { as })
const get = (id: string) => service.call(counterparties.getCounterparty, { id })
const list = async (filter: string, orderBy = '', as: PersonName = 'admin') =>
  (await service.call(counterparties.listCounterparties, { filter, orderBy, pageSize: 0, pageToken: '' }, { as })).counterparties.map(({ displayName }) => displayName)
const wrong = (call: Promise<unknown>) => call.then(() => [], (error) => error.violations?.map(({ field, rule }: { field: string; rule: string }) => `${field} ${rule}`))
const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, metadata }) => `${code} ${metadata.field ?? ''}`)
const told = async () => (await service.published()).filter(({ type }) => type.endsWith('ContactIndexChanged')).map(({ data }) => data)
const indexed = (name: string, revision = 1) =>
  until(async () => (await many(service.pool, sql`select 1 from custom_index_told where field_id = ${fields[name]!.id} and wanted = ${String(revision)} and ready`)).length === 1)

test('values are checked, kept by name and told with the record; a change touches what it names', async () => {
  const made = await create('Друкарня', { contract_no: ' 12/2026 ', credit: { amount: '1500.00', currency: 'UAH' }, since: '2026-02-28', paper: 'a4' })
  expect(made.custom).toEqual({ contract_no: '12/2026', credit: { amount: '1500.00', currency: 'UAH' }, since: '2026-02-28', paper: 'a4' })
  // Seen failing with the values of the request put in the place of those of the record.
  const [one, two] = await Promise.all([update(made.id, { remark: 'перша' }), update(made.id, { since: null })])
  expect((await get(made.id)).custom).toEqual({ contract_no: '12/2026', credit: { amount: '1500.00', currency: 'UAH' }, paper: 'a4', remark: 'перша' })
  expect([one.etag, two.etag].sort()).toEqual(['2', '3'])
  expect((await service.published()).findLast(({ key }) => key === made.id)!.data).toMatchObject({ counterparty: { custom: { contract_no: '12/2026' } } })
  expect(await wrong(create('Б', { since: '2026-02-30', paper: 'a0', credit: 5, nobody: 1 }))).toEqual(['custom.since format', 'custom.paper choice', 'custom.credit format', 'custom.nobody unknown'])
  expect(await wrong(create('Б', { paper: 'a3' }))).toEqual(['custom.run required'])
  expect(await wrong(update(made.id, { paper: 'a3', run: 500 }))).toEqual([])
})

test('a field that is set aside is no way to find a record any more, and is one again when it is taken up', async () => {
  const nick = await defineField(service, 'counterparties', 'nickname', { searchable: true })
  await create('Завод «Омега»', { nickname: 'Жайворонок' })
  const found = async () => (await service.call(counterparties.searchCounterparties, { q: 'Жайворонок', pageSize: 5 })).counterparties.length
  expect(await found()).toBe(1)
  await defineField(service, 'counterparties', 'nickname', { id: nick.id, revision: 2, searchable: true, archived: true })
  await until(async () => (await found()) === 0)
  await defineField(service, 'counterparties', 'nickname', { id: nick.id, revision: 3, searchable: true })
  await until(async () => (await found()) === 1)
})

// Seen failing without the unique index: all of them were accepted.
test('of ten who take one value at once one has it, and the others learn which field it was', async () => {
  const outcomes = await Promise.all(Array.from({ length: 10 }, (_none, n) => refusal(create(`Гонка ${n}`, { contract_no: 'race' }))))
  expect(outcomes.filter((one) => one === 'accepted')).toHaveLength(1)
  expect(outcomes.filter((one) => one === 'ALREADY_EXISTS custom.contract_no')).toHaveLength(9)
  const other = await create('Інший', { contract_no: 'other' })
  expect(await refusal(update(other.id, { contract_no: 'race' }))).toBe('ALREADY_EXISTS custom.contract_no')
})

// Seen failing with the scope left out of the statement that looks for linked records.
test('a link to a record out of sight is refused as one to nothing', async () => {
  const hidden = await create('Львівське', {}, 'admin', { branchId: branches.lviv, responsibleId: people.bohdan.id })
  const mine = await create('Київське', {}, 'olena')
  expect(await wrong(update(mine.id, { partner: hidden.id }, 'olena'))).toEqual(['custom.partner reference'])
  expect(await wrong(update(mine.id, { partner: '01900000-0000-7000-8000-00000000ffff' }, 'olena'))).toEqual(['custom.partner reference'])
  expect((await update(mine.id, { partner: hidden.id })).custom).toEqual({ partner: hidden.id })
  // Who may not see it may still work with the record that names it.
  expect((await update(mine.id, { remark: 'далі' }, 'olena')).custom).toEqual({ partner: hidden.id, remark: 'далі' })
})

test('lists are narrowed and sorted by custom fields, within rights, and search finds by them', async () => {
  await create('Фільтр 1', { contract_no: 'F-1', credit: { amount: '100', currency: 'UAH' }, since: '2026-01-10', paper: 'a4' })
  await create('Фільтр 2', { contract_no: 'F-2', credit: { amount: '200', currency: 'EUR' }, since: '2026-03-10', paper: 'a3', run: 7 })
  await create('Фільтр 3', { contract_no: 'F-3' }, 'bohdan')
  expect(await list('custom.contract_no = "F-1"')).toEqual(['Фільтр 1'])
  expect(await list('custom.contract_no:"f-" AND custom.credit >= 100', 'custom.credit desc')).toEqual(['Фільтр 2', 'Фільтр 1'])
  expect(await list('custom.contract_no:"F-"', 'custom.since')).toEqual(['Фільтр 1', 'Фільтр 2', 'Фільтр 3'])
  expect(await list('custom.paper != a4 AND custom.contract_no:"F-"', 'custom.contract_no')).toEqual(['Фільтр 2', 'Фільтр 3'])
  expect(await list('custom.contract_no:"F-"', '', 'olena')).toEqual([])
  expect(await wrong(list('custom.nobody = 1'))).toEqual(['filter unknown'])
  expect(await wrong(list('custom.remark = "x"'))).toEqual(['filter closed'])
  const found = await service.call(counterparties.searchCounterparties, { q: 'F-2', pageSize: 0 })
  expect(found.counterparties.map(({ displayName }) => displayName)).toContain('Фільтр 2')
})

test('an archived field is closed to filters and forms, keeps its values and comes back with them', async () => {
  const made = await create('Архів', { since: '2026-05-05', contract_no: 'ARC' })
  const known = async (archived: boolean, revision: number) => {
    await defineField(service, 'counterparties', 'since', { ...fields.since, archived, revision })
    await until(async () => ((await wrong(list('custom.since = 2026-05-05')))?.[0] === 'filter closed') === archived)
  }
  await known(true, 2)
  expect((await get(made.id)).custom).toMatchObject({ since: '2026-05-05' })
  expect((await update(made.id, { since: '2026-05-05', remark: 'так' })).custom).toMatchObject({ since: '2026-05-05' })
  expect(await wrong(update(made.id, { since: '2026-05-06' }))).toEqual(['custom.since unknown'])
  await known(false, 3)
  expect(await list('custom.since = 2026-05-05')).toEqual(['Архів'])
})

// Seen failing: the survivor took the unique value while the merged one still held it.
test('a merge decides custom values one by one, and its undo gives them back', async () => {
  const a = await create('Злиття А', { remark: 'коротко', paper: 'a4' })
  const b = await create('Злиття Б', { contract_no: 'MERGE', remark: 'коротко і ще', paper: 'a3', run: 5 })
  const { fields: asked } = await service.call(merges.previewMerge, { id: a.id, mergedId: b.id })
  expect(Object.fromEntries(asked.filter(({ field }) => field.startsWith('custom.')).map(({ field, take }) => [field, take]))).toEqual({
    'custom.contract_no': 'merged', 'custom.paper': 'merged', 'custom.remark': 'merged', 'custom.run': 'merged',
  })
  const merge = await service.call(merges.mergeCounterparties, { id: a.id, mergedId: b.id, etag: '', mergedEtag: '', choices: [{ field: 'custom.paper', take: 'survivor' }] })
  expect((await get(a.id)).custom).toEqual({ contract_no: 'MERGE', remark: 'коротко і ще', paper: 'a4', run: 5 })
  await update(a.id, { since: '2026-06-01' })
  await service.call(merges.undoCounterpartyMerge, { id: merge.id, choices: [] })
  expect((await get(a.id)).custom).toEqual({ remark: 'коротко', paper: 'a4', since: '2026-06-01' })
  expect((await get(b.id)).custom).toEqual({ contract_no: 'MERGE', remark: 'коротко і ще', paper: 'a3', run: 5 })
})

test('an index that records forbid is told of as failed, and made when they are mended', async () => {
  fields.plate = await defineField(service, 'counterparties', 'plate', {})
  const [one] = [await create('Авто 1', { plate: 'АА1234ВВ' }), await create('Авто 2', { plate: 'АА1234ВВ' })]
  await defineField(service, 'counterparties', 'plate', { ...fields.plate, unique: true, revision: 2 })
  await until(async () => (await told()).some((data) => data.customFieldId === fields.plate!.id && /same value/.test(String(data.problem))))
  await update(one!.id, { plate: 'АА0001ВВ' })
  await defineField(service, 'counterparties', 'plate', { ...fields.plate, unique: true, revision: 3 })
  await indexed('plate', 3)
  expect(await refusal(create('Авто 3', { plate: 'АА1234ВВ' }))).toBe('ALREADY_EXISTS custom.plate')
  // Nobody wants it any more.
  await defineField(service, 'counterparties', 'plate', { ...fields.plate, unique: false, revision: 4 })
  await until(async () => (await many(service.pool, sql`select 1 from pg_class where relname = 'cfu_counterparty_plate'`)).length === 0)
})

test('contact persons have custom fields in the same way', async () => {
  await defineField(service, 'contact-persons', 'badge', { unique: true, filterable: true })
  const place = await create('Місце')
  const made = await service.call(persons.createContactPerson, person('Особа', [place.id], { custom: { badge: 'B-1' } }))
  expect(made.custom).toEqual({ badge: 'B-1' })
  const found = await service.call(persons.listContactPersons, { filter: 'custom.badge = "B-1"', orderBy: 'custom.badge', pageSize: 0, pageToken: '' })
  expect(found.contactPersons.map(({ displayName }) => displayName)).toEqual(['Особа'])
  expect(await wrong(service.call(persons.createContactPerson, person('Друга', [place.id], { custom: { nothing: 1 } })))).toEqual(['custom.nothing unknown'])
})
