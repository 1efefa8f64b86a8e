import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openProduct, type Product } from '../../bench/src/product.ts'
import { DEMO_CALLERS, generateDemo } from '../src/generate.ts'
import { createApi, type Access, type Api } from '../src/load/api.ts'
import { holdsOwnRecords } from '../src/load/holds-own-records.ts'
import { loadDemo } from '../src/load/load-demo.ts'
import { registerDemoPbx } from '../src/load/register-demo-pbx.ts'
import { loadConsents } from '../src/load/dealings.ts'
import { loadCounterparties, loadRequests } from '../src/load/records.ts'
import { loadStructure } from '../src/load/structure.ts'

const now = new Date()
let dir: string
let product: Product
let access: Access
let api: Api

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vitrylo-demo-'))
  chmodSync(dir, 0o755) // as root the database runs as another user
  product = await openProduct(join(dir, 'data'), { web: false, logLevel: 'warn' })
  access = await product.start()
  api = createApi(access)
})
afterAll(async () => {
  await product.stop()
  rmSync(dir, { recursive: true, force: true })
})

const LISTS = ['branches', 'departments', 'employees', 'groups', 'grants', 'queues', 'counterparties', 'contact-persons', 'opportunities', 'requests', 'interactions', 'consents', 'staff-positions', 'messages'] as const
/** Every record with its revision, by list. */
async function etags(): Promise<Record<string, string[]>> {
  const entries = LISTS.map(async (list) => [list, (await api.all(list)).map(({ id, etag }) => `${id} ${etag}`).sort()])
  return Object.fromEntries(await Promise.all(entries))
}

test('a load that broke off is completed, and one more changes nothing', async () => {
  const demo = generateDemo({ now })
  const structure = await loadStructure(api, now)
  const ids = await loadCounterparties(api, structure, { ...demo, counterparties: demo.counterparties.slice(0, 40) })
  // As a kill leaves them between being made and the steps that follow. Seen failing: what was known was passed over, and stayed so for ever.
  await loadRequests(api, ids, { ...demo, requests: demo.requests.filter(({ counterparty }) => ids.has(counterparty)).map((request) => ({ ...request, state: 'new' })) })
  await loadConsents(api, ids, { ...demo, consents: demo.consents.filter(({ counterparty }) => ids.has(counterparty)).map((consent) => ({ ...consent, withdrawn: false })) })
  expect(await holdsOwnRecords(access)).toBe(false)

  await loadDemo({ ...access, now, log: () => {} })
  const first = await etags()
  const sizes = Object.fromEntries(Object.entries(first).map(([list, records]) => [list, records.length]))
  expect(sizes).toMatchObject({ branches: 4, employees: 12, counterparties: 500, 'contact-persons': 700, opportunities: 260, requests: 120, interactions: 190, consents: 70, 'staff-positions': 8, messages: 2 })

  const told = (state: unknown): number => demo.requests.filter((request) => request.state === state).length
  for (const state of ['new', 'waiting', 'in-progress', 'closed']) expect([state, (await api.all('requests')).filter((request) => request['state'] === state).length]).toEqual([state, told(state)])
  expect((await api.all('consents')).filter(({ withdrawTime }) => withdrawTime !== undefined)).toHaveLength(demo.consents.filter(({ withdrawn }) => withdrawn).length)

  await loadDemo({ ...access, now, log: () => {} })
  expect(await etags()).toEqual(first)
})

test('deals stand in the past that they come from', async () => {
  const opportunities = await api.all('opportunities')
  const won = opportunities.filter(({ state }) => state === 'won')
  expect(won.length).toBeGreaterThan(60)
  for (const { openTime, closeTime } of won) expect(openTime < closeTime && closeTime < now.toISOString()).toBe(true)
  const { stays } = await api.get(`opportunities/${won[0]!['id']}/stays`)
  expect(stays.at(-1)).toMatchObject({ state: 'won', enterTime: won[0]!['closeTime'] })
})

test('whoever calls in a demonstration is found by the phone', async () => {
  for (const phone of Object.values(DEMO_CALLERS)) {
    const { counterparties } = await api.get(`counterparties:search?q=${encodeURIComponent(phone)}`)
    expect(counterparties[0].channels).toContainEqual(expect.objectContaining({ e164: phone }))
  }
})

test('the built-in exchange is registered once, however often it starts, with every employee at a phone', async () => {
  const at = (port: number) => registerDemoPbx({ ...access, host: '127.0.0.1', port, username: 'vitrylo', secret: 'demo' })
  const first = await at(50_381)
  expect(await at(50_382)).toEqual(first)
  const [pbx, ...others] = await api.all('pbxes')
  expect(others).toEqual([])
  expect(pbx).toMatchObject({ port: 50_382, extensionPattern: '^1\\d{3}$' })
  expect(pbx!['extensions']).toHaveLength(12)
})

test('without the branch that it stood at, the built-in exchange is registered at the head office', async () => {
  const [pbx] = await api.all('pbxes')
  await api.delete(`pbxes/${pbx!['id']}`)
  const branches = await api.all('branches')
  await api.patch(`branches/${branches.find(({ code }) => code === 'KYIV')!['id']}`, { code: 'KYIV-2' })
  await registerDemoPbx({ ...access, host: '127.0.0.1', port: 50_383, username: 'vitrylo', secret: 'demo' })
  const [anew] = await api.all('pbxes')
  expect(anew!['branchId']).toBe(branches.find(({ code }) => code === 'HQ')!['id'])
})

test('a folder in which people work gets no demo data', async () => {
  expect(await holdsOwnRecords(access)).toBe(false)
  await api.post('counterparties', { kind: 'organisation', displayName: 'Власний клієнт' })
  expect(await holdsOwnRecords(access)).toBe(true)
})
