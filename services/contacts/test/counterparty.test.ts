import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { countRows } from '@vitrylo/lists'
import { sql } from '@vitrylo/pg'
import { CounterpartyServiceService as rpc, type UpdateCounterpartyRequest } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { branches, people, startTestService, type TestService } from '@vitrylo/testkit'
import { contacts } from '../src/index.ts'
import { email, organisation, phone } from './samples.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(contacts)
})
afterAll(() => service.stop())

const create = (name: string, more: Partial<Counterparty> = {}, options = {}) =>
  service.call(rpc.createCounterparty, organisation(name, more), options)
const get = (id: string, options = {}) => service.call(rpc.getCounterparty, { id }, options)
const update = (counterparty: Partial<Counterparty> & { id: string }, updateMask?: string[], options = {}) =>
  service.call(rpc.updateCounterparty, { counterparty: { ...organisation('').counterparty, ...counterparty }, updateMask } as UpdateCounterpartyRequest, options)
const list = (filter: string, options = {}) =>
  service.call(rpc.listCounterparties, { filter, pageSize: 0, pageToken: '', orderBy: '' }, options)
const fields = (error: { violations: { field: string; rule: string }[] }) => error.violations.map(({ field, rule }) => `${field} ${rule}`)

const FULL: Partial<Counterparty> = {
  fullName: 'Приватне акціонерне товариство «Обрій»',
  roles: ['COUNTERPARTY_ROLE_CLIENT', 'COUNTERPARTY_ROLE_PARTNER'],
  taxCode: '12345678',
  vatNumber: '123456712346',
  bankAccounts: [{ iban: 'UA213223130000026007233566001', bankName: 'Банк', currency: 'UAH' }],
  channels: [phone('(067) 123-45-67', { label: 'бухгалтерія', primary: true }), phone('12-34'), email('office@obriy.ua')],
  addresses: [{ kind: 'ADDRESS_KIND_LEGAL', country: 'UA', postcode: '01001', region: '', city: 'Київ', street: 'Хрещатик, 1' }],
  source: 'виставка', industry: 'млини', segment: 'середній', vip: true, birthday: '1999-02-28', language: 'uk', note: '<b>не HTML</b>',
  tags: ['а', 'б'], externalId: 'crm-1', size: 42,
}

test('a counterparty is stored whole, phones with E.164 beside what was given', async () => {
  const made = await create('ПрАТ «Обрій»', FULL, { as: 'olena' })
  expect(made).toMatchObject({ ...FULL, channels: made.channels, etag: '1', responsibleId: people.olena.id, branchId: branches.kyiv })
  expect(made.channels.map(({ value, e164 }) => [value, e164])).toEqual([
    ['(067) 123-45-67', '+380671234567'], ['12-34', ''], ['office@obriy.ua', ''],
  ])
  expect(await get(made.id, { as: 'olena' })).toEqual({ ...made, access: expect.anything() })
  const { rows } = await service.pool.query('select created_by, updated_by from counterparty where id = $1', [made.id])
  expect(rows).toEqual([{ created_by: people.olena.id, updated_by: people.olena.id }])
  const event = (await service.published()).find(({ key }) => key === made.id)!
  expect(event).toMatchObject({ type: 'vitrylo.contacts.v1.CounterpartyCreated', revision: 1, data: { counterparty: { id: made.id }, actorId: people.olena.id } })
  expect(event.headers).toMatchObject({ section: 'counterparties', branch: branches.kyiv, owner: people.olena.id, counterparty: made.id })
})

test('a machine may create without an owner: the head office holds it', async () => {
  const made = await create('Від сайту', {}, { as: 'machine' })
  expect([made.responsibleId, made.branchId]).toEqual([undefined, branches.head])
})

test('the branch is that of the responsible employee', async () => {
  expect((await create('За менеджером', { responsibleId: people.bohdan.id })).branchId).toBe(branches.lviv)
})

test('every wrong field is named in one answer', async () => {
  const wrong = create('  ', {
    responsibleId: '01900000-0000-7000-8000-00000000dead',
    branchId: '01900000-0000-7000-8000-00000000beef',
    birthday: '2023-02-30',
    note: 'a\0b',
    channels: [phone('1', { primary: true }), phone('2', { primary: true }), email('no mail'), phone(' ')],
  })
  await expect(wrong).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'FIELDS_INVALID' })
  expect(fields(await wrong.catch((error) => error)).sort()).toEqual([
    'birthday format', 'branchId reference', 'channels[0].value phone-digits', 'channels[1].primary unique', 'channels[1].value phone-digits',
    'channels[2].value mail-address', 'channels[3].value required',
    'displayName required', 'note format', 'responsibleId reference',
  ])
})

// Seen failing: "098 12" and "olena@x" were taken without a word; with every value judged again nothing else of the record could be changed.
test('a phone of too few digits and a mail without a dot are refused, but not of a record that has them', async () => {
  const nonsense = { channels: [phone('098 12'), email('olena@x'), phone('1001')] }
  const wrong = (call: Promise<unknown>) => call.then(() => ['accepted'], fields)
  expect(await wrong(create('Нісенітниця', nonsense))).toEqual(['channels[0].value phone-digits', 'channels[1].value mail-address'])
  const made = await create('Давній', { channels: [phone('067 111 22 33')] })
  await service.pool.query(`update counterparty set channels = '[{"kind":"phone","value":"098 12","e164":"","label":"","primary":true},{"kind":"email","value":"olena@x","e164":"","label":"","primary":true}]' where id = $1`, [made.id])
  const [short, mail] = (await get(made.id)).channels
  const kept = await update({ id: made.id, channels: [{ ...short!, label: 'дача' }, mail!, phone('067 444 55 66')] }, ['channels'])
  expect(kept.channels.map(({ value, label }) => `${value} ${label}`.trim())).toEqual(['098 12 дача', 'olena@x', '067 444 55 66'])
  expect(await wrong(update({ id: made.id, channels: [phone('098 13'), email('olena@x')] }, ['channels']))).toEqual(['channels[0].value phone-digits'])
})

test('an external id belongs to one record', async () => {
  await create('Перший', { externalId: 'one' })
  await expect(create('Другий', { externalId: 'one' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS', reason: 'TAKEN', metadata: { field: 'externalId' } })
})

test('a repeated key gives the first answer and makes no second record', async () => {
  const request = organisation('Один раз')
  const first = await service.call(rpc.createCounterparty, request, { key: 'once' })
  expect(await service.call(rpc.createCounterparty, request, { key: 'once' })).toEqual(first)
  expect((await list('displayName="Один раз"')).counterparties).toHaveLength(1)
})

test('a stale etag changes nothing', async () => {
  const made = await create('Етаг')
  await update({ id: made.id, etag: '1', displayName: 'Етаг 2' }, ['display_name'])
  await expect(update({ id: made.id, etag: '1', displayName: 'Етаг 3' }, ['display_name'])).rejects.toMatchObject({ code: 'ABORTED', reason: 'ETAG_MISMATCH' })
  expect(await get(made.id)).toMatchObject({ displayName: 'Етаг 2', etag: '2' })
})

test('of many changes of one revision exactly one wins', async () => {
  const { id } = await create('Перегони')
  const results = await Promise.allSettled(Array.from({ length: 12 }, (_none, n) => update({ id, etag: '1', note: `${n}` }, ['note'])))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await get(id)).toMatchObject({ etag: '2' })
})

test('a change without difference makes no revision, and a given channel is compared as it is stored', async () => {
  const made = await create('Той самий', { channels: [phone('067 111 22 33')] })
  const same = await update({ id: made.id, channels: [phone('067 111 22 33')] }, ['channels'])
  expect(same.etag).toBe('1')
})

test('removed ones leave lists and search, can be read and brought back', async () => {
  const { id } = await create('Прощавай', { externalId: 'bye' })
  await service.call(rpc.deleteCounterparty, { id, etag: '' })
  expect((await get(id)).deleteTime).toBeInstanceOf(Date)
  expect((await list('externalId="bye"')).counterparties).toEqual([])
  expect((await service.call(rpc.searchCounterparties, { q: 'Прощавай', pageSize: 0 })).counterparties).toEqual([])
  await expect(update({ id, note: 'x' }, ['note'])).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'DELETED' })
  await expect(service.call(rpc.createNote, { counterpartyId: id, text: 'x' })).rejects.toMatchObject({ reason: 'DELETED' })
  await service.call(rpc.undeleteCounterparty, { id, etag: '' })
  expect((await list('externalId="bye"')).counterparties.map((c) => c.id)).toEqual([id])
})

test('lists filter, follow the Ukrainian alphabet and go on page by page', async () => {
  const names = ['Ґанок', 'Ганок', 'Єва', 'Ева', 'Їжак', 'Іван', 'Яр', 'Щука']
  for (const name of names) await create(name, { tags: ['абетка'] })
  const seen: string[] = []
  for (let pageToken = ''; ; ) {
    const page = await service.call(rpc.listCounterparties, { filter: 'tags="абетка"', pageSize: 3, pageToken, orderBy: '' })
    seen.push(...page.counterparties.map(({ displayName }) => displayName))
    if (page.nextPageToken === '') break
    pageToken = page.nextPageToken
  }
  expect(seen).toEqual(['Ганок', 'Ґанок', 'Ева', 'Єва', 'Іван', 'Їжак', 'Щука', 'Яр'])
  await expect(list('nothing="1"')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

test('a list tells how many there are where it is asked: of those in reach, exact up to a thousand, nothing where that takes long', async () => {
  for (const name of ['Лічба 1', 'Лічба 2', 'Лічба 3']) await create(name, { tags: ['лічба'] }, { as: 'olena' })
  await create('Лічба 4', { tags: ['лічба'] }, { as: 'taras' })
  const counted = async (as: 'olena' | 'head', more: object = {}) =>
    (await service.call(rpc.listCounterparties, { filter: 'tags="лічба"', pageSize: 1, pageToken: '', orderBy: '', countTotal: true, ...more }, { as })).totalSize
  expect(await counted('head')).toBe(4)
  expect(await counted('olena')).toBe(3)
  const { nextPageToken: pageToken } = await service.call(rpc.listCounterparties, { filter: 'tags="лічба"', pageSize: 1, pageToken: '', orderBy: '' })
  expect(await counted('head', { pageToken })).toBe(4)
  expect(await counted('head', { countTotal: undefined })).toBeUndefined()
  expect(await countRows(service.pool, sql`from generate_series(1, 5000)`)).toBe(1_001)
  expect(await countRows(service.pool, sql`from pg_sleep(5)`)).toBeUndefined()
})

test('a record of another branch does not exist, through any door', async () => {
  const made = await create('Чужий секрет', { channels: [phone('0322111111')] }, { as: 'taras' })
  const { id } = made
  const as = { as: 'olena' as const }
  const missing = { code: 'NOT_FOUND', reason: 'NOT_FOUND' }
  await expect(get(id, as)).rejects.toMatchObject(missing)
  await expect(update({ id, note: 'x' }, ['note'], as)).rejects.toMatchObject(missing)
  await expect(service.call(rpc.deleteCounterparty, { id, etag: '' }, as)).rejects.toMatchObject(missing)
  await expect(service.call(rpc.undeleteCounterparty, { id, etag: '' }, as)).rejects.toMatchObject(missing)
  await expect(service.call(rpc.getCounterpartyCard, { id }, as)).rejects.toMatchObject(missing)
  await expect(service.call(rpc.createNote, { counterpartyId: id, text: 'x' }, as)).rejects.toMatchObject(missing)
  await expect(
    service.call(rpc.listTimeline, { counterpartyId: id, pageSize: 0, pageToken: '', sections: [], fromTime: undefined, toTime: undefined, kinds: [], actorIds: [] }, as),
  ).rejects.toMatchObject(missing)
  expect((await list('displayName="Чужий секрет"', as)).counterparties).toEqual([])
  for (const q of ['секрет', '0322111111']) {
    expect((await service.call(rpc.searchCounterparties, { q, pageSize: 0 }, as)).counterparties).toEqual([])
  }
  expect(await get(id, { as: 'taras' })).toEqual({ ...made, access: expect.anything() })
})

test('nobody puts a record where their rights do not reach', async () => {
  const beyond = { code: 'PERMISSION_DENIED', reason: 'SCOPE_EXCEEDED' }
  await expect(create('Не туди', { responsibleId: people.taras.id }, { as: 'olena' })).rejects.toMatchObject(beyond)
  const { id } = await create('Своє', {}, { as: 'olena' })
  await expect(update({ id, branchId: branches.lviv, responsibleId: people.taras.id }, ['branch_id', 'responsible_id'], { as: 'olena' })).rejects.toMatchObject(beyond)
  await expect(create('Без прав', {}, { as: 'nobody' })).rejects.toMatchObject({ code: 'PERMISSION_DENIED', reason: 'RIGHT_MISSING' })
  await expect(create('Звільнений', {}, { as: 'gone' })).rejects.toMatchObject({ reason: 'RIGHT_MISSING' })
})
