import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CounterpartyServiceService as counterparties } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { ImportRules } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { startTestService, type TestService } from '@vitrylo/testkit'
import { contacts } from '../src/index.ts'
import { importClient } from './import-client.ts'

const DATA = new URL('../../../../shared/data/', import.meta.url)
const febrl = new URL('febrl-persons/', DATA)
const rada = new URL('cyrillic-persons/rada4.tsv', DATA)
const testWith = (needed: URL) => (existsSync(needed) ? test : test.skip)

let service: TestService
let client: ReturnType<typeof importClient>
beforeAll(async () => {
  service = await startTestService(contacts)
  client = importClient(service)
})
afterAll(async () => {
  client.close()
  await service.stop()
})

const mapping = (columns: Record<string, string>) => Object.entries(columns).map(([column, field]) => ({ column, field }))

const FEBRL = mapping({
  rec_id: 'externalId', given_name: 'givenName', surname: 'familyName', street_number: 'address.street', address_1: 'address.street',
  address_2: 'address.street', suburb: 'address.city', postcode: 'address.postcode', state: 'address.region', date_of_birth: 'birthday',
  soc_sec_id: 'taxCode',
})

testWith(febrl)('febrl-persons as it is: 6,000 rows, 13 impossible birthdays and a row without a name are told', async () => {
  const load = (name: string) => client.load({ mapping: FEBRL, defaults: { kind: 'person', taxCountry: 'AU' } }, readFileSync(new URL(name, febrl)))
  const one = await load('dataset1.csv')
  expect(one).toMatchObject({ rows: 1_000n, created: 997n, failed: 3n })
  expect(new Set(await client.errors(one.id))).toEqual(new Set((await client.errors(one.id)).filter((line) => line.includes('date_of_birth calendar'))))
  const two = await load('dataset2.csv')
  expect([two.rows, two.created + two.updated, two.failed]).toEqual([5_000n, 4_989n, 11n])
})

const accounts = new URL('crm-sales-opportunities/accounts.csv', DATA)

testWith(accounts)('crm-sales-opportunities: all 85 accounts go in, guessed by their names where they have one, and come again without a change', async () => {
  const columns = mapping({ account: 'displayName', sector: 'industry', employees: 'size', office_location: 'address.region', subsidiary_of: 'note' })
  const load = () => client.load({ mapping: columns, rules: ImportRules.fromPartial({ keys: ['displayName'] }), defaults: { roles: 'client' } }, readFileSync(accounts))
  expect(await load()).toMatchObject({ rows: 85n, created: 85n, failed: 0n })
  expect(await load()).toMatchObject({ rows: 85n, created: 0n, updated: 85n, failed: 0n })
  const { rows: [known] } = await service.pool.query(`select max(revision)::int as revision, sum(size)::int as employees from counterparty where industry <> ''`)
  expect(known.revision).toBe(1)
  expect(known.employees).toBeGreaterThan(100_000)
})

const search = async (q: string): Promise<string[]> =>
  (await service.call(counterparties.searchCounterparties, { q, pageSize: 5 })).counterparties.map(({ displayName }) => displayName)

testWith(rada)('cyrillic-persons: all 505 go in, and are found without apostrophe, in another order and with a mistake', async () => {
  const done = await client.load({ mapping: mapping({ name: 'displayName', link: 'note' }), defaults: { kind: 'person', tags: 'rada' } }, readFileSync(rada))
  expect(done).toMatchObject({ rows: 505n, created: 505n, failed: 0n })
  const names = readFileSync(rada, 'utf8').trim().split('\n').slice(1).map((line) => line.split('\t')[0]!)
  const apostrophe = names.filter((name) => /['’ʼ]/.test(name))
  expect(apostrophe.length).toBeGreaterThan(0)
  for (const name of apostrophe) expect((await search(name.replace(/['’ʼ]/g, '')))[0]).toBe(name)
  for (const name of names.filter((_name, index) => index % 10 === 0)) {
    expect((await search(name.split(' ').reverse().join(' ')))[0]).toBe(name)
    const [family = '', ...rest] = name.split(' ')
    const mistyped = [family.slice(0, 3) + family.slice(4), ...rest].join(' ') // a letter is lost
    expect((await search(mistyped))).toContain(name)
  }
})
