// What the firm keeps of one person comes out in one file, and goes when the person is erased, in every store, for good. Seen failing: the event of the erasure taken out
// of the outbox with the others of the person (no service erased); figures of a call kept but for a list of names (telephony.call); numbers that an update set anew
// (contacts.related_record); cells of refused rows found by no value (the file); tables that were not named; a copy of the client's name
// that was emptied after the records were told with it (the log after a restore, requests), or before the refused rows that are found by it (sales.import_error); requests
// of nobody that no number was asked for (the file), and a number that another record has too (telephony, service-desk).
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createPgBus, rebuild, type BusEvent } from '@vitrylo/events'
import { createPool, many, sql } from '@vitrylo/pg'
import { Consent } from '@vitrylo/proto/vitrylo/contacts/v1/consent.ts'
import { ConsentPurposeServiceService as purposes, CreateConsentPurposeRequest } from '@vitrylo/proto/vitrylo/contacts/v1/consent_purpose_service.ts'
import { ConsentServiceService as consents } from '@vitrylo/proto/vitrylo/contacts/v1/consent_service.ts'
import { ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { ContactPersonServiceService as persons } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { CounterpartyServiceService as counterparties, SearchCounterpartiesRequest, UpdateCounterpartyRequest } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { Interaction } from '@vitrylo/proto/vitrylo/contacts/v1/interaction.ts'
import { InteractionServiceService as interactions } from '@vitrylo/proto/vitrylo/contacts/v1/interaction_service.ts'
import { MergeServiceService as merges } from '@vitrylo/proto/vitrylo/contacts/v1/merge_service.ts'
import { CreateRelationRequest, RelationServiceService as relations } from '@vitrylo/proto/vitrylo/contacts/v1/relation_service.ts'
import { RelationKindServiceService as relationKinds } from '@vitrylo/proto/vitrylo/contacts/v1/relation_kind_service.ts'
import type { SubjectRequest } from '@vitrylo/proto/vitrylo/contacts/v1/subject_request.ts'
import { SubjectRequestServiceService as subjects } from '@vitrylo/proto/vitrylo/contacts/v1/subject_request_service.ts'
import { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { OpportunityServiceService as opportunities } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_service.ts'
import { Request } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { RequestServiceService as requests } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_service.ts'
import type { Subject, SubjectPlace } from '@vitrylo/service'
import { people, until } from '@vitrylo/testkit'
import { contacts } from '../../../services/contacts/src/index.ts'
import { places as inContacts } from '../../../services/contacts/src/subject/places.ts'
import { places as inDirectory } from '../../../services/directory/src/subject/places.ts'
import { places as inSales } from '../../../services/sales/src/subject/places.ts'
import { places as inServiceDesk } from '../../../services/service-desk/src/subject/places.ts'
import { places as inTelephony } from '../../../services/telephony/src/subject/places.ts'
import { enterRegister, readRegister } from '../src/register.ts'
import { openFirm, SERVICES, tablesWith, type Firm, type Name } from './subject-firm.ts'
import { unzipped } from './unzip.ts'

const PLACES: Record<Name, readonly SubjectPlace[]> = { contacts: inContacts, sales: inSales, 'service-desk': inServiceDesk, telephony: inTelephony, directory: inDirectory }
const MARK = 'MARKXQ'
/** What stands in no column of its own name: typed through the doors. */
const TYPED = `${MARK}typed`
/** In texts about others, or between others, that lead to the person by the address of a record. */
const LOOK = 'LOOKXQ'
const NUMBER = '+380671112233'
/** The neighbour has it too: what came from it may be anybody's of the two. */
const SHARED = '+380671112244'
const NEIGHBOUR = 'Сусідня фірма'

let firm: Firm
const ids: Record<string, string> = {}
let planted: { name: string; derived: boolean; kept: boolean }[] = []

beforeAll(async () => {
  firm = await openFirm()
  await firm.startAll()
  await seed()
  planted = await plant()
})
afterAll(() => firm.close())

const settled = <T>(check: () => Promise<T>) => until(check, { timeoutMs: 60_000, everyMs: 50 })
const later = new Date(Date.now() + 3_600_000)

async function seed(): Promise<void> {
  const { call } = firm
  const client = async (displayName: string, more: object = {}) =>
    (await call('contacts', counterparties.createCounterparty, { counterparty: Counterparty.fromPartial({ kind: 'COUNTERPARTY_KIND_PERSON', displayName, ...more }) })).id
  const phone = (e164: string) => ({ kind: 'CHANNEL_KIND_PHONE' as const, value: e164, e164 })
  ids.person = await client(TYPED, { channels: [phone(NUMBER), phone(SHARED)], addresses: [{ kind: 'ADDRESS_KIND_POSTAL', city: TYPED }], note: TYPED })
  ids.twin = await client(`${TYPED} двійник`)
  ids.neighbour = await client(NEIGHBOUR, { channels: [phone(SHARED)] })
  const acts = async (displayName: string, ...at: string[]) =>
    (await call('contacts', persons.createContactPerson, { contactPerson: ContactPerson.fromPartial({ displayName, positions: at.map((counterpartyId) => ({ counterpartyId, title: 'родич' })) }) })).id
  ids.relative = await acts(`${TYPED} родич`, ids.person)
  ids.colleague = await acts('Спільний Знайомий', ids.person, ids.neighbour)
  const meet = async (...at: string[]) =>
    (await call('contacts', interactions.createInteraction, { interaction: Interaction.fromPartial({ kind: 'INTERACTION_KIND_MEETING', subject: at.length > 1 ? 'Спільна зустріч' : TYPED, startTime: later, counterpartyIds: at }) })).id
  ids.meeting = await meet(ids.person)
  ids.shared = await meet(ids.person, ids.neighbour)
  await call('contacts', counterparties.createNote, { counterpartyId: ids.person, text: TYPED })
  const { relationKinds: kinds } = await call('contacts', relationKinds.listRelationKinds, { pageSize: 0, pageToken: '', filter: '', orderBy: '' })
  await call('contacts', relations.createRelation, CreateRelationRequest.fromPartial({ relation: { kindId: kinds[0]!.id, fromId: ids.person, toId: ids.neighbour, note: TYPED } }))
  const purpose = await call('contacts', purposes.createConsentPurpose, CreateConsentPurposeRequest.fromPartial({ consentPurpose: { name: { uk: 'Мета', en: 'Purpose' }, text: { uk: 'Текст', en: 'Text' } } }))
  await call('contacts', consents.createConsent, { consent: Consent.fromPartial({ counterpartyId: ids.person, purposeId: purpose.id, source: 'CONSENT_SOURCE_PAPER', evidence: `${MARK}evidence` }) })
  await settled(async () => (await firm.pool('sales').query('select 1 from counterparty where id = $1', [ids.person])).rowCount === 1)
  await settled(async () => (await firm.pool('service-desk').query('select 1 from counterparty where id = $1', [ids.person])).rowCount === 1)
  ids.opportunity = (await call('sales', opportunities.createOpportunity, { opportunity: Opportunity.fromPartial({ title: TYPED, counterpartyId: ids.person, amount: { amount: '100', currency: 'UAH' }, branchId: people.admin ? undefined : '' }) })).id
  ids.request = (await call('service-desk', requests.createRequest, { request: Request.fromPartial({ channel: 'REQUEST_CHANNEL_MAIL', subject: TYPED, counterpartyId: ids.person, ownerId: people.nadia.id }) })).id
  // Before anybody knew them: by the number alone, and an opportunity made of that.
  ids.earlier = (await call('service-desk', requests.createRequest, { request: Request.fromPartial({ channel: 'REQUEST_CHANNEL_FORM', subject: TYPED, senderName: TYPED, phone: NUMBER }) })).id
  ids.anybody = (await call('service-desk', requests.createRequest, { request: Request.fromPartial({ channel: 'REQUEST_CHANNEL_FORM', subject: 'Чиєсь', senderName: 'Хтось', phone: SHARED }) })).id
  ids.lead = (await call('sales', opportunities.createOpportunity, { opportunity: Opportunity.fromPartial({ title: TYPED, note: TYPED, requestId: ids.earlier, amount: { amount: '5', currency: 'UAH' } }) })).id
  await seedTexts()
  await settled(async () => (await firm.pool('contacts').query(`select 1 from related_record where counterparty_id = $1`, [ids.person])).rowCount === 2)
  await call('contacts', merges.mergeCounterparties, { id: ids.person, mergedId: ids.twin, etag: '', mergedEtag: '', choices: [] })
  await seedTables()
}

/** Of the neighbour, each leads to the person; and one that names nobody's id. */
async function seedTexts(): Promise<void> {
  const { call } = firm
  const link = (name: string, id: string) => `${LOOK}-${name} https://crm.example/counterparties/${id}`
  ids.work = (await call('service-desk', requests.createRequest, { request: Request.fromPartial({ channel: 'REQUEST_CHANNEL_MAIL', subject: 'Чуже', text: link('request', ids.person!), counterpartyId: ids.neighbour }) })).id
  await settled(async () => (await firm.pool('sales').query('select 1 from counterparty where id = $1', [ids.neighbour])).rowCount === 1)
  ids.deal = (await call('sales', opportunities.createOpportunity, { opportunity: Opportunity.fromPartial({ title: 'Угода сусіда', note: link('opportunity', ids.person!), counterpartyId: ids.neighbour, amount: { amount: '1', currency: 'UAH' } }) })).id
  const talk = { kind: 'INTERACTION_KIND_CALL', subject: 'Розмова з сусідом', text: link('interaction', ids.relative!), startTime: later, counterpartyIds: [ids.neighbour!] } as const
  ids.talk = (await call('contacts', interactions.createInteraction, { interaction: Interaction.fromPartial({ ...talk, counterpartyIds: [...talk.counterpartyIds] }) })).id
  await call('contacts', counterparties.createNote, { counterpartyId: ids.neighbour!, text: link('note', ids.twin!) })
  await call('contacts', counterparties.createNote, { counterpartyId: ids.neighbour!, text: `${LOOK}-unlinked ${TYPED.slice(MARK.length)}` })
  await call('contacts', counterparties.updateCounterparty, UpdateCounterpartyRequest.fromPartial({ counterparty: { id: ids.neighbour, note: link('card', ids.person!) }, updateMask: ['note'] }))
}

/** What comes in by ways that a test has not: exchanges, imports, a search for duplicates, mail. */
async function seedTables(): Promise<void> {
  const phones = firm.pool('telephony')
  await settled(async () => (await phones.query('select 1 from party_phone where party_id = $1', [ids.person])).rowCount === 2)
  const facts = JSON.stringify({ customerNumber: NUMBER, customerNumberRaw: TYPED, customerName: TYPED, transfers: [], answeredBy: { extension: TYPED, employeeId: null }, segments: [], offers: [], agentsRung: [], ownerAgent: null, initiator: null, legKeys: [], queues: [], direction: 'outbound', origin: 'direct', state: 'ended', line: '', pbxId: ids.person, startTime: 1, answerTime: null, endTime: 2, disposition: 'answered', endedBy: 'caller', certainty: 'exact', waitSeconds: 0, talkSeconds: 0, holdSeconds: 0, holdCount: 0, withheld: false })
  const insertCall = `insert into call (id, pbx_id, branch_id, direction, state, customer_number, line, queues, started_at, facts, counterparty_id, matches, revision, created_at, updated_at)
    values (uuidv7(), uuidv7(), uuidv7(), 'outbound', 'ended', $3, '', '{}', now(), $1, $2, '[]', 1, now(), now()) returning id`
  ids.call = (await phones.query<{ id: string }>(insertCall, [facts, ids.person, NUMBER])).rows[0]!.id
  ids.unknown = (await phones.query<{ id: string }>(insertCall, [facts, null, NUMBER])).rows[0]!.id
  ids.anyCall = (await phones.query<{ id: string }>(insertCall, [facts.replaceAll(TYPED, 'Хтось').replaceAll(NUMBER, SHARED), null, SHARED])).rows[0]!.id
  await phones.query(`insert into pbx_event (pbx_id, event_id, call_id, leg, at, body) values (uuidv7(), 'e1', $1, 'leg', now(), '{}')`, [ids.call])
  const book = firm.pool('contacts')
  for (const [name, record] of [['contacts', ids.person], ['sales', ids.opportunity]] as const) {
    const { rows } = await firm.pool(name).query<{ id: string }>(`insert into import (id, kind, subject, claims, file_name, encoding, delimiter, mapping, defaults, state, revision, created_at, updated_at)
      values (uuidv7(), 'counterparty', '', '{}', 'f.csv', 'utf-8', ',', '{}', '{}', 'done', 1, now(), now()) returning id`)
    const id = rows[0]!.id
    await firm.pool(name).query(`insert into import_batch (import_id, run, first_row, part, created, updated, at) values ($1, 1, 1, 1, array[$2::uuid, $3::uuid], $4, now())`,
      [id, record, ids.neighbour, JSON.stringify([{ id: record, revision: 1, before: { note: `${MARK}before` }, after: {} }, { id: ids.neighbour, revision: 1, before: { note: 'чуже' }, after: {} }])])
    await firm.pool(name).query(`insert into import_chunk (upload_id, number, import_id, data) values (uuidv7(), 1, $1, convert_to($2, 'UTF8'))`, [id, `${MARK}file`])
    await firm.pool(name).query(`insert into import_error (import_id, line, column_name, field, rule, description, value, cells) values ($1, 2, '', '', '', '', $2, $3)`, [id, `${MARK}refused`, [NUMBER, `${MARK}refused`]])
  }
  await book.query(`insert into duplicate_pair (first_id, second_id, probability, reasons, first_revision, second_revision)
    select least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), 0.9, '[]', 1, 1`, [ids.person, ids.neighbour])
  const firmTables = firm.pool('directory')
  await firmTables.query(`insert into branch (id, name, code, revision, created_at, updated_at) values ($1, 'Дім', '', 1, now(), now()) on conflict do nothing`, [people.admin.id])
  await firmTables.query(`insert into employee (id, display_name, position, branch_id, groups, disabled, external_id, revision, created_at, updated_at) values ($1, 'Хтось', '', $1, '{}', false, '', 1, now(), now()) on conflict do nothing`, [people.admin.id])
  await firmTables.query(`insert into notification (employee_id, kind, title, section, record_id, in_client, created_at) values ($1, 'request-assigned', $2, 'requests', $3, true, now())`, [people.admin.id, TYPED, ids.request])
  const said = `${MARK}message https://crm.example/counterparties/${ids.person}`
  const message = await firmTables.query<{ id: string }>(`insert into message (id, text, sender_id, employee_id, everybody, must_read, recipient_count, created_at) values (uuidv7(), $2, $1, $1, false, false, 1, now()) returning id`, [people.admin.id, said])
  await firmTables.query(`insert into notification (employee_id, kind, title, message_id, in_client, created_at) values ($1, 'message', $2, $3, true, now())`, [people.admin.id, said, message.rows[0]!.id])
  ids.filter = (await firmTables.query<{ id: string }>(`insert into saved_filter (id, display_name, resource, filter, order_by, columns, groups, owner_id, revision, created_at, updated_at)
    values (uuidv7(), $2, 'opportunities', $3, '', '{}', '{}', $1, 1, now(), now()) returning id`, [people.admin.id, `${LOOK}-filter`, `counterpartyId = "${ids.person}"`])).rows[0]!.id
}

const subject = (): Subject => ({ kind: 'counterparty', id: ids.person!, counterpartyIds: [ids.person!, ids.twin!], contactPersonIds: [ids.relative!], recordIds: [ids.meeting!, ids.shared!, ids.opportunity!, ids.request!, ids.earlier!] })

/** Planted by hand: rows that a mark in every column would make another's, or that nobody may change. */
const APART = new Set(['subject_request', 'subject_part', 'import_batch', 'consent', 'audit_detail', 'message'])

/** Calls of nobody are found by the number itself: it is looked for apart. Words that a constraint or a key binds cannot be overwritten; they are from closed lists, and tell of nobody. */
const BOUND = new Set(['call.customer_number', 'contact_person_match.*', 'party.kind', 'timeline.kind', 'timeline.section'])

const markOf = (service: Name, place: SubjectPlace, column: string) =>
  ({ name: `${MARK}-${service}-${place.name}-${column}`, derived: place.derived === true, kept: place.treatment === 'keep' })

function valueOf(marker: string, column: string, type: string) {
  if (type === 'text') return sql`${marker}::text || ' ' || t.ctid::text`
  const own = sql([`t."${column}"`])
  return sql`case jsonb_typeof(${own}) when 'array' then ${own} || to_jsonb(${marker}::text) else coalesce(${own}, '{}') || jsonb_build_object('mark', ${marker}::text) end`
}

/**
 * A marker of its own in every text and every JSON that rows of the person have, by the tables as they are: a column that is
 * added tomorrow is planted too, and must come out in the file and go with the erasure.
 */
async function plant(): Promise<typeof planted> {
  const all: typeof planted = []
  for (const service of SERVICES) {
    for (const place of PLACES[service].filter((one) => !APART.has(one.table) && !(one.treatment === 'keep' && one.reason === 'look'))) {
      const stays = place.treatment === 'empty' ? place.stays : []
      const columns = await many<{ name: string; type: string }>(firm.pool(service), sql`
        select c.column_name as name, c.data_type as type from information_schema.columns c
        where c.table_schema = 'public' and c.table_name = ${place.table} and c.data_type in ('text', 'jsonb') and c.is_generated = 'NEVER'
          and not exists (select from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
            where k.conrelid = c.table_name::regclass and a.attname = c.column_name and k.contype in ('c', 'f', 'p', 'u', 'x'))`)
      const free = columns.filter(({ name }) => !stays.includes(name) && !BOUND.has(`${place.table}.${name}`))
      if (free.length === 0) continue
      const marks = free.map(({ name, type }) => ({ ...markOf(service, place, name), set: sql`${sql([`"${name}"`])} = ${valueOf(`${MARK}-${service}-${place.name}-${name}`, name, type)}` }))
      const updated = await many(firm.pool(service), sql`update ${sql([`"${place.table}"`])} t set ${sql.join(marks.map(({ set }) => set))} where ${place.of(subject())} returning 1 as yes`).catch((error: Error) => {
        throw new Error(`${place.table}: ${error.message}`)
      })
      if (updated.length > 0) all.push(...marks.map(({ name, derived, kept }) => ({ name, derived, kept })))
    }
  }
  // It is found by this.
  await firm.pool('service-desk').query('update request set phone = $2 where id = $1', [ids.earlier, NUMBER])
  // Refused rows are found by what stands in their cells.
  await firm.pool('sales').query(`update import_error set cells = array[(select name from counterparty where id = $1), '${MARK}refused']`, [ids.person])
  return all
}

const get = (id: string): Promise<SubjectRequest> => firm.call('contacts', subjects.getSubjectRequest, { id })
const inState = async (id: string, state: SubjectRequest['state']): Promise<SubjectRequest> => {
  try {
    return await settled(async () => {
      const request = await get(id)
      return request.state === state ? request : undefined
    })
  } catch (error) {
    const letters = await Promise.all(SERVICES.map(async (name) => (await firm.pool(name).query<{ error: string }>('select error from dead_letter')).rows.map((row) => `${name}: ${row.error}`)))
    throw new Error(`${(error as Error).message} ${JSON.stringify((await get(id)).answers.map((one) => [one.service, one.eraseTime]))} ${letters.flat().join('; ')}`, { cause: error })
  }
}
const noBody = { ground: 'лист № 7', contactPersonId: '' }

test('the file holds every marker, of every service, and nothing of anybody else', async () => {
  const asked = await firm.call('contacts', subjects.requestSubjectFile, { ...noBody, counterpartyId: ids.person! })
  expect(asked.state).toBe('SUBJECT_REQUEST_STATE_COLLECTING')
  await inState(asked.id, 'SUBJECT_REQUEST_STATE_READY')
  const zip = await firm.download('contacts', subjects.downloadSubjectFile, { id: asked.id })
  const [json, html] = [unzipped(zip, 'subject.json'), unzipped(zip, 'subject.html')]
  const wanted = planted.filter(({ derived }) => !derived).map(({ name }) => name)
  expect(wanted.length).toBeGreaterThan(60)
  const linked = ['request', 'opportunity', 'interaction', 'note', 'card', 'filter'].map((name) => `${LOOK}-${name}`)
  expect([...wanted, ...linked, TYPED, `${MARK}before`, `${MARK}refused`, `${MARK}evidence`, `${MARK}message`].filter((name) => !json.includes(name))).toEqual([])
  expect([...wanted, ...linked].filter((name) => !html.includes(name))).toEqual([])
  // Names are not guessed at.
  expect(json).not.toContain(`${LOOK}-unlinked`)
  expect(JSON.parse(json).rows.length).toBeGreaterThan(15)
  expect(json).not.toContain('чуже')
  // Who has no right in this section gets neither the file nor a word.
  await expect(firm.download('contacts', subjects.downloadSubjectFile, { id: asked.id }, 'nobody')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  await expect(firm.call('contacts', subjects.requestSubjectFile, { ...noBody, counterpartyId: ids.person! }, 'olena')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

let register: Awaited<ReturnType<typeof readRegister>>
let former: BusEvent[]

test('an erasure leaves no marker in any table of any database but where the law demands it, also with kill -9 in its middle', async () => {
  const preview = await firm.call('contacts', subjects.previewErasure, { ...noBody, counterpartyId: ids.person! })
  const ready = await inState(preview.id, 'SUBJECT_REQUEST_STATE_READY')
  const kept = ready.answers.flatMap(({ service, places }) => places.filter(({ treatment }) => treatment === 'SUBJECT_TREATMENT_KEEP').map(({ name, reason, untilDate, section, recordIds }) => [service, name, reason, untilDate !== '', section, recordIds]))
  expect(kept).toEqual([
    ['contacts', 'interaction-with-others', 'others', false, 'interactions', [ids.shared]], ['contacts', 'interaction-naming', 'look', false, 'interactions', [ids.talk]],
    ['contacts', 'note-naming', 'look', false, 'counterparties', [ids.neighbour]], ['contacts', 'counterparty-naming', 'look', false, 'counterparties', [ids.neighbour]],
    ['contacts', 'consent', 'proof-of-consent', true, '', []], ['directory', 'saved-filter', 'look', false, 'saved-filters', [ids.filter]],
    ['sales', 'opportunity-naming', 'look', false, 'opportunities', [ids.deal]], ['service-desk', 'request-naming', 'look', false, 'requests', [ids.work]],
  ])
  expect((await tablesWith(firm.urls, MARK)).length).toBeGreaterThan(20)
  former = await events()

  // Two are away while it happens.
  await firm.copyAll('out')
  await Promise.all((['contacts', 'telephony', 'service-desk'] as const).map(firm.start))
  expect((await firm.call('contacts', subjects.eraseSubject, { id: preview.id })).state).toBe('SUBJECT_REQUEST_STATE_ERASING')
  await Promise.all([firm.kill('contacts'), firm.kill('telephony'), firm.kill('service-desk')])
  await firm.startAll()
  const done = await inState(preview.id, 'SUBJECT_REQUEST_STATE_DONE')
  expect(done.answers.every(({ eraseTime }) => eraseTime !== undefined)).toBe(true)
  expect(await tablesWith(firm.urls, MARK)).toEqual(['contacts.consent', 'contacts.interaction'])
  expect(await tablesWith(firm.urls, NUMBER)).toEqual([])
  register = await readRegister(firm.urls)
  expect(JSON.stringify(register)).not.toContain(MARK)
})

test('the others lose nothing, and the person is known by the id alone', async () => {
  const { call } = firm
  const gone = await call('contacts', counterparties.getCounterparty, { id: ids.person! })
  expect(gone).toMatchObject({ id: ids.person, displayName: '', channels: [], note: '' })
  expect(gone.eraseTime).toBeDefined()
  expect((await call('contacts', counterparties.searchCounterparties, SearchCounterpartiesRequest.fromPartial({ q: TYPED }))).counterparties).toEqual([])
  expect((await call('contacts', counterparties.getCounterparty, { id: ids.neighbour! })).displayName).toBe(NEIGHBOUR)
  expect((await call('contacts', persons.getContactPerson, { id: ids.colleague! })).positions.map(({ counterpartyId }) => counterpartyId)).toEqual([ids.neighbour])
  await expect(call('contacts', persons.getContactPerson, { id: ids.relative! })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await call('sales', opportunities.getOpportunity, { id: ids.opportunity! })).toMatchObject({ title: '', amount: { amount: '100.00' } })
  expect((await call('service-desk', requests.getRequest, { id: ids.work! })).subject).toBe('Чуже')
  expect(await call('service-desk', requests.getRequest, { id: ids.anybody! })).toMatchObject({ subject: 'Чиєсь', phone: SHARED })
  expect((await firm.pool('telephony').query('select customer_number from call where id = $1', [ids.anyCall])).rows).toEqual([{ customer_number: SHARED }])
  const refused = { code: 'FAILED_PRECONDITION', reason: 'ERASED' }
  await expect(call('contacts', counterparties.undeleteCounterparty, { id: ids.person!, etag: '' })).rejects.toMatchObject(refused)
  await expect(call('contacts', counterparties.updateCounterparty, UpdateCounterpartyRequest.fromPartial({ counterparty: { id: ids.person, displayName: 'Знову' }, updateMask: ['displayName'] }))).rejects.toMatchObject(refused)
  await expect(call('contacts', counterparties.createNote, { counterpartyId: ids.person!, text: 'ще' })).rejects.toMatchObject(refused)
  const [merge] = await many<{ id: string }>(firm.pool('contacts'), sql`select id from counterparty_merge where merged_id = ${ids.twin}`)
  await expect(call('contacts', merges.undoCounterpartyMerge, { id: merge!.id, choices: [] })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' })
})

test('neither old events that come again nor a timeline made anew bring anything back', async () => {
  const bus = createPgBus({ url: firm.busUrl, log: quiet })
  try {
    // As if each had been on its way all the time: under ids that nobody has applied.
    const again = former.map((event, n) => ({ ...event, id: `${event.id.slice(0, -4)}${n.toString(16).padStart(4, '0')}`, time: new Date(event.time).toISOString() }))
    expect(again.length).toBeGreaterThan(10)
    await bus.publish(again)
    await settled(async () => (await onBus(`select 1 from bus_position p where exists (select from bus_log l where l.topic = p.topic and l.seq > p.seq)`)).length === 0)
    await firm.kill('contacts')
    const [projection] = contacts.projections!({} as never)
    await rebuild({ pool: firm.pool('contacts'), bus, group: 'contacts', projection: projection!, log: quiet })
    await firm.start('contacts')
  } finally {
    await bus.close()
  }
  expect(await tablesWith(firm.urls.slice(0, -1), MARK)).toEqual(['contacts.consent', 'contacts.interaction'])
})

test('a restored backup is erased again before a service is ready, by the register of ids', async () => {
  await firm.copyAll('back')
  expect((await tablesWith(firm.urls, MARK)).length).toBeGreaterThan(20)
  expect(await enterRegister(firm.urls, register)).toBe(1)
  expect(await enterRegister(firm.urls, register)).toBe(0)
  await firm.startAll()
  // Also in the log: an answer for the file bears no id of the person in its lines, what waits in an outbox is published by a service that starts sooner than another.
  expect(await tablesWith(firm.urls, MARK)).toEqual(['contacts.consent', 'contacts.interaction'])
  expect((await firm.call('contacts', counterparties.getCounterparty, { id: ids.neighbour! })).displayName).toBe(NEIGHBOUR)
})

test('of two who erase at once one does, and a change that is under way never brings the person back', async () => {
  const { call } = firm
  const { id } = await call('contacts', counterparties.createCounterparty, { counterparty: Counterparty.fromPartial({ kind: 'COUNTERPARTY_KIND_PERSON', displayName: `${MARK}second` }) })
  const previews = await Promise.all([1, 2].map(() => call('contacts', subjects.previewErasure, { ...noBody, counterpartyId: id })))
  for (const preview of previews) await inState(preview.id, 'SUBJECT_REQUEST_STATE_READY')
  const changes = Array.from({ length: 6 }, (_none, n) => call('contacts', counterparties.updateCounterparty, UpdateCounterpartyRequest.fromPartial({ counterparty: { id, note: `${MARK}change ${n}` }, updateMask: ['note'] })))
  const erasures = previews.map((preview) => call('contacts', subjects.eraseSubject, { id: preview.id }))
  const [changed, erased] = await Promise.all([Promise.allSettled(changes), Promise.allSettled(erasures)])
  expect(erased.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  for (const one of changed) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'ERASED' })
  const winner = previews[erased.findIndex(({ status }) => status === 'fulfilled')]!
  await inState(winner.id, 'SUBJECT_REQUEST_STATE_DONE')
  expect(await tablesWith(firm.urls, `${MARK}second`)).toEqual([])
  expect(await tablesWith(firm.urls, `${MARK}change`)).toEqual([])
})

/** Tables with words of people that no place names hold nobody from outside: each of them says why. */
test('every table with free text is a place, or says why it needs not be one', async () => {
  const unnamed: string[] = []
  for (const service of SERVICES) {
    const named = new Set(PLACES[service].map(({ table }) => table))
    const rows = await many<{ name: string }>(firm.pool(service), sql`select distinct table_name as name from information_schema.columns c
      where table_schema = 'public' and data_type in ('text', 'jsonb', 'json', 'ARRAY', 'bytea') and exists (select from pg_tables where schemaname = 'public' and tablename = table_name)`)
    unnamed.push(...rows.filter(({ name }) => !named.has(name) && !(name in NOBODY)).map(({ name }) => `${service}.${name}`))
  }
  expect(unnamed.sort()).toEqual([])
})

const quiet = { debug() {}, info() {}, warn() {}, error() {} }

async function onBus<Row extends object>(text: string): Promise<Row[]> {
  const pool = createPool({ url: firm.busUrl, name: 'test', max: 1 })
  return (await pool.query<Row>(text).finally(() => pool.end())).rows
}

const events = async (): Promise<BusEvent[]> => {
  const rows = await onBus<BusEvent>(`select id, topic, key, type, time::text, revision, data, headers from bus_log where topic not like 'vitrylo.privacy.%' order by seq`)
  return rows.filter(({ key, headers }) => key === ids.person || headers.counterparty === ids.person || key === ids.relative)
}

const COLLEAGUES = 'of the firm itself: its rights, branches, employees'
const PASSING = 'emptied beside the places, by ids: forgetTransit'
const WORDS = 'words of the firm for its own order'
const IDS = 'ids, states and times'

/** A table that is not here, and is no place, may hold persons: name it in places.ts of its service, or say here why not. */
const NOBODY: Record<string, string> = {
  outbox: PASSING, dead_letter: PASSING, idempotency: PASSING, inbox: IDS, erased_subject: IDS, subject_answer: IDS, import: IDS, import_conflict: IDS, import_value: 'digests of values while a check goes on, and ids', interaction_party: IDS, record_share: IDS, record_share_revision: IDS, held_party: IDS, share_holder: COLLEAGUES,
  duplicate_search: IDS, card_state: IDS, audit_entry: 'who did what to which id; what may be personal stands in audit_detail', audit_anchor: IDS, audit_head: IDS, audit_key: 'a key',
  rights_integration: COLLEAGUES, integration_account: COLLEAGUES, integration_key: COLLEAGUES, handover: COLLEAGUES, handover_state: COLLEAGUES, handover_part: COLLEAGUES, notice_batch: COLLEAGUES, stay: IDS, pbx_link: IDS, account: COLLEAGUES, notification_choice: COLLEAGUES, branch: COLLEAGUES, department: COLLEAGUES, employee: COLLEAGUES, user_group: COLLEAGUES, group_grant: COLLEAGUES,
  field_limit: COLLEAGUES, rights_branch: COLLEAGUES, rights_employee: COLLEAGUES, rights_former_username: COLLEAGUES, rights_group: COLLEAGUES, consent_purpose: WORDS, consent_text: WORDS, relation_kind: WORDS, staff_position: WORDS, custom_field: WORDS, custom_section: WORDS,
  custom_field_copy: WORDS, custom_index_told: WORDS, pack_installation: WORDS, import_mapping: WORDS, retention_rule: WORDS, pipeline: WORDS, stage: WORDS, queue: WORDS, number_series: WORDS, pbx: WORDS,
  search_word: 'words without whose they are; one that no record has any more is forgotten',
  match_frequency: 'values that several records share, counted anew by each search',
}
