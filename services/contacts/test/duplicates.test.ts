import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { inTx } from '@vitrylo/pg'
import { ContactPersonServiceService as persons } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CounterpartyServiceService as counterparties } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { FindContactPersonDuplicatesRequest, FindDuplicatesRequest, DuplicateServiceService as rpc } from '@vitrylo/proto/vitrylo/contacts/v1/duplicate_service.ts'
import type { DuplicateSearch } from '@vitrylo/proto/vitrylo/contacts/v1/duplicate.ts'
import { startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { emptyCounts } from '../src/duplicates/frequency.ts'
import { buildBlocks, saveFrequencies } from '../src/duplicates/match-sql.ts'
import { refreshStaleKeys } from '../src/duplicates/stale-keys.ts'
import { contacts } from '../src/index.ts'
import { email, organisation, person, phone } from './samples.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(contacts)
})
afterAll(() => service.stop())

const create = (name: string, more: Partial<Counterparty> = {}, as: PersonName = 'admin') =>
  service.call(counterparties.createCounterparty, organisation(name, more), { as })
const find = async (typed: Partial<FindDuplicatesRequest>, as: PersonName = 'admin') =>
  (await service.call(rpc.findDuplicates, FindDuplicatesRequest.fromPartial(typed as never), { as })).duplicates
const search = async (as: PersonName = 'admin'): Promise<DuplicateSearch> => {
  const { id } = await service.call(rpc.createDuplicateSearch, {}, { as })
  return until(async () => {
    const now = await service.call(rpc.getDuplicateSearch, { id }, { as })
    return now.state === 'DUPLICATE_SEARCH_STATE_RUNNING' ? undefined : now
  })
}
const pairs = async (as: PersonName = 'admin', state: 'OPEN' | 'DISMISSED' = 'OPEN') =>
  (await service.call(rpc.listDuplicatePairs, { pageSize: 0, pageToken: '', state: `DUPLICATE_PAIR_STATE_${state}` }, { as })).duplicatePairs

test('while somebody types: another spelling, a slip, the same phone in another writing are found with their reasons', async () => {
  const mill = await create('ТОВ «Дніпровські млини»', { taxCode: '12345678', channels: [phone('067 123-45-67'), email('office@mlyny.ua')] })
  expect(await find({ displayName: 'Dniprovski mlyny LLC' })).toMatchObject([{ counterparty: { id: mill.id }, reasons: [{ field: 'name', level: 'same' }] }])
  expect(await find({ displayName: 'Дніпровскі мини', taxCode: '12345687' })).toMatchObject([
    { counterparty: { id: mill.id }, reasons: [{ field: 'name', level: 'near' }, { field: 'taxCode', level: 'near' }] },
  ])
  const byPhone = await find({ channels: [phone('+38 (067) 1234567')] })
  expect(byPhone.map(({ counterparty, reasons }) => [counterparty?.id, reasons[0]?.field])).toEqual([[mill.id, 'phone']])
  expect(await find({ displayName: 'Карпатський ліс' })).toEqual([])
  expect(await find({ displayName: 'Дніпровські млини', exceptId: mill.id })).toEqual([])
})

// Seen failing: without the scope in candidatesOf the stranger is named.
test('a duplicate that the asker may not see is not revealed, neither while typing nor as a pair nor by a figure', async () => {
  for (const as of ['taras', 'taras'] as const) await create('Чужа Таємна Справа', { channels: [phone('0322000111')] }, as)
  const half = await create('Таємна Половина', { channels: [phone('0322000222')] }, 'taras')
  await create('Таємна Половина', { channels: [phone('0322000222')] }, 'olena')
  expect(await find({ displayName: 'Чужа Таємна Справа', channels: [phone('0322000111')] }, 'olena')).toEqual([])
  expect(await find({ displayName: 'Чужа Таємна Справа' }, 'taras')).toHaveLength(2)
  expect((await search('olena')).pairs).toBe(0n)
  expect(await pairs('olena')).toEqual([])
  await search()
  expect(await pairs('olena')).toEqual([])
  expect((await pairs()).flatMap(({ first, second }) => [first?.id, second?.id])).toContain(half.id)
  const [hidden] = await pairs('taras')
  await expect(service.call(rpc.dismissDuplicatePair, { id: hidden!.id }, { as: 'olena' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a search over the base finds pairs once, tells how far it is, and remembers that two are two', async () => {
  const family = ['Гнатюк Олена Петрівна', 'Олена Гнатюк', 'Hnatiuk Olena']
  for (const name of family) await create(name, { kind: 'COUNTERPARTY_KIND_PERSON', birthday: '1980-04-05', channels: [phone('0671112233')] })
  await create('Гнатюк Ігор Петрович', { kind: 'COUNTERPARTY_KIND_PERSON', birthday: '1978-11-30', channels: [phone('0671112233')] })
  const done = await search()
  expect(done).toMatchObject({ state: 'DUPLICATE_SEARCH_STATE_DONE', compared: done.records })
  const own = async () => (await pairs()).filter(({ first }) => family.includes(first!.displayName))
  expect((await own()).map(({ first, second }) => [first!.displayName, second!.displayName].sort().join())).toHaveLength(3)
  const [pair] = await own()
  expect(await service.call(rpc.dismissDuplicatePair, { id: pair!.id })).toMatchObject({ state: 'DUPLICATE_PAIR_STATE_DISMISSED' })
  await search()
  expect(await own()).toHaveLength(2)
  expect((await pairs('admin', 'DISMISSED')).map(({ id }) => id)).toEqual([pair!.id])
  await service.call(rpc.reopenDuplicatePair, { id: pair!.id })
  expect(await own()).toHaveLength(3)
})

test('contact persons are found while they are typed, where the organisation may be seen', async () => {
  const { id } = await create('Роботодавець', {}, 'taras')
  await service.call(persons.createContactPerson, person('Левченко Марта', [id], { channels: [phone('0501234567')] }), { as: 'taras' })
  const ask = (as: PersonName) =>
    service.call(rpc.findContactPersonDuplicates, FindContactPersonDuplicatesRequest.fromPartial({ displayName: 'Marta Levchenko', channels: [phone('+380501234567')] }), { as })
  expect((await ask('taras')).duplicates).toMatchObject([{ contactPerson: { displayName: 'Левченко Марта' } }])
  expect((await ask('olena')).duplicates).toEqual([])
})

test('records that a release without keys saved are found again', async () => {
  const { id } = await create('Стара Прядильня')
  await service.pool.query('delete from counterparty_match where counterparty_id = $1', [id])
  expect(await find({ displayName: 'Стара Прядильня' })).toEqual([])
  await search()
  expect(await find({ displayName: 'Стара Прядильня' })).toHaveLength(1)
})

// Seen failing with the moment of the last look left out: the older record was read again.
test('stale keys are looked for among what was changed since the last look', async () => {
  const [old, young] = [await create('Давня Прядильня'), await create('Нова Прядильня')]
  await refreshStaleKeys(service.pool)
  await service.pool.query(`update counterparty set updated_at = now() - interval '1 day' where id = $1`, [old.id])
  await service.pool.query('delete from counterparty_match where counterparty_id = any($1)', [[old.id, young.id]])
  await refreshStaleKeys(service.pool)
  const { rows } = await service.pool.query('select counterparty_id as id from counterparty_match where counterparty_id = any($1)', [[old.id, young.id]])
  expect(rows).toEqual([{ id: young.id }])
})

// Seen failing: without the lock of saveFrequencies the second one met the rows of the first (23505).
test('two searches count the base at once, and neither fails', async () => {
  await create('Рахована')
  const count = () => inTx(service.pool, async (tx) => {
    await saveFrequencies(tx, { base: 2, records: 2, counts: { ...emptyCounts(), name: new Map([['mlin', 2]]) } }, new Date())
    await buildBlocks(tx)
  })
  await Promise.all([count(), count(), count()])
  const { rows } = await service.pool.query('select count(*)::int as keys from match_block')
  expect(rows[0].keys).toBeGreaterThan(0)
})
