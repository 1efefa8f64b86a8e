import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { AppError } from '@vitrylo/errors'
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

const create = (name: string, more: Partial<Counterparty> = {}, options = {}) => service.call(rpc.createCounterparty, organisation(name, more), options)
const update = (counterparty: Partial<Counterparty> & { id: string }, updateMask: string[], options = {}) =>
  service.call(rpc.updateCounterparty, { counterparty: { ...organisation('').counterparty, ...counterparty }, updateMask } as UpdateCounterpartyRequest, options)
const wrong = async (work: Promise<unknown>): Promise<string[]> => {
  const error = await work.then(() => undefined, (found: AppError) => found)
  return (error?.violations ?? []).map(({ field, rule }) => `${field} ${rule}`)
}
const account = (iban: string) => ({ iban, bankName: '', currency: '' })

// Codes of well-known firms, as their own sites give them.
const TRUE_CODES: [string, Partial<Counterparty>][] = [
  ['a bank', { taxCode: '14360570', vatNumber: '143605704021' }],
  ['a carrier', { taxCode: '31316718', vatNumber: '313167116014' }],
  ['a telephone company', { taxCode: '21560766', vatNumber: '215607626656' }],
  ['a code that needs the second weights', { taxCode: '00032112' }],
  ['a sole trader, who is their own payer of VAT', { taxCode: '1234567899', vatNumber: '1234567899' }],
  ['a passport in the place of the РНОКПП', { taxCode: 'ак123456' }],
  ['a card in its place', { taxCode: '123456789' }],
  ['a firm of Poland', { taxCountry: 'PL', taxCode: '5260250274', vatNumber: 'PL5260250274' }],
  ['accounts of several countries', { bankAccounts: ['UA21 3223 1300 0002 6007 2335 66001', 'de89370400440532013000', 'NO9386011117947', 'MT84MALT011000012345MTLCAST001S'].map(account) }],
]

test.each(TRUE_CODES)('%s is taken', async (name, more) => {
  expect(await wrong(create(name, more))).toEqual([])
})

// Seen failing: with `isEdrpou` always saying yes or no alike, and with the remainder of the IBAN left out; the weights of the
// VAT number exchanged are caught by the true ones above.
test.each<[string, Partial<Counterparty>, string]>([
  ['a digit of a ЄДРПОУ', { taxCode: '14360571' }, 'taxCode edrpou-check'],
  ['two digits of a ЄДРПОУ', { taxCode: '41360570' }, 'taxCode edrpou-check'],
  ['a digit of a РНОКПП', { taxCode: '1234567890' }, 'taxCode rnokpp-check'],
  ['the length of a code', { taxCode: '1436057' }, 'taxCode tax-code'],
  ['a digit of a VAT number', { vatNumber: '143605704022' }, 'vatNumber vat-check'],
  ['the length of a VAT number', { vatNumber: '14360570402' }, 'vatNumber vat-number'],
  ['a digit of an account', { bankAccounts: [account('UA213223130000026007233566002')] }, 'bankAccounts[0].iban iban-check'],
  ['a digit of the second account', { bankAccounts: [account('DE89370400440532013000'), account('DE89370400440532013001')] }, 'bankAccounts[1].iban iban-check'],
  ['the length of an account', { bankAccounts: [account('UA21322313000002600723356600')] }, 'bankAccounts[0].iban iban-length'],
  ['the country of an account', { bankAccounts: [account('US21322313000002600723356600')] }, 'bankAccounts[0].iban iban-country'],
])('a mistake in %s is refused, with the field and the way out', async (_what, more, found) => {
  expect(await wrong(create('З помилкою', more))).toEqual([found])
  const error = await create('З помилкою', more).catch((refusal: AppError) => refusal)
  expect((error as AppError).violations[0]!.description).toMatch(/taxCountry|compare|note/)
})

test('an account is named once, however it is written', async () => {
  const twice = [account('UA213223130000026007233566001'), account('ua21 3223 1300 0002 6007 2335 66001')]
  expect(await wrong(create('Двічі', { bankAccounts: twice }))).toEqual(['bankAccounts[1].iban unique'])
})

test('a record that had a wrong code before there were checks can still be worked with', async () => {
  const { id } = await create('Старий код')
  await service.pool.query(`update counterparty set tax_code = '11111111' where id = $1`, [id])
  expect(await update({ id, note: 'лишається' }, ['note'])).toMatchObject({ taxCode: '11111111', note: 'лишається' })
  expect(await wrong(update({ id, taxCode: '22222222' }, ['tax_code']))).toEqual(['taxCode edrpou-check'])
  expect(await update({ id, taxCountry: 'PL' }, ['tax_country'])).toMatchObject({ taxCountry: 'PL' })
  expect(await wrong(update({ id, taxCountry: '' }, ['tax_country']))).toEqual(['taxCode edrpou-check'])
})

// Seen failing: `normalChannels` without the first of a kind left two phones and none to call first.
test('of each kind of channel exactly one is the primary one', async () => {
  const made = await create('Канали', { channels: [phone('0671112233'), phone('0672223344'), email('a@b.ua'), email('c@d.ua')] })
  expect(made.channels.map(({ primary }) => primary)).toEqual([true, false, true, false])
  const second = await create('Другий', { channels: [phone('0671112233'), phone('0672223344', { primary: true })] })
  expect(second.channels.map(({ primary }) => primary)).toEqual([false, true])
  expect(await wrong(create('Обидва', { channels: [phone('1112233', { primary: true }), phone('2223344', { primary: true })] }))).toEqual(['channels[1].primary unique'])
})

test('consent and the wish to be left alone are kept, and a channel of before them reads as nobody asked', async () => {
  const asked = { consent: 'CHANNEL_CONSENT_WITHDRAWN', blocked: true } as const
  const made = await create('Не дзвонити', { channels: [phone('0671112233', asked)], doNotCall: true, doNotWrite: true })
  expect(made).toMatchObject({ doNotCall: true, doNotWrite: true, channels: [asked] })
  expect(await service.call(rpc.getCounterparty, { id: made.id })).toEqual({ ...made, access: expect.anything() })
  const { counterparties } = await service.call(rpc.searchCounterparties, { q: 'Не дзвонити', pageSize: 0 })
  expect(counterparties[0]).toMatchObject({ id: made.id, doNotCall: true, channels: [asked] })
  await service.pool.query(`update counterparty set channels = '[{"kind":"phone","value":"1","e164":"","label":"","primary":true}]' where id = $1`, [made.id])
  expect((await service.call(rpc.getCounterparty, { id: made.id })).channels).toEqual([phone('1', { primary: true })])
})

test('employees answer by matter, each matter once', async () => {
  const team = [{ purpose: 'accounting', employeeId: people.nadia.id }, { purpose: 'гарантія', employeeId: people.ihor.id }]
  expect((await create('Команда', { caretakers: team })).caretakers).toEqual(team)
  const bad = [...team, { purpose: 'accounting', employeeId: people.olena.id }, { purpose: 'x', employeeId: branches.kyiv }]
  expect(await wrong(create('Команда', { caretakers: bad }))).toEqual(['caretakers[2].purpose unique', 'caretakers[3].employeeId reference'])
})

test('interests have days and are found by their words', async () => {
  const interests = [{ subject: 'каменедробарка', fromDate: '2026-12-01', untilDate: '2027-03-01', note: 'дві' }]
  const made = await create('Кар’єр', { interests })
  expect(made.interests).toEqual(interests)
  const { counterparties } = await service.call(rpc.searchCounterparties, { q: 'каменедробарк', pageSize: 0 })
  expect(counterparties.map(({ id }) => id)).toEqual([made.id])
  const bad = [{ subject: 'млин', fromDate: '2026-02-30', untilDate: '', note: '' }, { subject: ' ', fromDate: '2026-03-01', untilDate: '2026-02-01', note: '' }]
  expect(await wrong(create('Дні', { interests: bad }))).toEqual(['interests[0].fromDate format', 'interests[1].subject required', 'interests[1].untilDate beforeStart'])
})

const cloud = async (as: keyof typeof people, prefix = '') =>
  Object.fromEntries((await service.call(rpc.listTags, { prefix, pageSize: 0 }, { as })).tags.map(({ tag, count }) => [tag, count]))

// Seen failing: without the scope in the statement olena counted the records of Lviv.
test('tags are one spelling, and the cloud counts what the reader may see', async () => {
  const made = await create('Мітки', { tags: [' #Оптовик ', 'ОПТОВИК', 'ключовий   клієнт'] }, { as: 'olena' })
  expect(made.tags).toEqual(['оптовик', 'ключовий клієнт'])
  const gone = await create('Прибраний', { tags: ['оптовик'] }, { as: 'olena' })
  await service.call(rpc.deleteCounterparty, { id: gone.id, etag: '' }, { as: 'olena' })
  await create('Львівський', { tags: ['оптовик', 'таємний'] }, { as: 'taras' })
  expect(await cloud('olena')).toEqual({ оптовик: 1, 'ключовий клієнт': 1 })
  expect(await cloud('taras')).toEqual({ оптовик: 1, таємний: 1 })
  expect(await cloud('head')).toEqual({ оптовик: 2, 'ключовий клієнт': 1, таємний: 1 })
  expect(await cloud('head', '#Опт')).toEqual({ оптовик: 2 })
  await expect(cloud('nobody')).rejects.toMatchObject({ reason: 'RIGHT_MISSING' })
})

test('the cloud reads its index and no row of the table', async () => {
  await service.pool.query('vacuum analyze counterparty')
  const client = await service.pool.connect()
  await client.query('set enable_seqscan = off')
  const { rows } = await client.query(`explain select tag, count(*) from counterparty c cross join lateral unnest(c.tags) as tag
    where c.tags <> '{}' and c.deleted_at is null and (c.branch_id = any($1::uuid[]) or c.responsible_id = any($1::uuid[])) group by tag`, [[branches.kyiv]])
  await client.query('reset enable_seqscan')
  client.release()
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('Index Only Scan using counterparty_tagged')
})
