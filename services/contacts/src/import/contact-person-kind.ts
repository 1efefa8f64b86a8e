import { isDeepStrictEqual } from 'node:util'
import type { Caller, RightsStore } from '@vitrylo/auth'
import { overlaid } from '@vitrylo/custom'
import type { Violation } from '@vitrylo/errors'
import { formerOf, keptFrom, type ImportContext, type ImportKind, type Outcome, type Parsed, type Planned } from '@vitrylo/imports'
import { isUuid, many, sql, type Tx } from '@vitrylo/pg'
import { DecisionRole, type ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { applyMask, newId } from '@vitrylo/service'
import type { CountryCode } from 'libphonenumber-js'
import { normalisedPerson, withPlace } from '../contact-person/complete-person.ts'
import {
  insertPersons,
  lockContactPersons,
  reachablePlaces,
  updatePersons,
  type PersonChange,
} from '../contact-person/contact-person-sql.ts'
import { settlePersonRow } from '../custom/settle.ts'
import { customColumns, customHeaders, readCustom } from './custom-cells.ts'
import { HEADERS } from './header-names.ts'
import { namesOfPersons, undoPersons } from './undo-persons.ts'
import { displayNameOf, fieldsOf, type Fields } from './read-fields.ts'

const CHANNELS = ['phone', 'phone2', 'phone3', 'email', 'email2', 'site', 'messenger'] as const
const ORGANISATION = ['counterpartyId', 'counterpartyExternalId', 'counterpartyTaxCode'] as const
const FIELDS = [
  'displayName', 'familyName', 'givenName', 'middleName', ...ORGANISATION, 'position', 'decisionRole', ...CHANNELS, 'birthday',
  'note', 'externalId',
]

const ROLES = new Map(Object.values(DecisionRole).flatMap((value): [string, DecisionRole][] =>
  /_UNSPECIFIED$|^UNRECOGNIZED$/.test(value) ? [] : [[wordOf(DecisionRole, value), value]]))

type Row = { person: ContactPerson; organisation: { field: (typeof ORGANISATION)[number]; value: string }; title: string; role: DecisionRole }
type Plan = { create: ContactPerson } | { change: PersonChange } | { same: true }

/** What a row can change of a person who is known. */
const CHANGING = ['displayName', 'channels', 'birthday', 'note', 'positions', 'custom'] as const

/** Contact persons; the organisation by its id, external id or tax code. One more row of a person adds a position. */
export function contactPersonKind(country: CountryCode, rights: Pick<RightsStore, 'data'>): ImportKind<Row, Plan> {
  return {
    name: 'contact-person',
    section: 'contact-persons',
    // Custom fields come and go while the service runs.
    get fields() {
      return [...FIELDS, ...customColumns(rights.data(), 'contact-persons')]
    },
    parse: (row, context) => parse(fieldsOf(row), row, country, context),
    get headers() {
      return new Map([...customHeaders(rights.data(), 'contact-persons'), ...HEADERS])
    },
    show: ({ person, organisation, title }) => ({ ...shownPerson(person), [organisation.field]: organisation.value, ...(title !== '' && { position: title }) }),
    keysOf: ({ person }) => (person.externalId === '' ? [] : [person.externalId]),
    plan,
    async save(tx, plans, { caller, now }) {
      const created = plans.flatMap((plan) => ('create' in plan ? [plan.create] : []))
      const changes = plans.flatMap((plan) => ('change' in plan ? [plan.change] : []))
      await insertPersons(tx, created, caller, now)
      await updatePersons(tx, changes, caller, now)
      const changedIn = ({ locked, next }: PersonChange) => CHANGING.filter((field) => !isDeepStrictEqual(locked.person[field], next[field]))
      return { created: created.map(({ id }) => id), updated: changes.map((change) => formerOf(change.locked.person, change.next, changedIn(change))) }
    },
    undo: undoPersons,
    namesOf: namesOfPersons,
  }
}

function shownPerson({ displayName, channels, birthday, note, externalId }: ContactPerson): Record<string, string> {
  const said = { displayName, phone: channels.map(({ e164, value }) => e164 || value).join(', '), birthday, note, externalId }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''))
}

function parse(fields: Fields, row: Readonly<Record<string, string>>, country: CountryCode, { rights, caller }: ImportContext): Parsed<Row> {
  const field = ORGANISATION.find((name) => row[name] !== undefined)
  if (field === undefined) fields.refuse('counterpartyId', 'required', 'the row names no organisation')
  if (field === 'counterpartyId' && !isUuid(row[field]!)) fields.refuse(field, 'format', 'is no id')
  const person: ContactPerson = {
    id: '', etag: '', createTime: undefined, updateTime: undefined, branchId: '', responsibleId: '', positions: [], custom: readCustom(row, rights, caller, fields, 'contact-persons'),
    displayName: displayNameOf(fields),
    channels: fields.channels(CHANNELS),
    birthday: fields.day('birthday'),
    note: fields.text('note', 4000),
    externalId: fields.text('externalId', 200),
  }
  const title = fields.text('position', 200)
  const role = fields.choice('decisionRole', ROLES) ?? DecisionRole.UNSPECIFIED
  if (fields.violations.length > 0) return { violations: fields.violations }
  return { record: { person: normalisedPerson(person, country), organisation: { field: field!, value: row[field!]!.trim() }, title, role } }
}

async function plan(tx: Tx, rows: readonly Row[], context: ImportContext): Promise<Planned<Plan>[]> {
  const planned: Planned<Plan>[] = []
  for (const judged of await judge(tx, rows, context)) planned.push('plan' in judged ? await settled(tx, judged, context) : judged)
  return planned
}

/** Custom values of what is to be saved, judged as they are when one is saved by hand. */
async function settled(tx: Tx, judged: { plan: Plan; outcome: Outcome }, context: ImportContext): Promise<Planned<Plan>> {
  const { plan, outcome } = judged
  if ('same' in plan) return judged
  const { record, violations } = 'create' in plan
    ? await settlePersonRow(tx, context, plan.create)
    : await settlePersonRow(tx, context, plan.change.next, plan.change.locked.person.custom)
  if (violations.length > 0) return { violations }
  return { plan: 'create' in plan ? { create: record } : { change: { ...plan.change, next: record } }, outcome }
}

async function judge(tx: Tx, rows: readonly Row[], { caller }: ImportContext): Promise<Planned<Plan>[]> {
  const organisations = await organisationsOf(tx, rows)
  const places = await reachablePlaces(tx, caller, 'create', [...new Set(organisations.values())])
  const hidden = caller.limits()?.hidden.get('contact-persons')
  const ids = hidden?.has('externalId') ? [] : rows.map(({ person }) => person.externalId).filter((id) => id !== '')
  const known = ids.length === 0 ? [] : await many<{ id: string; external_id: string }>(
    tx,
    sql`select id, external_id from contact_person where external_id <> '' and external_id = any(${ids}::text[])`,
  )
  const locked = known.length === 0 ? [] : await lockContactPersons(tx, caller, 'change', known.map(({ id }) => id))
  return rows.map(({ person, organisation, title, role }): Planned<Plan> => {
    if (asksHidden(caller, organisation.field)) return refused(organisation.field, 'right', 'names it by a field that is hidden from you')
    const counterpartyId = organisations.get(keyOf(organisation))
    if (counterpartyId === undefined || !places.has(counterpartyId)) return refused(organisation.field, 'reference', 'no such counterparty')
    const position = { counterpartyId, title, decisionRole: role }
    const stored = known.find(({ external_id }) => person.externalId !== '' && external_id === person.externalId)
    const said = [...SAID.filter((field) => person[field].length > 0), ...(person.custom === undefined ? [] : ['custom'])]
    if (stored === undefined) return keptFrom(caller, { ...WRITING, action: 'create' }, said) ?? { plan: { create: withPlace({ ...person, id: newId(), positions: [position] }, places) }, outcome: 'created' }
    const lock = locked.find(({ person: { id } }) => id === stored.id)
    if (lock === undefined) return refused('externalId', 'unique', 'is taken by a record that your rights do not reach')
    const { person: now } = lock
    const others = now.positions.filter((other) => other.counterpartyId !== counterpartyId)
    const wish = {
      ...now,
      displayName: person.displayName,
      channels: person.channels.length > 0 ? person.channels : now.channels,
      birthday: person.birthday || now.birthday,
      note: person.note || now.note,
      custom: person.custom === undefined ? now.custom : overlaid(now.custom, person.custom),
      positions: others.length < now.positions.length ? now.positions.map((old) => (old.counterpartyId === counterpartyId ? position : old)) : [...others, position],
    }
    const { next, changed } = applyMask(now, wish, [...CHANGING], CHANGING)
    // Whether a hidden field would change is not told either.
    return keptFrom(caller, { ...WRITING, action: 'change' }, [...changed, ...said.filter((field) => hidden?.has(field))]) ?? { plan: changed.length === 0 ? { same: true } : { change: { locked: lock, next } }, outcome: 'updated' }
  })
}

const SAID = ['displayName', 'channels', 'birthday', 'note', 'externalId'] as const
const WRITING = { section: 'contact-persons', always: ['displayName', 'positions'] }
const ASKED: Partial<Record<Row['organisation']['field'], string>> = { counterpartyExternalId: 'externalId', counterpartyTaxCode: 'taxCode' }

/** Whether there is such a client is not told by what is hidden of clients. */
const asksHidden = (caller: Caller, field: Row['organisation']['field']): boolean =>
  caller.limits()?.hidden.get('counterparties')?.has(ASKED[field] ?? '') === true

const keyOf = ({ field, value }: Row['organisation']): string => `${field} ${value}`

async function organisationsOf(tx: Tx, rows: readonly Row[]): Promise<Map<string, string>> {
  const values = (name: Row['organisation']['field']): string[] =>
    rows.flatMap(({ organisation: { field, value } }) => (field === name ? [value] : []))
  const found = await many<{ id: string; external_id: string; tax_code: string }>(
    tx,
    sql`select id, external_id, tax_code from counterparty where id = any(${values('counterpartyId')}::uuid[])
        union select id, external_id, tax_code from counterparty where external_id <> '' and external_id = any(${values('counterpartyExternalId')}::text[])
        union select id, external_id, tax_code from counterparty
          where tax_code <> '' and deleted_at is null and tax_code = any(${values('counterpartyTaxCode')}::text[])`,
  )
  return new Map(found.sort((a, b) => (a.id < b.id ? 1 : -1)).flatMap(({ id, external_id: externalId, tax_code: taxCode }) => [
    [`counterpartyId ${id}`, id], [`counterpartyExternalId ${externalId}`, id], [`counterpartyTaxCode ${taxCode}`, id],
  ]))
}

const refused = (field: string, rule: string, description: string): { violations: Violation[] } => ({ violations: [{ field, rule, description }] })
