import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { CallEndedEvent, OpportunityCreatedEvent } from '@vitrylo/proto/events.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { CounterpartyServiceService as rpc } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { OpportunityCreated } from '@vitrylo/proto/vitrylo/sales/v1/events.ts'
import { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { Call } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { branches, people, startTestService, type PersonName, type TestService } from '@vitrylo/testkit'
import { hostile, seeds } from '../../../libs/lists/test/hostile.ts'
import { contacts } from '../src/index.ts'
import { organisation, phone } from './samples.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(contacts)
})
afterAll(() => service.stop())

const firm = async (name: string, more: Partial<Counterparty> = {}, as: PersonName = 'admin'): Promise<string> =>
  (await service.call(rpc.createCounterparty, organisation(name, more), { as })).id

const names = async (filter: string, as: PersonName = 'admin', orderBy = ''): Promise<string[]> =>
  (await service.call(rpc.listCounterparties, { filter, orderBy, pageSize: 0, pageToken: '' }, { as })).counterparties.map(({ displayName }) => displayName)

const opportunity = (counterpartyId: string, amount: string, owner: PersonName, state: Opportunity['state'] = 'OPPORTUNITY_STATE_OPEN') => {
  const { id: ownerId, branch } = people[owner]
  const branchId = branches[branch]
  const o = Opportunity.fromPartial({ id: randomUUID(), counterpartyId, title: 'Млин', number: 'У-1', state, amount: { amount, currency: 'UAH' }, ownerId, branchId })
  return { type: OpportunityCreatedEvent, key: o.id, revision: 1, branchId, ownerId, data: { ...OpportunityCreated.fromPartial({}), opportunity: o } }
}

const call = (counterpartyId: string, daysAgo: number, owner: PersonName, disposition: Call['disposition'] = 'CALL_DISPOSITION_ANSWERED') => {
  const { id: ownerId, branch } = people[owner]
  const branchId = branches[branch]
  const startTime = new Date(Date.now() - daysAgo * 86_400_000)
  const ended = Call.fromPartial({ id: randomUUID(), counterpartyId, state: 'CALL_STATE_ENDED', disposition, customerNumber: '+380671234567', startTime, branchId })
  return { type: CallEndedEvent, key: ended.id, revision: 1, branchId, ownerId, data: { call: ended } }
}

const FORGOTTEN = `opportunities.any(state = open AND amount > 100000 AND branchId = "${branches.lviv}") AND NOT contacts.any(time >= -30d)`

test('clients with a large open opportunity in the Lviv branch and without a contact for 30 days are found', async () => {
  const [meant, lately, small, kyiv, won, unanswered] = await Promise.all(['Забута', 'Недавня', 'Мала', 'Київська', 'Виграна', 'Недодзвон'].map((name) => firm(name)))
  await service.receive(
    opportunity(meant!, '250000', 'bohdan'), call(meant!, 40, 'bohdan'),
    opportunity(lately!, '250000', 'bohdan'), call(lately!, 5, 'bohdan'),
    opportunity(small!, '100000', 'bohdan'),
    opportunity(kyiv!, '250000', 'nadia'),
    opportunity(won!, '250000', 'bohdan', 'OPPORTUNITY_STATE_WON'),
    opportunity(unanswered!, '250000', 'bohdan'), call(unanswered!, 5, 'bohdan', 'CALL_DISPOSITION_NO_ANSWER'),
  )
  expect(await names(FORGOTTEN)).toEqual(['Забута', 'Недодзвон'])
})

// Seen failing: scopeOf taken out of the relation: Olena learns the amount bit by bit.
test('a filter tells nothing of opportunities that the reader may not see', async () => {
  const id = await firm('Спільна', { responsibleId: people.olena.id })
  await service.receive(opportunity(id, '777777', 'bohdan'), call(id, 1, 'bohdan'))
  for (const filter of ['opportunities.any()', 'opportunities.any(amount > 1)', 'opportunities.any(NOT amount = 5)', 'contacts.any()', 'calls.any(NOT number = "x")']) {
    expect({ filter, found: await names(`${filter} AND displayName = "Спільна"`, 'olena') }).toEqual({ filter, found: [] })
    expect({ filter, found: await names(`${filter} AND displayName = "Спільна"`) }).toEqual({ filter, found: ['Спільна'] })
  }
})

test('channels, addresses and persons are asked as a whole', async () => {
  await firm('З адресою', {
    channels: [phone('(067) 123-45-67', { label: 'бухгалтерія' })],
    addresses: [{ kind: 'ADDRESS_KIND_LEGAL', country: 'UA', postcode: '', region: '', city: 'Стрий', street: '' }],
  })
  expect(await names('addresses.any(city = "Стрий" AND kind = legal)')).toEqual(['З адресою'])
  expect(await names('addresses.any(city = "Стрий" AND kind = postal)')).toEqual([])
  expect(await names('channels.any(kind = phone AND label:"БУХ")')).toEqual(['З адресою'])
})

test('several orders and those of absent values go on from page to page', async () => {
  for (const [name, birthday] of [['д1', '1990-05-01'], ['д2', ''], ['д3', '1980-01-01'], ['д4', '']] as const) await firm(name, { birthday, kind: 'COUNTERPARTY_KIND_PERSON' })
  const filter = 'kind = person'
  const read = async (orderBy: string) => {
    const seen: string[] = []
    for (let pageToken = ''; ; ) {
      const page = await service.call(rpc.listCounterparties, { filter, orderBy, pageSize: 1, pageToken })
      seen.push(...page.counterparties.map(({ displayName }) => displayName))
      if ((pageToken = page.nextPageToken) === '') return seen
    }
  }
  expect(await read('birthday, displayName desc')).toEqual(['д3', 'д1', 'д4', 'д2'])
  expect(await read('birthday desc,displayName')).toEqual(['д2', 'д4', 'д1', 'д3'])
})

/** The texts of the statements that go to the database while `work` runs. */
async function statements(work: () => Promise<unknown>): Promise<Set<string>> {
  const texts = new Set<string>()
  const lent = await service.pool.connect()
  const client = Object.getPrototypeOf(lent) as { query: (...all: unknown[]) => unknown }
  lent.release()
  const { query } = client
  client.query = function (...args: unknown[]) {
    const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text?: string } | undefined)?.text
    if (text !== undefined && /counterparty/.test(text)) texts.add(text)
    return query.apply(this, args)
  }
  try {
    await work()
  } finally {
    client.query = query
  }
  return texts
}

// Seen failing: the value of a text field spliced into the statement instead of a parameter.
test('500 hostile strings are plain text or refused, and make no statement that honest ones do not make', async () => {
  const ask = (request: { filter?: string; orderBy?: string; pageToken?: string }) =>
    service.call(rpc.listCounterparties, { filter: '', orderBy: '', pageToken: '', pageSize: 1, ...request }).then(() => 'plain', ({ code }) => code as string)
  const search = (q: string) => service.call(rpc.searchCounterparties, { q, pageSize: 1 }).then(() => 'plain', ({ code }) => code as string)
  const quoted = (text: string) => `displayName = "${text.replace(/["\\]/g, '\\$&')}"`
  const honest = await statements(async () => {
    const plain = ['displayName = "Ромашка"', 'kind = person', 'tags:vip', ...['displayName = "x"', 'kind = person', 'tags:vip'].map((other) => `kind = person OR ${other}`)]
    for (const filter of plain) await ask({ filter })
    await ask({})
    for (const q of ['ромашка', 'ро', 'ромашка київ', 'ромашка київ львів', 'ромашка київ львів одеса', '0671234567', '12345678', '067', 'ромашка 067', '%', '']) await search(q)
  })
  const answers = new Set<string>()
  const sent = await statements(async () => {
    for (const text of hostile) {
      answers.add(await ask({ filter: text }))
      answers.add(await ask({ filter: quoted(text) }))
    }
    for (const text of seeds) {
      answers.add(await ask({ orderBy: text }))
      answers.add(await ask({ pageToken: text }))
      await search(text)
    }
  })
  expect(hostile.length).toBeGreaterThanOrEqual(500)
  expect([...answers].sort()).toEqual(['INVALID_ARGUMENT', 'plain'])
  const shape = (text: string) => text.replace(/\$\d+/g, '$')
  const known = new Set([...honest].map(shape))
  const lists = [...sent].filter((text) => /page_key/.test(text))
  expect(lists.map(shape).filter((text) => !known.has(text))).toEqual([])
  for (const text of sent) for (const bad of ['drop ', 'pg_sleep', 'union all select null', '{{', '1=1']) expect(text.toLowerCase()).not.toContain(bad)
})
