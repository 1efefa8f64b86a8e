import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CounterpartyServiceService as rpc } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { ContactPersonServiceService as persons, ListContactPersonsRequest } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { branches, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { contacts } from '../src/index.ts'
import { skeleton } from '../src/search/skeleton.ts'
import { email, organisation, person, phone } from './samples.ts'

let service: TestService
const ids: Record<string, string> = {}

const NAMES = {
  mlyny: organisation('ТОВ «Дніпровські млини»', {
    fullName: 'Товариство з обмеженою відповідальністю «Дніпровські млини»',
    taxCode: '01234562',
    channels: [phone('067 123-45-67'), email('office@dnipro-mlyny.ua')],
    responsibleId: people.olena.id,
  }),
  hnatiuk: organisation('Гнатюк Олена Петрівна', { kind: 'COUNTERPARTY_KIND_PERSON', channels: [phone('+380 50 765 43 21')], responsibleId: people.olena.id }),
  miata: organisation("Кав'ярня «М'ята»", { responsibleId: people.olena.id }),
  shcherbak: organisation('Щербак Ґалаґан Юрійович', { kind: 'COUNTERPARTY_KIND_PERSON', responsibleId: people.olena.id }),
  kovalchuk: organisation('Ковальчук', { kind: 'COUNTERPARTY_KIND_PERSON', responsibleId: people.olena.id }),
  kovalchukTwo: organisation('Ковальчук і сини', { responsibleId: people.olena.id }),
  bratyKovalchuky: organisation('Брати Ковальчуки', { responsibleId: people.olena.id }),
  prykovalchuk: organisation('Приковальчук', { kind: 'COUNTERPARTY_KIND_PERSON', responsibleId: people.olena.id }),
  lviv: organisation('Львівська броварня', { responsibleId: people.taras.id, channels: [phone('032 255 55 55')] }),
}

beforeAll(async () => {
  service = await startTestService(contacts)
  for (const [name, request] of Object.entries(NAMES)) ids[name] = (await service.call(rpc.createCounterparty, request)).id
  await service.call(persons.createContactPerson, person('Zielińska Катерина', [ids.mlyny!], { channels: [phone('0931112233')] }))
})
afterAll(() => service.stop())

const search = async (q: string, as: PersonName = 'admin') => {
  const { counterparties, reasons } = await service.call(rpc.searchCounterparties, { q, pageSize: 20 }, { as })
  const names = Object.fromEntries(Object.entries(ids).map(([name, id]) => [id, name]))
  return counterparties.map(({ id }, index) => ({ name: names[id], ...reasons[index]! }))
}

test.each([
  ['Щербак', 'Shcherbak', 'Scherbak'],
  ['Юрій', 'Yuriy', 'Yurii', 'Iurii', 'Jurij', 'Юрий'],
  ['Ґалаґан', 'Galagan', 'Halahan', 'Галаган'],
  ["В'ячеслав", 'Vyacheslav', 'Viacheslav', 'В’ячеслав', 'Вячеслав'],
  ['Володимир', 'Volodymyr', 'Wolodymyr', 'Volodimir'],
  ['Хмельницький', 'Khmelnytskyi', 'Khmelnytsky', 'Hmelnitskij'],
  ['Євген', 'Yevhen', 'Ievgen', 'Евген', 'Evgen'],
  ['Цимбалюк', 'Tsymbaliuk', 'Tzimbalyuk', 'Цымбалюк'],
  ['Згурський', 'Zghurskyi', 'Zgurskij'],
  ['Федір', 'Fedir', 'Phedir'],
])('spellings of %s meet', (...spellings) => {
  expect(new Set(spellings.map(skeleton)).size).toBe(1)
})

test.each([
  ['млини', 'mlyny', 'name'],
  ['МЛИНИ дніпров', 'mlyny', 'name'],
  ['dniprovski', 'mlyny', 'name'],
  ['товариство', 'mlyny', 'name'],
  ['office@dnipro', 'mlyny', 'email'],
  ['0671234567', 'mlyny', 'phone'],
  ['+380 (67) 123-45-67', 'mlyny', 'phone'],
  ['8 067 123 45 67', 'mlyny', 'phone'],
  ['067-123', 'mlyny', 'phone'],
  ['4567', 'mlyny', 'phone'],
  ['01234562', 'mlyny', 'code'],
  ['0501234', undefined, ''],
  ['Олена Гнатюк', 'hnatiuk', 'name'],
  ['hnatyuk olena', 'hnatiuk', 'name'],
  ['Петрівна', 'hnatiuk', 'name'],
  ['Гнатук', 'hnatiuk', 'similar'],
  ['Гнатюг Олена', 'hnatiuk', 'similar'],
  // Seen failing without the patterns of words that were meant.
  ['Гантюк', 'hnatiuk', 'similar'],
  ['Щерабк', 'shcherbak', 'similar'],
  ['бровраня', 'lviv', 'similar'],
  ['Гантюк Олнеа', 'hnatiuk', 'similar'],
  ['Млани', 'mlyny', 'similar'],
  // Seen failing while the name of the organisation was told as what is similar.
  ['Катреина', 'mlyny', 'person'],
  ['мята', 'miata', 'name'],
  ['кавярня', 'miata', 'name'],
  ['М’ята', 'miata', 'name'],
  ['Scherbak Galagan', 'shcherbak', 'name'],
  ['Зєлінська', 'mlyny', 'person'],
  ['катерин', 'mlyny', 'person'],
  ['093 111', 'mlyny', 'phone'],
  ['дн', 'mlyny', 'name'],
  ['%', undefined, ''],
  ["'; drop table counterparty", undefined, ''],
])('%s finds %s by %s', async (q, name, matched) => {
  const [first] = await search(q)
  expect(first?.name).toBe(name)
  if (name !== undefined) expect(first!.matched).toBe(matched)
})

test('a number typed from its beginning comes before one that holds the digits inside', async () => {
  for (const [name, number] of [['Перший Номер', '095 066 11 22'], ['Другий Номер', '066 111 22 33'], ['Третій Номер', '095 066 44 55']] as const) {
    await service.call(rpc.createCounterparty, organisation(name, { channels: [phone(number)] }))
  }
  const { counterparties } = await service.call(rpc.searchCounterparties, { q: '066', pageSize: 0 })
  expect(counterparties.map(({ displayName }) => displayName)).toEqual(['Другий Номер'])
  const { counterparties: more } = await service.call(rpc.searchCounterparties, { q: '0661', pageSize: 0 })
  expect(more.map(({ displayName }) => displayName)).toEqual(['Другий Номер', 'Перший Номер'])
})

test('the name itself comes before names that begin so, then words that begin so, then the inside of words', async () => {
  expect((await search('ковальчук')).map(({ name }) => name)).toEqual(['kovalchuk', 'kovalchukTwo', 'bratyKovalchuky', 'prykovalchuk'])
})

test('among equals own clients come first, then those that changed last', async () => {
  const made: string[] = []
  for (const [n, responsibleId] of [people.olena.id, people.taras.id, people.olena.id].entries()) {
    const { id } = await service.call(rpc.createCounterparty, organisation(`Явір ${n}`, { responsibleId, branchId: branches.kyiv }))
    made.push(id)
  }
  const { counterparties } = await service.call(rpc.searchCounterparties, { q: 'явір', pageSize: 0 }, { as: 'olena' })
  expect(counterparties.map(({ id }) => id)).toEqual([made[2], made[0], made[1]])
})

test('nobody finds what their rights do not reach, by no word', async () => {
  for (const q of ['Львівська', 'lvivska', '0322555555', 'Львівсака']) {
    expect((await search(q, 'taras')).map(({ name }) => name)).toContain('lviv')
    expect((await search(q, 'olena')).map(({ name }) => name)).not.toContain('lviv')
  }
})

// Seen failing without the id in the reason.
test('a counterparty that is found by a contact person says by whom', async () => {
  const [found] = await search('катерин', 'olena')
  const { contactPersons } = await service.call(persons.listContactPersons, ListContactPersonsRequest.fromPartial({}))
  expect(found).toMatchObject({ name: 'mlyny', matched: 'person', contactPersonId: contactPersons.find(({ displayName }) => displayName === found!.text)!.id })
  expect(await search('млини', 'olena')).toMatchObject([{ matched: 'name', contactPersonId: '' }])
})

test('contact persons are no way to a counterparty for whom they are hidden', async () => {
  await service.pool.query(`update rights_group set cells = (select jsonb_agg(cell) from jsonb_array_elements(cells) cell
    where cell->>'section' <> 'contact-persons') where name = 'telephonists'`)
  await service.pool.query('update rights_version set version = version + 1')
  await until(async () => (await search('катерин', 'olena')).length === 0, { timeoutMs: 5_000 })
  expect((await search('катирина', 'olena'))).toEqual([])
  expect((await search('млини', 'olena')).map(({ name }) => name)).toEqual(['mlyny'])
})

test('of a common word the name itself and its beginning come first, then own clients, though others changed later', async () => {
  const make = (displayName: string, responsibleId: string) =>
    service.call(rpc.createCounterparty, organisation(displayName, { responsibleId, branchId: branches.kyiv }))
  await make('Толока', people.taras.id)
  await make('Толоковий ряд', people.taras.id)
  await make('Стара толока', people.olena.id)
  for (let n = 10; n < 50; n++) await make(`Нова толока ${n}`, people.taras.id)
  const names = async (q: string, pageSize: number) =>
    (await service.call(rpc.searchCounterparties, { q, pageSize }, { as: 'olena' })).counterparties.map(({ displayName }) => displayName)
  // The first look finds out that the word is common, later ones begin with that.
  for (let look = 0; look < 3; look++) {
    expect(await names('толока', 4)).toEqual(['Толока', 'Стара толока', 'Нова толока 49', 'Нова толока 48'])
    expect(await names('толок', 4)).toEqual(['Толоковий ряд', 'Толока', 'Стара толока', 'Нова толока 49'])
    expect(await names('то', 3)).toEqual(['ТОВ «Дніпровські млини»', 'Толоковий ряд', 'Толока'])
  }
})

// Seen failing without the second look: once somebody else had made the word common, it found nobody here.
test('a word that is common for others is looked for as mistyped by whom it would find nobody', async () => {
  const make = (displayName: string, branchId: string, responsibleId: string) => service.call(rpc.createCounterparty, organisation(displayName, { responsibleId, branchId }))
  for (let n = 10; n < 55; n++) await make(`Перукарня ${n}`, branches.lviv, people.bohdan.id)
  await make('Перуканря', branches.kyiv, people.olena.id)
  expect(await search('перукарня', 'olena')).toMatchObject([{ matched: 'similar', text: 'Перуканря' }])
  await search('перукарня', 'admin')
  expect(await search('перукарня', 'olena')).toMatchObject([{ matched: 'similar', text: 'Перуканря' }])
})
