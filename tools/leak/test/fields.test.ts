// Who may see a record but not some fields of it does not learn them through any RPC of the contract: neither in answers nor in errors, nor by
// searching, filtering, sorting or asking for duplicates by them. Every field that can be hidden is, and holds a canary that nothing else holds.
// Seen failing, each with the canaries and doors named: `trimmed` left out of serve.ts, field_of not read (sums, numbers of calls, texts of timelines, tags, the board),
// `searchesLess` always false, the table and the orders of a list as they are, `told` always true, field_of of requests not refused. Found by it: queues on timelines.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { contacts } from '@vitrylo/contacts'
import type { JsonObject } from '@bufbuild/protobuf'
import { directory } from '@vitrylo/directory'
import type { BusEvent } from '@vitrylo/events'
import { sessions } from '@vitrylo/gateway'
import { exec, many, sql } from '@vitrylo/pg'
import { CallEndedEvent } from '@vitrylo/proto/events.ts'
import { limitableFields } from '@vitrylo/proto/records.ts'
import { ContactPersonServiceService as Persons, CreateContactPersonRequest } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CounterpartyServiceService as Counterparties, CreateCounterpartyRequest } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { CreateInteractionRequest, InteractionServiceService as Interactions } from '@vitrylo/proto/vitrylo/contacts/v1/interaction_service.ts'
import { BranchServiceService as Branches, CreateBranchRequest } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { CreateEmployeeRequest, EmployeeServiceService as Employees } from '@vitrylo/proto/vitrylo/directory/v1/employee_service.ts'
import { CreateOpportunityRequest, LoseOpportunityRequest, OpportunityServiceService as Opportunities } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_service.ts'
import { CloseRequestRequest, CreateRequestRequest, RequestServiceService as Requests } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_service.ts'
import { Call } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { sales } from '@vitrylo/sales'
import { serviceDesk } from '@vitrylo/service-desk'
import { telephony } from '@vitrylo/telephony'
import { branches, defineField, limitFields, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { contract, doors, knock, requestsFor, resourceOf, type Door } from './doors.ts'

// `head` may see every record; everything that can be hidden is hidden from the group.
const LIMITED = 'head'
const GROUP = 'sales-heads'
/** Field -> what stands in it and nowhere else. */
const canaries: Record<string, Record<string, string>> = {
  counterparties: {
    fullName: 'Kanarfull', taxCode: '21560766', vatNumber: '215607626656', bankAccounts: 'UA213223130000026007233566001', channels: '677731773', addresses: 'Kanarstreet',
    source: 'Kanarsource', industry: 'Kanarindustry', segment: 'Kanarsegment', birthday: '1977-03-31', note: 'Kanarnote', tags: 'kanartag', externalId: 'KANAR-EXT',
    size: '918273', custom: 'Kanarcustom', caretakers: 'kanarcare', interests: 'Kanarinterest', language: 'xq', taxCountry: '',
  },
  'contact-persons': { custom: 'Kanarpcustom', channels: '677731774', birthday: '1977-04-30', note: 'Kanarpnote', externalId: 'KANAR-PEXT' },
  interactions: { place: 'Kanarplace', text: 'Kanartext', result: '', nextStep: 'Kanarnext', nextStepDate: '2031-03-31' },
  employees: { hiredDate: '1987-06-05', leftDate: '2087-06-05', position: 'Kanarposition', email: 'kanar@mail.example', externalId: 'KANAR-EEXT' },
  opportunities: {
    custom: 'Kanarocustom',
    amount: '7317731.73', expectedCloseDate: '2031-05-31', source: 'Kanarosource', nextStep: 'Kanaronext', nextStepDate: '2031-06-30', lostReason: 'Kanarlost', note: 'Kanaronote',
    externalId: 'KANAR-OEXT', product: 'Kanarproduct',
  },
  requests: { custom: 'Kanarrcustom', text: 'Kanarrtext', phone: '677731775', resolution: 'Kanarresolution', senderName: 'Kanarsender' },
  calls: { customerNumber: '677731776', line: 'Kanarline', queues: 'kanarqueue' },
}
const all = Object.values(canaries).flatMap((fields) => Object.values(fields)).filter((text) => text.length > 3)

const services: Record<string, TestService> = {}
const ids: Record<string, string[]> = {}
beforeAll(async () => {
  const definitions = { directory, contacts, sales, servicedesk: serviceDesk, telephony, sessions }
  for (const [area, definition] of Object.entries(definitions)) services[area] = await startTestService(definition)
  await plant()
  await hideEverything()
})
afterAll(() => Promise.all(Object.values(services).map((service) => service.stop())))

async function plant(): Promise<void> {
  const { directory: firm, contacts: book, sales: funnel, servicedesk: desk, telephony: phones } = services as Record<string, TestService>
  const place = { branchId: branches.kyiv, ownerId: people.nadia.id }
  const c = canaries.counterparties!
  for (const resource of ['counterparties', 'contact-persons']) await defineField(book!, resource, 'canary', { searchable: resource === 'counterparties', filterable: true })
  await defineField(funnel!, 'opportunities', 'canary', { filterable: true })
  await defineField(desk!, 'requests', 'canary', { filterable: true })
  const client = (displayName: string, more: object) =>
    book!.call(Counterparties.createCounterparty, CreateCounterpartyRequest.fromPartial({ counterparty: { kind: 'COUNTERPARTY_KIND_ORGANISATION', displayName, branchId: place.branchId, responsibleId: place.ownerId, ...more } }))
  const phone = (digits: string) => ({ kind: 'CHANNEL_KIND_PHONE', value: `+380${digits}` })
  const full = await client('ТОВ «Відкрите»', {
    fullName: c.fullName, taxCode: c.taxCode, vatNumber: c.vatNumber, bankAccounts: [{ iban: c.bankAccounts }], channels: [phone(c.channels!)], addresses: [{ kind: 'ADDRESS_KIND_LEGAL', street: c.addresses, city: c.addresses }],
    source: c.source, industry: c.industry, segment: c.segment, birthday: c.birthday, note: c.note, tags: [c.tags], externalId: c.externalId, size: Number(c.size), language: c.language,
    caretakers: [{ purpose: c.caretakers, employeeId: people.nadia.id }], interests: [{ subject: c.interests }], custom: { canary: c.custom },
  })
  // Alike in what is hidden alone: a search over the base would show the two as a pair.
  const twin = await client('Зовсім інше', { taxCode: c.taxCode, channels: [phone(c.channels!)] })
  const p = canaries['contact-persons']!
  const person = await book!.call(Persons.createContactPerson, CreateContactPersonRequest.fromPartial({ contactPerson: { displayName: 'Відкрита Особа', positions: [{ counterpartyId: full.id }], channels: [phone(p.channels!)], birthday: p.birthday, note: p.note, externalId: p.externalId, custom: { canary: p.custom } } as object }))
  const i = canaries.interactions!
  const meeting = await book!.call(Interactions.createInteraction, CreateInteractionRequest.fromPartial({ interaction: { kind: 'INTERACTION_KIND_MEETING', subject: 'Зустріч', startTime: new Date(Date.now() + 3_600_000), counterpartyIds: [full.id], place: i.place, text: i.text, nextStep: i.nextStep, nextStepDate: i.nextStepDate, ...place } as object }))
  await pass(book!, funnel!, desk!, phones!)
  const o = canaries.opportunities!
  const deal = await funnel!.call(Opportunities.createOpportunity, CreateOpportunityRequest.fromPartial({ opportunity: { title: 'Угода', counterpartyId: full.id, amount: { amount: o.amount, currency: 'UAH' }, expectedCloseDate: o.expectedCloseDate, source: o.source, nextStep: o.nextStep, nextStepDate: o.nextStepDate, note: o.note, externalId: o.externalId, product: o.product, custom: { canary: o.custom }, ...place } }))
  const lost = await funnel!.call(Opportunities.createOpportunity, CreateOpportunityRequest.fromPartial({ opportunity: { title: 'Втрачена', counterpartyId: full.id, ...place } }))
  await funnel!.call(Opportunities.loseOpportunity, LoseOpportunityRequest.fromPartial({ id: lost.id, reason: o.lostReason }))
  const r = canaries.requests!
  const ask = () => desk!.call(Requests.createRequest, CreateRequestRequest.fromPartial({ request: { channel: 'REQUEST_CHANNEL_VISIT', subject: 'Звернення', custom: { canary: r.custom }, senderName: r.senderName, text: r.text, phone: `+380${r.phone}`, counterpartyId: full.id, ...place } as object }))
  const [open, closed] = [await ask(), await ask()]
  await desk!.call(Requests.closeRequest, CloseRequestRequest.fromPartial({ id: closed.id, resolution: r.resolution }))
  const call = await ring(phones!, book!, full.id)
  const branch = await firm!.call(Branches.createBranch, CreateBranchRequest.fromPartial({ branch: { name: 'Дім', code: 'home' } }))
  const e = canaries.employees!
  const colleague = await firm!.call(Employees.createEmployee, CreateEmployeeRequest.fromPartial({ employee: { displayName: 'Відкритий Колега', branchId: branch.id, hiredDate: e.hiredDate, leftDate: e.leftDate, position: e.position, email: e.email, externalId: e.externalId } }))
  await pass(funnel!, book!)
  await pass(desk!, book!)
  await findPairs(book!, full.id, twin.id)
  Object.assign(ids, {
    counterparties: [full.id, twin.id], 'contact-persons': [person.id], opportunities: [deal.id, lost.id], requests: [open.id, closed.id], interactions: [meeting.id], calls: [call],
    employees: [colleague.id], branches: [branch.id], branchs: [branch.id], mergeds: [twin.id],
  })
}

/** A call in telephony's own table, and what its end tells contacts. */
async function ring(phones: TestService, book: TestService, counterpartyId: string): Promise<string> {
  const id = '01900000-0000-7000-8000-0000000000c1'
  const { customerNumber: digits, line, queues } = canaries.calls!
  const start = Date.now() - 60_000
  const none = { answeredBy: null, ownerAgent: null, agentsRung: [], transfers: [], legKeys: [], waitSeconds: 1, talkSeconds: 1, holdSeconds: 0, holdCount: 0, withheld: false }
  const facts = { ...none, id, pbxId: id, direction: 'inbound', origin: 'direct', state: 'ended', customerNumber: `+380${digits}`, customerNumberRaw: `0${digits}`, line, queues: [queues], startTime: start, answerTime: start, endTime: start + 1_000, disposition: 'answered', endedBy: 'caller', certainty: 'exact' }
  await exec(
    phones.pool,
    sql`insert into call (id, pbx_id, branch_id, owner_id, direction, state, disposition, customer_number, line, queues, started_at, ended_at, facts, counterparty_id, matches, revision, created_at, updated_at)
        values (${id}, ${id}, ${branches.kyiv}, ${people.nadia.id}, 'inbound', 'ended', 'answered', ${facts.customerNumber}, ${line}, ${[queues]}::text[], ${new Date(start)}, ${new Date(start + 1_000)},
          ${JSON.stringify(facts)}, ${counterpartyId}, '[]', 1, now(), now())`,
  )
  const data = Call.fromPartial({ id, counterpartyId, state: 'CALL_STATE_ENDED', disposition: 'CALL_DISPOSITION_ANSWERED', direction: 'CALL_DIRECTION_INBOUND', customerNumber: facts.customerNumber, customerNumberRaw: facts.customerNumberRaw, startTime: new Date(start), queues: [queues!], branchId: branches.kyiv })
  await book.receive({ type: CallEndedEvent, key: id, revision: 1, data: { call: data }, branchId: branches.kyiv, ownerId: people.nadia.id, counterpartyId })
  return id
}

/** What a search over the base would have found. */
const findPairs = (book: TestService, one: string, other: string) =>
  exec(
    book.pool,
    sql`insert into duplicate_pair (first_id, second_id, first_revision, second_revision, probability, reasons)
        select least(${one}::uuid, ${other}::uuid), greatest(${one}::uuid, ${other}::uuid), 1, 1, 0.99, ${JSON.stringify([{ field: 'taxCode', level: 'same', bits: 20 }])}::jsonb`,
  )

/** In every service's copy of the rights, as the event of directory would write it. */
async function hideEverything(): Promise<void> {
  const limits = [...limitableFields(contract.records)].flatMap(([section, fields]) =>
    fields.filter(({ hideable }) => hideable).map(({ name }) => ({ section, field: name, limit: 'hide' as const })),
  )
  for (const service of Object.values(services)) await limitFields(service.pool, GROUP, limits)
  // One sign is enough: the tests tell whether everything is as it should be.
  const [card, list] = ['GetCounterparty', 'ListCounterparties'].map((name) => doors.find((door) => door.name === `CounterpartyService.${name}`)!)
  await until(async () => {
    const shown = await ask(card!, { id: ids.counterparties![0]! }, LIMITED)
    return !shown.text.includes(canaries.counterparties!.taxCode!) || (await ask(list!, { filter: 'taxCode="1"' }, LIMITED)).code !== 'OK'
  })
}

async function pass(from: TestService, ...to: TestService[]): Promise<void> {
  const told = (await from.published()).map((event): BusEvent => ({ ...event, time: new Date(event.time).toISOString() }))
  for (const service of to) {
    await service.bus.publish(told)
    await until(async () => (await many(service.pool, sql`select distinct event_id from inbox where event_id = any(${told.map(({ id }) => id)}::uuid[])`)).length > 0)
  }
}

const ask = (door: Door, request: JsonObject, as: PersonName) => knock(services[door.area]!, door, request, as)

const held = (text: string): string[] => all.filter((canary) => text.includes(canary))

test('nothing of a hidden field comes out of any reading RPC, nor out of a change that answers with the record', async () => {
  const leaks: string[] = []
  const seen = new Set<string>()
  let asked = 0
  const words = ['Відкрит', 'Зовсім', ...all]
  for (const door of doors.filter(({ method }) => method.safe || method.action === 'change')) {
    const isSearch = door.method.rpc.input.field.q !== undefined
    for (const request of (isSearch ? words : ['']).flatMap((word) => requestsFor(door, ids, word))) {
      asked++
      const { text } = await ask(door, request, LIMITED)
      for (const canary of held(isSearch ? text.replaceAll(String(request.q), '…') : text)) leaks.push(`${door.name}: ${canary}`)
      if (door.method.safe) for (const canary of held((await ask(door, request, 'admin')).text)) seen.add(canary)
    }
  }
  expect(leaks).toEqual([])
  // The same questions do find them for who may see them: else the test would be blind. What nobody can plant is named.
  expect(all.filter((canary) => !seen.has(canary))).toEqual([])
  expect(asked).toBeGreaterThan(60)
})

test('every field that can be hidden has a canary; those without are these', () => {
  const without = [...limitableFields(contract.records)].flatMap(([section, fields]) =>
    fields.filter(({ name, hideable }) => hideable && (canaries[section]?.[name] ?? '').length < 4).map(({ name }) => `${section}.${name}`),
  )
  expect(without).toEqual(NO_CANARY)
})

// Flags, words of a list, ids, times and figures of few digits: they stand in many places, so that no text can tell them. All are cut by the same plan.
const NO_CANARY = [
  'counterparties.roles', 'counterparties.responsibleId', 'counterparties.branchId', 'counterparties.vip', 'counterparties.language', 'counterparties.taxCountry', 'counterparties.doNotCall',
  'counterparties.doNotWrite', 'counterparties.lastContactTime', 'counterparties.nextContactTime', 'counterparties.eraseTime', 'interactions.endTime', 'interactions.result', 'interactions.contactPersonIds',
  'interactions.employeeIds', 'interactions.remindBeforeMinutes', 'interactions.remindTime', 'employees.departmentId', 'employees.substitutes', 'employees.signedIn', 'opportunities.contactPersonId',
  'opportunities.requestId', 'opportunities.stageEnterTime', 'opportunities.openTime', 'opportunities.closeTime', 'opportunities.probability', 'requests.counterpartyId',
  'requests.contactPersonId', 'requests.callId', 'requests.queue', 'requests.routing', 'requests.dueTime', 'requests.takeTime', 'requests.closeTime', 'requests.opportunityId',
  'requests.missedCall', 'requests.receiveTime', 'requests.sameAsId', 'calls.origin', 'calls.withheld', 'calls.agentsRung', 'calls.answeredBy', 'calls.ownerAgent', 'calls.startTime', 'calls.answerTime', 'calls.endTime',
  'calls.waitSeconds', 'calls.talkSeconds', 'calls.holdSeconds', 'calls.holdCount', 'calls.transfers', 'calls.disposition', 'calls.endedBy', 'calls.certainty', 'calls.counterpartyId',
  'calls.requestId', 'calls.contactPersonId', 'calls.matches',
]

test('nobody is found by a hidden field, no pair of duplicates is told by one, and no draft is compared by one', async () => {
  const found = async (name: string, request: JsonObject, as: PersonName) => (await ask(doors.find((door) => door.name === name)!, request, as)).text
  const blind: string[] = []
  for (const canary of [...Object.values(canaries.counterparties!), canaries['contact-persons']!.channels!].filter((text) => text.length > 3)) {
    const { counterparties: some } = JSON.parse(await found('CounterpartyService.SearchCounterparties', { q: canary }, 'admin')) as { counterparties?: unknown[] }
    if (some !== undefined) blind.push(canary)
    expect([canary, await found('CounterpartyService.SearchCounterparties', { q: canary }, LIMITED)]).toEqual([canary, '{}'])
  }
  // Requisites, phones, accounts, needs and the full name do find for who may see them.
  expect(blind.length).toBeGreaterThan(6)
  expect(await found('CounterpartyService.SearchCounterparties', { q: 'Відкрите' }, LIMITED)).toContain('ТОВ «Відкрите»')
  expect(await found('DuplicateService.ListDuplicatePairs', {}, 'admin')).toContain('taxCode')
  expect(await found('DuplicateService.ListDuplicatePairs', {}, LIMITED)).toBe('{}')
  const draft = { taxCode: canaries.counterparties!.taxCode! }
  expect(await found('DuplicateService.FindDuplicates', draft, 'admin')).toContain('ТОВ «Відкрите»')
  expect(await found('DuplicateService.FindDuplicates', draft, LIMITED)).toContain('FIELD_LIMITED')
})

test('a list does not know a hidden field in filters, orders and relations', async () => {
  let refused = 0
  for (const door of doors.filter(({ method }) => method.rpc.input.field.filter !== undefined && method.rpc.name.startsWith('List') && resourceOf(method) === method.section && canaries[method.section] !== undefined)) {
    const known = (text: string): string[] => /(?:fields|relations): ([\w, .]+)/.exec(text)?.[1]?.split(', ') ?? []
    const hidden = new Set(limitableFields(contract.records).get(door.method.section)!.filter(({ hideable }) => hideable).map(({ name }) => name))
    const [base] = requestsFor(door, ids, '')
    const open = known((await ask(door, { ...base, filter: 'zzz="1"' }, LIMITED)).text)
    const every = known((await ask(door, { ...base, filter: 'zzz="1"' }, 'admin')).text)
    expect(every.length).toBeGreaterThan(0)
    expect(open.filter((field) => hidden.has(field))).toEqual([])
    for (const field of every.filter((each) => hidden.has(each))) {
      const [asked, unknown] = [await ask(door, { ...base, filter: `${field}="x"` }, LIMITED), await ask(door, { ...base, filter: 'zzz="x"' }, LIMITED)]
      expect(asked.text.replaceAll(field, 'zzz')).toBe(unknown.text)
      const order = await ask(door, { ...base, orderBy: field }, LIMITED)
      expect([field, order.code]).toEqual([field, 'INVALID_ARGUMENT'])
      refused++
    }
  }
  const parties = doors.find(({ name }) => name === 'CounterpartyService.ListCounterparties')!
  for (const filter of ['channels.any(value:"677")', 'calls.any(number:"677")', 'opportunities.any(amount > 1)', 'quietSince < -1d', 'interests.any(subject:"Kanar")']) {
    expect([filter, (await ask(parties, { filter }, 'admin')).code]).toEqual([filter, 'OK'])
    expect([filter, (await ask(parties, { filter }, LIMITED)).code]).toEqual([filter, 'INVALID_ARGUMENT'])
  }
  expect(refused).toBeGreaterThan(20)
})
