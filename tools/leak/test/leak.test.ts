// What somebody may not see does not reach them through any RPC of the contract: neither in answers nor in errors, nor
// by asking whether a filter finds it or a page begins after it. Seen failing with the scope taken out of the list of
// opportunities (found in ListOpportunities and GetBoard), out of the related records of the card (GetCounterpartyCard) and out of
// the change of requests (TakeRequest, WaitRequest).
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { contacts } from '@vitrylo/contacts'
import { directory } from '@vitrylo/directory'
import type { BusEvent } from '@vitrylo/events'
import { exec, many, sql, type Pool } from '@vitrylo/pg'
import { CounterpartyServiceService as Counterparties, CreateCounterpartyRequest } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { ContactPersonServiceService as Persons, CreateContactPersonRequest } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { CreateInteractionRequest, InteractionServiceService as Interactions } from '@vitrylo/proto/vitrylo/contacts/v1/interaction_service.ts'
import { ConsentPurposeServiceService as Purposes, CreateConsentPurposeRequest } from '@vitrylo/proto/vitrylo/contacts/v1/consent_purpose_service.ts'
import { ConsentServiceService as Consents, CreateConsentRequest } from '@vitrylo/proto/vitrylo/contacts/v1/consent_service.ts'
import { DuplicateServiceService as Duplicates } from '@vitrylo/proto/vitrylo/contacts/v1/duplicate_service.ts'
import { ImportServiceService as Imports } from '@vitrylo/proto/vitrylo/contacts/v1/import_service.ts'
import { SavedFilter } from '@vitrylo/proto/vitrylo/directory/v1/saved_filter.ts'
import { SavedFilterServiceService as SavedFilters } from '@vitrylo/proto/vitrylo/directory/v1/saved_filter_service.ts'
import { Import } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { OpportunityImportServiceService as OpportunityImports } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_import_service.ts'
import { LegalHold } from '@vitrylo/proto/vitrylo/contacts/v1/legal_hold.ts'
import { LegalHoldServiceService as Holds } from '@vitrylo/proto/vitrylo/contacts/v1/legal_hold_service.ts'
import { SubjectRequestServiceService as Subjects } from '@vitrylo/proto/vitrylo/contacts/v1/subject_request_service.ts'
import { RetentionRule } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule.ts'
import { OpportunityRetentionRuleServiceService as DealRules } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_retention_rule_service.ts'
import { RequestRetentionRuleServiceService as RequestRules } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_retention_rule_service.ts'
import { SignInRetentionRuleServiceService as SignInRules } from '@vitrylo/proto/vitrylo/sessions/v1/sign_in_retention_rule_service.ts'
import { CallRetentionRuleServiceService as CallRules } from '@vitrylo/proto/vitrylo/telephony/v1/call_retention_rule_service.ts'
import { RetentionRuleServiceService as Retention } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule_service.ts'
import { CreateRelationRequest, RelationServiceService as Relations } from '@vitrylo/proto/vitrylo/contacts/v1/relation_service.ts'
import { RelationKindServiceService as RelationKinds } from '@vitrylo/proto/vitrylo/contacts/v1/relation_kind_service.ts'
import { ContactPersonFileServiceService as PersonFiles } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_file_service.ts'
import { CounterpartyFileServiceService as CounterpartyFiles } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_file_service.ts'
import { OpportunityFileServiceService as OpportunityFiles } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_file_service.ts'
import { RequestFileServiceService as RequestFiles } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_file_service.ts'
import { CreateOpportunityRequest, OpportunityServiceService as Opportunities } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_service.ts'
import { CreateRequestRequest, RequestServiceService as Requests } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_service.ts'
import { CallServiceService as Calls } from '@vitrylo/proto/vitrylo/telephony/v1/call_service.ts'
import { CreatePbxRequest, PbxServiceService as Pbxes } from '@vitrylo/proto/vitrylo/telephony/v1/pbx_service.ts'
import { AuditFactEvent } from '@vitrylo/proto/events.ts'
import { AuditFact } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import { ExportFormat } from '@vitrylo/proto/vitrylo/contacts/v1/export_service.ts'
import { TableFormat } from '@vitrylo/proto/vitrylo/files/v1/table.ts'
import { sales } from '@vitrylo/sales'
import { serviceDesk } from '@vitrylo/service-desk'
import { telephony } from '@vitrylo/telephony'
import { sessions } from '@vitrylo/gateway'
import { branches, defineField, fileClient, people, startTestService, tableClient, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { exportClient } from '../../../services/contacts/test/export-client.ts'
import { contract, doors, knock, namesRecord, recordsOf, requestsFor, resourceOf, type Door } from './doors.ts'

const WORD = 'CANARYQX'
const SECRET = 'LEAK7731'
const CANARY = `${WORD} ${SECRET}`
const OUTSIDERS = ['olena', 'nadia', 'owner', 'nobody'] as const satisfies PersonName[]

const services: Record<string, TestService> = {}
const ids: Record<string, string[]> = {}
beforeAll(async () => {
  const definitions = { directory, contacts, sales, servicedesk: serviceDesk, telephony, sessions }
  for (const [area, definition] of Object.entries(definitions)) services[area] = await startTestService(definition)
  await plant()
  await plantMessages(services.directory!.pool)
  await plantOwn()
  await plantSession(services.sessions!.pool)
  await plantAudit(services.directory!)
})
afterAll(async () => {
  await Promise.all(Object.values(services).map((service) => service.stop()))
})

/** In Lviv everything that Kyiv must not see; in Kyiv one client who has also dealt with Lviv. */
async function plant(): Promise<void> {
  const { contacts: book, sales: funnel, servicedesk: desk, telephony: phones } = services as Record<string, TestService>
  const lviv = { branchId: branches.lviv, ownerId: people.bohdan.id }
  const client = (displayName: string, branchId: string, responsibleId: string, more: object = {}) =>
    book!.call(Counterparties.createCounterparty, CreateCounterpartyRequest.fromPartial({ counterparty: { kind: 'COUNTERPARTY_KIND_ORGANISATION', displayName, branchId, responsibleId, ...more } }))
  await defineField(book!, 'counterparties', 'canary', { filterable: true, searchable: true })
  const hidden = await client(CANARY, branches.lviv, people.bohdan.id, { fullName: CANARY, note: CANARY, source: CANARY, industry: CANARY, segment: CANARY, tags: [CANARY], externalId: CANARY, custom: { canary: CANARY } })
  const shown = await client('ТОВ «Видиме»', branches.kyiv, people.nadia.id)
  const person = await book!.call(Persons.createContactPerson, CreateContactPersonRequest.fromPartial({ contactPerson: { displayName: CANARY, note: CANARY, positions: [{ counterpartyId: hidden.id, title: CANARY }] } }))
  const meet = (counterpartyId: string) =>
    book!.call(Interactions.createInteraction, CreateInteractionRequest.fromPartial({ interaction: { kind: 'INTERACTION_KIND_MEETING', subject: CANARY, text: CANARY, place: CANARY, startTime: new Date(Date.now() + 3_600_000), counterpartyIds: [counterpartyId], ...lviv } as object }))
  const interactions = [await meet(hidden.id), await meet(shown.id)]
  const { relationKinds } = await book!.call(RelationKinds.listRelationKinds, { pageSize: 0, pageToken: '', filter: '', orderBy: '' })
  // One in each picture, and one without: the client in Kyiv stands with the one in Lviv.
  const kinds = ['RELATION_CHART_ORGANISATION', 'RELATION_CHART_REFERRAL', 'RELATION_CHART_UNSPECIFIED'].map((chart) => relationKinds.find((kind) => kind.chart === chart)!.id)
  const relations = await Promise.all(kinds.map((kindId) => book!.call(Relations.createRelation, CreateRelationRequest.fromPartial({ relation: { kindId, fromId: hidden.id, toId: shown.id, note: CANARY } }))))
  const purpose = await book!.call(Purposes.createConsentPurpose, CreateConsentPurposeRequest.fromPartial({ consentPurpose: { name: { uk: 'Мета', en: 'Purpose' }, text: { uk: 'Текст', en: 'Text' } } }))
  const consent = await book!.call(Consents.createConsent, CreateConsentRequest.fromPartial({ consent: { counterpartyId: hidden.id, purposeId: purpose.id, source: 'CONSENT_SOURCE_PAPER', evidence: CANARY } as object }))
  await pass(book!, funnel!, desk!, phones!)
  const deal = (counterpartyId: string) =>
    funnel!.call(Opportunities.createOpportunity, CreateOpportunityRequest.fromPartial({ opportunity: { title: CANARY, note: CANARY, product: CANARY, externalId: `${CANARY} ${counterpartyId}`, counterpartyId, ...lviv } }))
  const deals = [await deal(hidden.id), await deal(shown.id)]
  const ask = (counterpartyId: string) =>
    desk!.call(Requests.createRequest, CreateRequestRequest.fromPartial({ request: { channel: 'REQUEST_CHANNEL_VISIT', subject: CANARY, body: CANARY, counterpartyId, ...lviv } as object }))
  const requests = [await ask(hidden.id), await ask(shown.id)]
  const pbx = await phones!.call(Pbxes.createPbx, CreatePbxRequest.fromPartial({ pbx: { name: CANARY, kind: 'PBX_KIND_ASTERISK_AMI', host: '127.0.0.1', port: 1, username: 'u', secret: CANARY, branchId: branches.lviv } as object }))
  const subject = await book!.call(Subjects.requestSubjectFile, { counterpartyId: hidden.id, contactPersonId: '', ground: CANARY })
  const hold = await book!.call(Holds.createLegalHold, { legalHold: LegalHold.fromPartial({ counterpartyId: hidden.id, reason: CANARY }) })
  const rule = await book!.call(Retention.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ displayName: CANARY, resource: 'counterparties', ageMonths: 600 }) })
  const rules = await Promise.all(([[funnel!, DealRules, 'opportunities'], [desk!, RequestRules, 'requests'], [phones!, CallRules, 'calls'], [services.sessions!, SignInRules, 'sign-ins']] as const).map(([service, rpc, resource]) =>
    service.call(rpc.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ displayName: CANARY, resource, ageMonths: 600 }) })))
  await pass(funnel!, book!)
  await pass(desk!, book!)
  Object.assign(ids, {
    counterparties: [hidden.id, shown.id], 'contact-persons': [person.id], opportunities: deals.map(({ id }) => id), requests: requests.map(({ id }) => id),
    interactions: interactions.map(({ id }) => id), relations: relations.map(({ id }) => id), 'relation-kinds': kinds.slice(0, 1), consents: [consent.id], 'subject-requests': [subject.id], 'legal-holds': [hold.id], 'retention-rules': [rule.id], 'opportunity-retention-rules': [rules[0]!.id], 'request-retention-rules': [rules[1]!.id], 'call-retention-rules': [rules[2]!.id], 'sign-in-retention-rules': [rules[3]!.id], 'consent-purposes': [purpose.id],
    pbxes: [pbx.id], pbxs: [pbx.id], employees: [people.bohdan.id], branches: [branches.lviv], branchs: [branches.lviv],
  })
}

/** Bohdan, of Lviv, has sent a message and been told something. */
async function plantMessages(pool: Pool): Promise<void> {
  const { id, name } = people.bohdan
  await exec(pool, sql`insert into branch (id, name, code, revision, created_at, updated_at) values (${branches.lviv}, 'Львів', '', 1, now(), now()) on conflict do nothing`)
  await exec(pool, sql`insert into employee (id, display_name, position, branch_id, username, groups, disabled, external_id, revision, created_at, updated_at)
    values (${id}, ${name}, '', ${branches.lviv}, 'planted-bohdan', '{}', false, '', 1, now(), now()) on conflict do nothing`)
  const [message] = await many<{ id: string }>(pool, sql`insert into message (id, text, sender_id, branch_id, employee_id, everybody, must_read, recipient_count, created_at)
    values (uuidv7(), ${CANARY}, ${id}, ${branches.lviv}, ${id}, false, false, 1, now()) returning id`)
  const [notification] = await many<{ id: string }>(pool, sql`insert into notification (employee_id, kind, title, message_id, in_client, created_at)
    values (${id}, 'message', ${CANARY}, ${message!.id}, true, now()) returning id`)
  const [account] = await many<{ id: string }>(pool, sql`insert into integration_account (id, name, owner_id, groups, scopes, requests_per_minute, revision, created_at, updated_at)
    values (uuidv7(), ${CANARY}, ${id}, '{}', array[${CANARY}], 0, 1, now(), now()) returning id`)
  const [handover] = await many<{ id: string }>(pool, sql`insert into handover (id, employee_id, created_at) values (uuidv7(), ${id}, now()) returning id`)
  await exec(pool, sql`insert into handover_state (handover_id, ordinal, kind) values (${handover!.id}, 1, ${CANARY})`)
  Object.assign(ids, { messages: [message!.id], notifications: [notification!.id], 'integration-accounts': [account!.id], handovers: [handover!.id] })
}

/** What is his alone: files that he takes in, a search, a saved filter; and a call of Lviv, as an exchange would have brought it. */
async function plantOwn(): Promise<void> {
  const { directory: firm, contacts: book, sales: funnel, telephony: phones } = services as Record<string, TestService>
  const as = { as: 'bohdan' } as const
  const filter = await firm!.call(SavedFilters.createSavedFilter, { savedFilter: SavedFilter.fromPartial({ displayName: CANARY, resource: 'counterparties' }) }, as)
  const file = await book!.call(Imports.createImport, { import: Import.fromPartial({ kind: 'counterparty', fileName: CANARY }) }, as)
  const deals = await funnel!.call(OpportunityImports.createImport, { import: Import.fromPartial({ kind: 'opportunity', fileName: CANARY }) }, as)
  const search = await book!.call(Duplicates.createDuplicateSearch, {}, as)
  await until(async () => (await book!.call(Duplicates.getDuplicateSearch, { id: search.id }, as)).state === 'DUPLICATE_SEARCH_STATE_DONE')
  const call = '01900000-0000-7000-8000-0000000000c7'
  const none = { answeredBy: null, ownerAgent: null, agentsRung: [], transfers: [], legKeys: [], waitSeconds: 1, talkSeconds: 1, holdSeconds: 0, holdCount: 0, withheld: false }
  const facts = { ...none, id: call, pbxId: call, direction: 'inbound', origin: 'direct', state: 'ended', customerNumber: '+380671234567', customerNumberRaw: CANARY, line: CANARY, queues: [CANARY], startTime: 0, answerTime: 0, endTime: 1, disposition: 'answered', endedBy: 'caller', certainty: 'exact' }
  await exec(phones!.pool, sql`insert into call (id, pbx_id, branch_id, owner_id, direction, state, disposition, customer_number, line, queues, started_at, ended_at, facts, matches, revision, created_at, updated_at)
    values (${call}, ${call}, ${branches.lviv}, ${people.bohdan.id}, 'inbound', 'ended', 'answered', '+380671234567', ${CANARY}, ${[CANARY]}::text[], now(), now(), ${JSON.stringify(facts)}, '[]', 1, now(), now())`)
  Object.assign(ids, { 'saved-filters': [filter.id], imports: [file.id], 'opportunity-imports': [deals.id], 'duplicate-searches': [search.id], calls: [call] })
}

/** And he is on-line. */
async function plantSession(pool: Pool): Promise<void> {
  const [session] = await many<{ id: string }>(pool, sql`insert into session (id_hash, subject, grant_sealed, created_at, used_at, expires_at, username, employee_id, address, agent)
    values ('\\x01', 'subject-of-bohdan', '\\x01', now(), now(), now() + interval '1 hour', 'bohdan', ${people.bohdan.id}, ${CANARY}, ${CANARY}) returning id`)
  await exec(pool, sql`insert into sign_in_entry (at, kind, subject, username, employee_id, address, agent)
    values (now(), 'signed-in', 'subject-of-bohdan', 'bohdan', ${people.bohdan.id}, ${CANARY}, ${CANARY})`)
  await exec(pool, sql`insert into bulk_read (at, caller_key, hour, username, employee_id, records, threshold, address) values (now(), 'bohdan', 1, 'bohdan', ${people.bohdan.id}, 2, 1, ${CANARY})`)
  Object.assign(ids, { sessions: [session!.id], 'my-sessions': [session!.id] })
}

/** What he did stands in the audit log, which outsiders may look at as far as their own right of it reaches. */
async function plantAudit(service: TestService): Promise<void> {
  for (const [group, scope] of [['telephonists', 'branch'], ['sales-managers', 'department'], ['own-only', 'own']]) {
    await exec(service.pool, sql`update rights_group set cells = cells || ${JSON.stringify([{ section: 'audit', action: 'view', scope }])}::jsonb where name = ${group}`)
  }
  await exec(service.pool, sql`update rights_version set version = version + 1`)
  const id = '01900000-0000-7000-8000-0000000000ad'
  const data = AuditFact.fromPartial({
    kind: 'AUDIT_KIND_WRITE', section: 'counterparties', action: 'change', method: 'CounterpartyService.UpdateCounterparty', recordId: ids.counterparties![0]!, actorId: people.bohdan.id, username: CANARY,
    branchId: branches.lviv, ownerId: people.bohdan.id, count: 1, detail: CANARY, fields: ['note'], changes: [{ field: 'note', before: CANARY, after: CANARY }],
  })
  await service.receive({ id, type: AuditFactEvent, key: id, revision: 1, data })
  Object.assign(ids, { 'audit-entries': [id], 'record-history': [ids.counterparties![0]!] })
}

/** What one service tells, in the others, as a bus would carry it. */
async function pass(from: TestService, ...to: TestService[]): Promise<void> {
  const told = (await from.published()).map((event): BusEvent => ({ ...event, time: new Date(event.time).toISOString() }))
  for (const service of to) {
    await service.bus.publish(told)
    await until(async () => (await many(service.pool, sql`select distinct event_id from inbox where event_id = any(${told.map(({ id }) => id)}::uuid[])`)).length > 0)
  }
}

const of = (door: Door): TestService => services[door.area]!

test('nothing of a record that is out of reach comes out of any reading RPC', async () => {
  const leaks: string[] = []
  const shown = new Set<string>()
  let asked = 0
  for (const door of doors.filter(({ method }) => method.safe)) {
    for (const request of requestsFor(door, ids, WORD)) {
      if ((await knock(of(door), door, request, 'admin')).text.includes(SECRET)) shown.add(door.name)
      for (const who of OUTSIDERS) {
        asked++
        if ((await knock(of(door), door, request, who)).text.includes(SECRET)) leaks.push(`${door.name} as ${who}`)
      }
    }
  }
  expect(leaks).toEqual([])
  // The same questions do find it for who may see it: else the test would be blind.
  expect([...shown].sort()).toEqual(expect.arrayContaining([
    'ConsentService.GetConsent', 'ConsentService.ListConsents', 'ContactPersonService.GetContactPerson', 'CounterpartyService.GetCounterparty', 'CounterpartyService.GetCounterpartyCard', 'CounterpartyService.ListCounterparties',
    'CounterpartyService.ListTimeline', 'CounterpartyService.SearchCounterparties', 'InteractionService.GetInteraction', 'InteractionService.ListInteractions', 'OpportunityService.GetBoard', 'OpportunityService.GetOpportunity',
    'OpportunityService.ListOpportunities', 'PbxService.ListPbxes', 'RelationService.GetOrganisationChart', 'RelationService.GetReferralGraph', 'RelationService.GetRelation', 'RelationService.ListRelations', 'RequestService.GetRequest', 'RequestService.ListRequests', 'LegalHoldService.ListLegalHolds', 'SubjectRequestService.GetSubjectRequest', 'SubjectRequestService.ListSubjectRequests',
    'IntegrationAccountService.GetIntegrationAccount', 'IntegrationAccountService.ListIntegrationAccounts', 'SessionService.ListBulkReads', 'HandoverService.GetHandover', 'HandoverService.ListHandovers',
    'CallService.GetCall', 'CallService.ListCalls', 'CardService.GetCards', 'AuditService.GetAuditEntry', 'AuditService.ListAuditEntries', 'AuditService.ListRecordHistory', 'MessageService.GetMessage', 'MessageService.ListMessages', 'SessionService.ListSessions', 'SessionService.ListSignIns',
  ]))
  expect(asked).toBeGreaterThan(100)
})

test('no filter, no order and no foreign page token tells whether there is such a record', async () => {
  const told: string[] = []
  let oracles = 0
  for (const door of doors.filter(({ method }) => method.rpc.input.field.filter !== undefined && method.section !== '')) {
    const [base] = requestsFor(door, ids, WORD)
    const fields = /fields: ([\w, .]+)/.exec((await knock(of(door), door, { ...base, filter: 'zzz="1"' }, 'admin')).text)?.[1]?.split(', ') ?? []
    for (const who of ['olena', 'owner'] as const) {
      for (const field of fields) {
        const answer = async (value: string) => (await knock(of(door), door, { ...base, filter: `${field}="${value}"` }, who)).text.replaceAll(value, '…')
        oracles++
        if ((await answer(CANARY)) !== (await answer('NOBODYHASTHIS'))) told.push(`${door.name} ${field} as ${who}`)
      }
      if (door.method.rpc.input.field.pageToken === undefined) continue
      const first = await knock(of(door), door, { ...base, pageSize: 1 }, 'admin')
      const token = first.json.nextPageToken
      if (typeof token !== 'string' || token === '') continue
      oracles++
      const next = await knock(of(door), door, { ...base, pageSize: 1, pageToken: token }, who)
      if (next.text.includes(SECRET)) told.push(`${door.name} by a token as ${who}`)
    }
  }
  expect(told).toEqual([])
  expect(oracles).toBeGreaterThan(50)
})

// Seen failing while words were gathered beside it.
test('no changing RPC does anything to a record that is out of reach, nor tells of it', async () => {
  const goOn = await holdGathering(services.contacts!.pool)
  const before = await digests()
  const wrong: string[] = []
  const refused: Record<string, number> = {}
  for (const door of doors.filter(({ method }) => !method.safe && !method.rpc.name.startsWith('Create') && !['create', 'signed-in'].includes(method.action))) {
    for (const request of requestsFor(door, ids, WORD)) {
      for (const who of OUTSIDERS) {
        // The client in Kyiv is within reach of some.
        if (JSON.stringify(request).includes(ids.counterparties![1]!)) continue
        const { code, text } = await knock(of(door), door, request, who)
        refused[code] = (refused[code] ?? 0) + 1
        if (code === 'OK' || text.includes(SECRET)) wrong.push(`${door.name} as ${who}: ${code}`)
      }
    }
  }
  expect(wrong).toEqual([])
  expect(await digests()).toEqual(before)
  await goOn()
  // Most come as far as the record; those that are refused for their form prove nothing about rights.
  expect(refused.NOT_FOUND ?? 0).toBeGreaterThan(20)
})

test('every RPC has a right of its own; those for any signed-in caller are these', () => {
  expect(contract.methods.filter(({ action }) => action === 'signed-in').map(({ rpc }) => `${rpc.parent.name}.${rpc.name}`).sort()).toEqual(SIGNED_IN)
  expect(doors.filter((door) => of(door) === undefined).map(({ name }) => name)).toEqual([])
})

// Seen failing: no interaction planted, so that every RPC of theirs was asked for nothing at all and refused for its form.
test('every RPC that names a record is asked for one; those that are not are these', () => {
  expect([...new Set(doors.filter((door) => namesRecord(door) && recordsOf(door, ids).length === 0).map(({ method }) => resourceOf(method)))].sort()).toEqual(NOT_PLANTED)
  expect(contract.methods.filter(({ stream }) => stream !== 'unary').map(({ rpc }) => `${rpc.parent.name}.${rpc.name}`).sort()).toEqual(STREAMS)
})

// Seen failing with the scope taken out of the page of counterparties: every format held it.
test('no file of counterparties holds one that is out of reach', async () => {
  const { download, close } = exportClient(services.contacts!)
  for (const format of Object.values(ExportFormat)) {
    const textAs = async (who: PersonName) => (await download({ format }, who).catch(({ message }: Error) => Buffer.from(message))).toString('latin1')
    // A workbook is packed, and is written from the same pages as the other files.
    if (format !== ExportFormat.XLSX && format !== ExportFormat.UNRECOGNIZED) expect(await textAs('admin')).toContain(SECRET)
    for (const who of OUTSIDERS) expect([format, who, (await textAs(who)).includes(SECRET)]).toEqual([format, who, false])
  }
  close()
})

// Seen failing with the right to export taken out of the pages of opportunities, requests and calls.
test('no file of a list holds a record that is out of reach, nor one that may be seen and not exported', async () => {
  for (const { area, rpc } of TABLES) {
    const { pool, refreshed } = services[area]!
    const { download, close } = tableClient(services[area]!, rpc)
    await pool.query(`update rights_group set cells = (select jsonb_agg(case when c->>'action' = 'export' then c || '{"scope": "own"}' else c end) from jsonb_array_elements(cells) c) where name = 'sales-heads'`)
    await pool.query('update rights_version set version = version + 1')
    await refreshed()
    for (const format of [TableFormat.CSV, TableFormat.JSON]) {
      const textAs = async (who: PersonName) => (await download({ format }, who).then(({ bytes }) => bytes, ({ message }: Error) => Buffer.from(message))).toString()
      expect(await textAs('admin')).toContain(SECRET)
      for (const who of [...OUTSIDERS, 'head'] as const) expect([rpc.path, format, who, (await textAs(who)).includes(SECRET)]).toEqual([rpc.path, format, who, false])
    }
    close()
  }
})

test('no file of a record that is out of reach is given to anybody, and no name of one', async () => {
  for (const { area, resource, table, rpcs } of FILES) {
    const service = services[area]!
    await defineField(service, resource, 'canary_file', { kind: 'CUSTOM_FIELD_KIND_FILE' })
    const client = fileClient(service, rpcs)
    const { id } = await client.upload({ field: 'canary_file', name: `${SECRET}.txt`, data: Buffer.from(CANARY) })
    const recordId = ids[resource]![0]!
    const value = JSON.stringify({ canary_file: { id, name: `${SECRET}.txt`, size: CANARY.length, type: 'text/plain', time: new Date().toISOString() } })
    await exec(service.pool, sql`update ${sql([table])} set custom = custom || ${value}::jsonb where id = ${recordId}`)
    const textAs = (who: PersonName) => client.download(recordId, id, who).then(({ bytes, parts }) => `${bytes} ${JSON.stringify(parts.map(({ extensions }) => extensions))}`, (error: Error) => `${error.message} ${JSON.stringify(error)}`)
    expect(await textAs('admin')).toContain(SECRET)
    for (const who of OUTSIDERS) expect([resource, who, (await textAs(who)).includes(SECRET)]).toEqual([resource, who, false])
    for (const who of OUTSIDERS.slice(0, 3)) expect([resource, who, await client.download(recordId, id, who).then(() => 'given', ({ code }) => code)]).toEqual([resource, who, 'NOT_FOUND'])
    client.close()
  }
})

test('what the journal of sign-ins is told, the audit log is told too', async () => {
  const told = (await services.sessions!.recorded()).filter(({ section, action }) => section === 'sessions' && action === 'signed-in')
  expect(told).toMatchObject([{ kind: 'AUDIT_KIND_SESSION', method: 'Session.signed-in', username: 'bohdan', actorId: people.bohdan.id, branchId: branches.lviv, address: CANARY, count: 1 }])
})

const FILES = [
  { area: 'contacts', resource: 'counterparties', table: 'counterparty', rpcs: { upload: CounterpartyFiles.uploadCounterpartyFile, download: CounterpartyFiles.downloadCounterpartyFile } },
  { area: 'contacts', resource: 'contact-persons', table: 'contact_person', rpcs: { upload: PersonFiles.uploadContactPersonFile, download: PersonFiles.downloadContactPersonFile } },
  { area: 'sales', resource: 'opportunities', table: 'opportunity', rpcs: { upload: OpportunityFiles.uploadOpportunityFile, download: OpportunityFiles.downloadOpportunityFile } },
  { area: 'servicedesk', resource: 'requests', table: 'request', rpcs: { upload: RequestFiles.uploadRequestFile, download: RequestFiles.downloadRequestFile } },
]

const TABLES = [
  { area: 'contacts', rpc: Persons.exportContactPersons },
  { area: 'sales', rpc: Opportunities.exportOpportunities },
  { area: 'servicedesk', rpc: Requests.exportRequests },
  { area: 'telephony', rpc: Calls.exportCalls },
]

// Here the tests of their own services are the only ones: whatever is new comes into one of these lists, or is planted.
const NOT_PLANTED = [
  'counterparty-merges', 'custom-fields', 'custom-sections', 'departments', 'duplicate-pairs', 'grants', 'groups', 'my-app-passwords', 'pipelines', 'queues', 'staff-positions',
]
const STREAMS = [
  'AuditService.ExportAuditEntries', 'CallService.ExportCalls', 'ContactPersonFileService.DownloadContactPersonFile',
  'ContactPersonFileService.UploadContactPersonFile', 'ContactPersonService.ExportContactPersons',
  'CounterpartyFileService.DownloadCounterpartyFile', 'CounterpartyFileService.UploadCounterpartyFile', 'ExportService.ExportCounterparties',
  'HandoverService.DownloadHandoverReport', 'ImportService.DownloadImportErrors', 'ImportService.UploadImport',
  'OpportunityFileService.DownloadOpportunityFile', 'OpportunityFileService.UploadOpportunityFile', 'OpportunityImportService.DownloadImportErrors',
  'OpportunityImportService.UploadImport', 'OpportunityService.ExportOpportunities', 'PbxService.UploadPbxJournal',
  'RequestFileService.DownloadRequestFile', 'RequestFileService.UploadRequestFile', 'RequestService.ExportRequests',
  'SubjectRequestService.DownloadSubjectFile', 'TimelineService.DownloadTimeline',
]

// A saved filter is decided record by record: its owner, and the groups that it is shared with. Definitions of custom fields are
// what every form is made of: they hold no record. Sessions, notifications and app passwords are one's own. Cards are of two sections, and have the
// scope of each in their statements: GetCards is asked here, the others by tools/cards.
const SIGNED_IN = [
  'AppPasswordService.CreateAppPassword', 'AppPasswordService.DeleteAppPassword', 'AppPasswordService.ListAppPasswords',
  'AuditService.ListRecordHistory',
  'CallService.MarkCallSeen', 'CardService.DeleteCard', 'CardService.GetCards', 'CardService.PutCard', 'CardService.SyncCards', 'CustomFieldService.GetCustomField', 'CustomFieldService.ListCustomFields', 'CustomSectionService.GetCustomSection',
  'CustomSectionService.ListCustomSections', 'GrantService.ListSections', 'GroupService.ListGroupTitles', 'MeService.GetMe', 'NotificationService.GetNotificationSettings',
  'NotificationService.ListNotifications', 'NotificationService.ReadAllNotifications', 'NotificationService.ReadNotification',
  'NotificationService.SetNotificationSettings', 'SavedFilterService.CreateSavedFilter', 'SavedFilterService.DeleteSavedFilter',
  'SavedFilterService.GetSavedFilter', 'SavedFilterService.ListSavedFilters', 'SavedFilterService.UpdateSavedFilter',
  'SessionService.EndMyOtherSessions', 'SessionService.EndMySession', 'SessionService.ListMySessions',
]

/** Every row of every table that holds business data, per service. */
async function digests(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const [area, { pool }] of Object.entries(services)) found[area] = await digest(pool)
  return found
}

/** Words of the search are gathered by the clock: they stand still from now until what is given back is called. */
async function holdGathering(pool: Pool): Promise<() => Promise<void>> {
  const client = await pool.connect()
  await client.query(`select pg_advisory_lock(hashtextextended('search_words', 0))`)
  return async () => {
    await client.query(`select pg_advisory_unlock(hashtextextended('search_words', 0))`)
    client.release()
  }
}

async function digest(pool: Pool): Promise<string[]> {
  const tables = await many<{ name: string }>(
    pool,
    sql`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
        and table_name !~ '^(outbox|inbox|audit_|rights_|migrations|bus_|pbx_link|consumer)' order by 1`,
  )
  const sums: string[] = []
  for (const { name } of tables) {
    const { rows } = await pool.query<{ sum: string }>(`select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from "${name}" t`)
    sums.push(`${name} ${rows[0]!.sum}`)
  }
  return sums
}
