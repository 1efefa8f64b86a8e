import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ContactPersonServiceService as rpc, type UpdateContactPersonRequest } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import type { ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { CounterpartyServiceService as counterparties } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { branches, people, startTestService, type TestService } from '@vitrylo/testkit'
import { contacts } from '../src/index.ts'
import { email, organisation, person, phone } from './samples.ts'

let service: TestService
let kyiv: string
let lviv: string
beforeAll(async () => {
  service = await startTestService(contacts)
  kyiv = (await service.call(counterparties.createCounterparty, organisation('Київська фірма'), { as: 'olena' })).id
  lviv = (await service.call(counterparties.createCounterparty, organisation('Львівська фірма'), { as: 'taras' })).id
})
afterAll(() => service.stop())

const create = (name: string, at: string[], more: Partial<ContactPerson> = {}, options = {}) =>
  service.call(rpc.createContactPerson, person(name, at, more), options)
const update = (contactPerson: Partial<ContactPerson> & { id: string }, updateMask: string[], options = {}) =>
  service.call(rpc.updateContactPerson, { contactPerson: { ...person('', []).contactPerson, ...contactPerson }, updateMask } as UpdateContactPersonRequest, options)
const find = async (q: string, options = {}) =>
  (await service.call(counterparties.searchCounterparties, { q, pageSize: 0 }, options)).counterparties.map(({ id }) => id)
const list = (filter: string, options = {}) =>
  service.call(rpc.listContactPersons, { filter, pageSize: 0, pageToken: '', orderBy: '' }, options)
const missing = { code: 'NOT_FOUND', reason: 'NOT_FOUND' }

test('a person of two organisations is found by both, and leaves search with the position', async () => {
  const made = await create('Зоряна Приходько', [kyiv, lviv], { channels: [phone('0991234567')] })
  expect(made).toMatchObject({ branchId: branches.kyiv, responsibleId: people.olena.id, etag: '1' })
  expect((await find('приходько')).sort()).toEqual([kyiv, lviv].sort())
  expect((await find('0991234567')).sort()).toEqual([kyiv, lviv].sort())
  const changed = await update({ id: made.id, positions: made.positions.slice(1) }, ['positions'])
  expect(changed).toMatchObject({ branchId: branches.lviv, etag: '2' })
  expect(await find('приходько')).toEqual([lviv])
  await service.call(rpc.deleteContactPerson, { id: made.id, etag: '2' })
  expect(await find('приходько')).toEqual([])
  const types = (await service.published()).filter(({ key }) => key === made.id).map(({ type, revision }) => [type.split('.').at(-1), revision])
  expect(types).toEqual([['ContactPersonChanged', 1], ['ContactPersonChanged', 2], ['ContactPersonDeleted', 3]])
})

// Seen failing: both were taken of persons when they were refused of counterparties.
test('a phone of too few digits and a mail without a dot are refused of persons too', async () => {
  const wrong = (channels: ContactPerson['channels']) => ({ code: 'INVALID_ARGUMENT', violations: channels.map((_one, at) => ({ field: `channels[${at}].value` })) })
  const nonsense = [phone('098 12'), email('olena@x')]
  await expect(create('Нісенітна Особа', [kyiv], { channels: nonsense })).rejects.toMatchObject(wrong(nonsense))
  const made = await create('Давня Особа', [kyiv], { channels: [phone('0671112233')] })
  await service.pool.query(`update contact_person set channels = '[{"kind":"phone","value":"098 12","e164":"","label":"","primary":true}]' where id = $1`, [made.id])
  expect((await update({ id: made.id, channels: [phone('098 12', { primary: true }), phone('0672223344')] }, ['channels'])).channels).toHaveLength(2)
  await expect(update({ id: made.id, channels: [phone('098 13')] }, ['channels'])).rejects.toMatchObject(wrong([phone('098 13')]))
})

// Seen failing: hidden places were put behind those that came, and the main organisation was another one.
test('who reaches one organisation sees the person there, and no other place', async () => {
  const made = await create('Двох Господарів', [kyiv, lviv])
  const seen = await service.call(rpc.getContactPerson, { id: made.id }, { as: 'taras' })
  expect(seen.positions.map(({ counterpartyId }) => counterpartyId)).toEqual([lviv])
  await update({ id: made.id, displayName: 'Двох Господарок', positions: seen.positions }, ['display_name', 'positions'], { as: 'taras' })
  const whole = await service.call(rpc.getContactPerson, { id: made.id })
  // The first place stays the first, though Lviv cannot see it.
  expect(whole.positions.map(({ counterpartyId }) => counterpartyId)).toEqual([kyiv, lviv])
  expect((await list(`counterpartyId="${kyiv}"`, { as: 'taras' })).contactPersons).toEqual([])
  expect((await list(`counterpartyId="${lviv}"`, { as: 'taras' })).contactPersons.map(({ id }) => id)).toContain(made.id)
})

// Seen failing: `*` was taken for an id, and the list answered that it cannot read a value.
test('persons are asked whether they stand anywhere at all', async () => {
  const made = await create('Десь Присутня', [kyiv])
  const found = async (filter: string) => (await list(`${filter} AND displayName = "Десь Присутня"`)).contactPersons.map(({ id }) => id)
  expect(await found('counterpartyId:*')).toEqual([made.id])
  expect(await found('counterpartyId = null')).toEqual([])
})

test('a person of another branch does not exist', async () => {
  const { id } = await create('Таємна Особа', [lviv])
  const as = { as: 'olena' as const }
  await expect(service.call(rpc.getContactPerson, { id }, as)).rejects.toMatchObject(missing)
  await expect(update({ id, note: 'x' }, ['note'], as)).rejects.toMatchObject(missing)
  await expect(service.call(rpc.deleteContactPerson, { id, etag: '' }, as)).rejects.toMatchObject(missing)
  expect((await list('', as)).contactPersons.map((p) => p.id)).not.toContain(id)
  expect(await find('таємна', as)).toEqual([])
})

test('nobody puts a person into an organisation that they do not reach, nor one that is none', async () => {
  const nowhere = '01900000-0000-7000-8000-00000000dead'
  const wrong = create('Чужак', [lviv, nowhere, kyiv, kyiv], {}, { as: 'olena' })
  const { violations } = await wrong.catch((error) => error)
  expect(violations.map(({ field, rule }: { field: string; rule: string }) => `${field} ${rule}`)).toEqual([
    'positions[0].counterpartyId reference', 'positions[1].counterpartyId reference', 'positions[3].counterpartyId unique',
  ])
})

test('lists of one organisation are by name', async () => {
  const { id } = await service.call(counterparties.createCounterparty, organisation('З людьми'))
  for (const name of ['Яна', 'Ґалина', 'Ганна']) await create(name, [id])
  expect((await list(`counterpartyId="${id}"`)).contactPersons.map(({ displayName }) => displayName)).toEqual(['Ганна', 'Ґалина', 'Яна'])
})

test('a stale etag and a taken external id are refused', async () => {
  const made = await create('Раз', [kyiv], { externalId: 'p1' })
  await update({ id: made.id, note: 'x', etag: '1' }, ['note'])
  await expect(update({ id: made.id, note: 'y', etag: '1' }, ['note'])).rejects.toMatchObject({ reason: 'ETAG_MISMATCH' })
  await expect(create('Два', [kyiv], { externalId: 'p1' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS', metadata: { field: 'externalId' } })
})
