import { scopeOf } from '@vitrylo/auth'
import { dayOf, type Asker, type FilterFields, type ListDefinition, type Relation } from '@vitrylo/lists'
import { sql, type Sql } from '@vitrylo/pg'
import { ConsentSource } from '@vitrylo/proto/vitrylo/contacts/v1/consent.ts'
import { AddressKind, ChannelKind, CounterpartyKind, CounterpartyRole } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { CallDisposition } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { OpportunityState } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { RequestState } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { wordsOf } from '@vitrylo/proto/words.ts'
import { active } from '../consent/consent-row.ts'
import { mayHold } from '../search/part.ts'
import { holdsOn, otherEnd } from '../relation/relation-row.ts'

const record = { branch: sql`k.branch_id`, owner: sql`k.owner_id`, record: sql`k.id` }
const counterparty = { branch: sql`c.branch_id`, owner: sql`c.responsible_id` }

/** Records of another service, as their events told of them, trimmed by the right to see them there. */
const records = (section: string, fields: FilterFields): Relation => ({
  section,
  fields: {
    ...fields,
    number: { column: sql`k.number`, of: section === 'calls' ? 'customerNumber' : 'number', type: 'text' },
    ownerId: { column: sql`k.owner_id`, of: section === 'calls' ? 'ownerAgent' : 'ownerId', type: 'uuid', reference: 'employees', nullable: true },
    branchId: { column: sql`k.branch_id`, type: 'uuid', reference: 'branches', nullable: true },
    updateTime: { column: sql`k.updated_at`, type: 'time' },
  },
  exists: ({ caller }, where) =>
    sql`exists (select 1 from related_record k where k.counterparty_id = c.id and k.section = ${section}
        and ${scopeOf(caller, section, 'view', record)} and ${where})`,
})

/** What stands in a column of JSON. It is a part of the counterparty: who sees that, sees it. */
const parts = (column: Sql, shape: Sql, fields: FilterFields): Relation => ({
  section: 'counterparties',
  fields,
  exists: (_asker, where) => sql`exists (select 1 from jsonb_to_recordset(${column}) as k (${shape}) where ${where})`,
})

// Kinds of entries that mean that somebody of ours and somebody of theirs were in touch.
const CONTACTS = ['call-ended', 'request-registered', 'interaction-held']
const REACHED = sql`(t.kind <> 'call-ended' or t.data ->> 'disposition' = 'answered')`
const CONTACT_SECTIONS = ['calls', 'requests', 'interactions']

/** When they were last in touch is asked of the timeline, each entry by the right to see its record. */
const contacts: Relation = {
  section: 'counterparties',
  fields: {
    time: { column: sql`t.at`, type: 'time' },
    kind: { column: sql`t.kind`, type: 'word', words: CONTACTS },
    employeeId: { column: sql`t.actor_id`, type: 'uuid', reference: 'employees', nullable: true },
  },
  exists: ({ caller }, where) => {
    const seen = CONTACT_SECTIONS.map(
      (section) => sql`(t.section = ${section} and ${scopeOf(caller, section, 'view', { branch: sql`t.branch_id`, owner: sql`t.owner_id`, record: sql`t.record_id` })})`,
    )
    return sql`exists (select 1 from timeline t where t.counterparty_id = c.id and t.kind = any(${CONTACTS}::text[]) and ${REACHED}
        and (${sql.join(seen, ' or ')}) and ${where})`
  },
}

const persons: Relation = {
  section: 'contact-persons',
  fields: {
    displayName: { column: sql`p.display_name`, type: 'text' },
    position: { column: sql`o.title`, of: 'positions', type: 'text' },
    birthday: { column: sql`p.birthday`, type: 'date', nullable: true },
  },
  exists: ({ caller }, where) =>
    sql`exists (select 1 from position o join contact_person p on p.id = o.person_id where o.counterparty_id = c.id
        and ${scopeOf(caller, 'contact-persons', 'view', counterparty)} and ${where})`,
}

type Side = { here: Sql; there: Sql; end: string }
const TO: Side = { here: sql`r.from_id`, there: sql`r.to_id`, end: 'to' }
const FROM: Side = { here: sql`r.to_id`, there: sql`r.from_id`, end: 'from' }

/** Counterparties at the other end of relations `r`, for who may see them. */
const related = ({ caller }: Asker, { here, there, end }: Side, where: Sql): Sql =>
  sql`exists (select 1 from relation r join counterparty e on e.id = ${there} and ${otherEnd(caller)} cross join (select ${end}::text as other) k
      where ${here} = c.id and ${where})`

const otherFields: FilterFields = {
  counterpartyId: { column: sql`e.id`, type: 'uuid', reference: 'counterparties' },
  displayName: { column: sql`e.display_name`, type: 'text' },
  responsibleId: { column: sql`e.responsible_id`, type: 'uuid', reference: 'employees', nullable: true },
  branchId: { column: sql`e.branch_id`, type: 'uuid', reference: 'branches', nullable: true },
  tags: { column: sql`e.tags`, type: 'array' },
}

/** All relations, also those that are over; `other` says which end the other one stands at. */
const relations: Relation = {
  section: 'counterparties',
  fields: {
    ...otherFields,
    kindId: { column: sql`r.kind_id`, type: 'uuid', reference: 'relation-kinds' },
    other: { column: sql`k.other`, type: 'word', words: ['from', 'to'] },
    startDate: { column: sql`r.start_on`, type: 'date', nullable: true },
    endDate: { column: sql`r.end_on`, type: 'date', nullable: true },
  },
  exists: (asker, where) => sql`(${related(asker, TO, where)} or ${related(asker, FROM, where)})`,
}

/** One step in a picture, as it is today where the asker lives. */
const inChart = (chart: string, side: Side): Relation => ({
  section: 'counterparties',
  fields: otherFields,
  exists: (asker, where) => related(asker, side, sql`r.chart = ${chart} and ${holdsOn(dayOf(asker.now, asker.timeZone))} and ${where}`),
})

const consents: Relation = {
  section: 'counterparties',
  fields: {
    purposeId: { column: sql`w.purpose_id`, type: 'uuid', reference: 'consent-purposes' },
    active: { column: active, type: 'boolean' },
    source: { column: sql`w.source`, type: 'word', words: wordsOf(ConsentSource) },
    giveTime: { column: sql`w.given_at`, type: 'time' },
    withdrawTime: { column: sql`w.withdrawn_at`, type: 'time', nullable: true },
  },
  exists: (_asker, where) => sql`exists (select 1 from consent w where w.counterparty_id = c.id and ${where})`,
}

/** Since when nothing was heard: of whom was never spoken with, since they were entered. */
const quietSince = sql`coalesce(c.last_contact_at, c.created_at)`

/** What the list of counterparties can be narrowed and sorted by. */
export const counterpartyList: ListDefinition = {
  id: sql`c.id`,
  section: 'counterparties',
  fields: {
    displayName: { column: sql`c.display_name`, type: 'text', contains: mayHold },
    fullName: { column: sql`c.full_name`, type: 'text', contains: mayHold },
    kind: { column: sql`c.kind`, type: 'word', words: wordsOf(CounterpartyKind) },
    roles: { column: sql`c.roles`, type: 'array', words: wordsOf(CounterpartyRole) },
    responsibleId: { column: sql`c.responsible_id`, type: 'uuid', reference: 'employees', nullable: true },
    branchId: { column: sql`c.branch_id`, type: 'uuid', reference: 'branches', nullable: true },
    vip: { column: sql`c.vip`, type: 'boolean' },
    tags: { column: sql`c.tags`, type: 'array' },
    taxCode: { column: sql`c.tax_code`, type: 'text', contains: mayHold },
    vatNumber: { column: sql`c.vat_number`, type: 'text', contains: mayHold },
    source: { column: sql`c.source`, type: 'text' },
    industry: { column: sql`c.industry`, type: 'text' },
    segment: { column: sql`c.segment`, type: 'text' },
    size: { column: sql`c.size`, type: 'number' },
    birthday: { column: sql`c.birthday`, type: 'date', nullable: true },
    language: { column: sql`c.language`, type: 'text' },
    note: { column: sql`c.note`, type: 'text' },
    externalId: { column: sql`c.external_id`, type: 'text', contains: mayHold },
    createTime: { column: sql`c.created_at`, type: 'time' },
    updateTime: { column: sql`c.updated_at`, type: 'time' },
    taxCountry: { column: sql`c.tax_country`, type: 'text' },
    doNotCall: { column: sql`c.do_not_call`, type: 'boolean' },
    doNotWrite: { column: sql`c.do_not_write`, type: 'boolean' },
    lastContactTime: { column: sql`c.last_contact_at`, type: 'time', nullable: true },
    nextContactTime: { column: sql`c.next_contact_at`, type: 'time', nullable: true },
    quietSince: { column: quietSince, of: 'lastContactTime', type: 'time' },
  },
  relations: {
    opportunities: records('opportunities', {
      state: { column: sql`k.state`, type: 'word', words: wordsOf(OpportunityState) },
      amount: { column: sql`k.amount`, currency: sql`k.currency`, type: 'money', nullable: true },
      title: { column: sql`k.title`, type: 'text' },
      stage: { column: sql`k.stage`, type: 'text' },
      expectedCloseDate: { column: sql`(k.due_at at time zone 'UTC')::date`, type: 'date', nullable: true },
    }),
    requests: records('requests', {
      state: { column: sql`k.state`, type: 'word', words: wordsOf(RequestState) },
      subject: { column: sql`k.title`, type: 'text' },
      dueTime: { column: sql`k.due_at`, type: 'time', nullable: true },
    }),
    calls: records('calls', { disposition: { column: sql`k.state`, type: 'word', words: wordsOf(CallDisposition) } }),
    contacts,
    persons,
    relations,
    consents,
    parents: inChart('organisation', FROM),
    subsidiaries: inChart('organisation', TO),
    referrers: inChart('referral', FROM),
    referrals: inChart('referral', TO),
    channels: parts(sql`c.channels`, sql`kind text, value text, label text`, {
      kind: { column: sql`k.kind`, type: 'word', words: wordsOf(ChannelKind) },
      value: { column: sql`k.value`, type: 'text' },
      label: { column: sql`k.label`, type: 'text', nullable: true },
    }),
    interests: parts(sql`c.interests`, sql`subject text, "fromDate" text, "untilDate" text`, {
      subject: { column: sql`k.subject`, type: 'text' },
      fromDate: { column: sql`nullif(k."fromDate", '')::date`, type: 'date', nullable: true },
      untilDate: { column: sql`nullif(k."untilDate", '')::date`, type: 'date', nullable: true },
    }),
    caretakers: parts(sql`c.caretakers`, sql`purpose text, "employeeId" uuid`, {
      purpose: { column: sql`k.purpose`, type: 'text' },
      employeeId: { column: sql`k."employeeId"`, type: 'uuid', reference: 'employees' },
    }),
    addresses: parts(sql`c.addresses`, sql`kind text, country text, region text, city text, postcode text, street text`, {
      kind: { column: sql`k.kind`, type: 'word', words: wordsOf(AddressKind) },
      country: { column: sql`k.country`, type: 'text', nullable: true },
      region: { column: sql`k.region`, type: 'text', nullable: true },
      city: { column: sql`k.city`, type: 'text', nullable: true },
      street: { column: sql`k.street`, type: 'text', nullable: true },
    }),
  },
  orders: {
    displayName: { column: sql`c.display_name`, type: 'text' },
    createTime: { column: sql`c.created_at`, type: 'timestamptz' },
    updateTime: { column: sql`c.updated_at`, type: 'timestamptz' },
    size: { column: sql`c.size`, type: 'bigint' },
    birthday: { column: sql`coalesce(c.birthday, 'infinity'::date)`, type: 'date' },
    quietSince: { column: quietSince, of: 'lastContactTime', type: 'timestamptz' },
  },
  defaultOrder: 'displayName',
}
