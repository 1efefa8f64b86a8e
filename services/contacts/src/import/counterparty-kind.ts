import { sees } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import type { ImportContext, ImportKind, Parsed, Planned } from '@vitrylo/imports'
import { many, sql, type Tx } from '@vitrylo/pg'
import {
  AddressKind,
  CounterpartyKind,
  CounterpartyRole,
  type Address,
  type Counterparty,
} from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { applyMask, newId } from '@vitrylo/service'
import type { CountryCode } from 'libphonenumber-js'
import { normalised, REQUISITES, requisiteViolations, withBranch, withOwner } from '../counterparty/complete-counterparty.ts'
import { bareIban } from '../counterparty/iban.ts'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { insertCounterparties, scope, updateCounterparties, type Change } from '../counterparty/counterparty-sql.ts'
import { normalTags } from '../counterparty/tags.ts'
import { displayNameOf, fieldsOf, type Fields } from './read-fields.ts'
import { branchOf, employeeOf } from './references.ts'

const CHANNELS = ['phone', 'phone2', 'phone3', 'email', 'email2', 'site', 'messenger'] as const
const TEXTS = { fullName: 400, taxCode: 20, vatNumber: 20, source: 100, industry: 100, segment: 100, note: 4000, externalId: 200 } as const
const ADDRESS = { country: 2, postcode: 20, region: 100, city: 100, street: 300 } as const
const ADDRESSES: Record<string, Address['kind']> = {
  address: AddressKind.ACTUAL, 'address.legal': AddressKind.LEGAL, 'address.actual': AddressKind.ACTUAL,
  'address.delivery': AddressKind.DELIVERY, 'address.postal': AddressKind.POSTAL,
}
const ADDRESS_FIELDS = Object.keys(ADDRESSES).flatMap((prefix) => Object.keys(ADDRESS).map((part) => `${prefix}.${part}`))
const ADDRESS_PARTS = Object.entries(ADDRESSES).map(([prefix, kind]) => ({
  kind,
  parts: Object.entries(ADDRESS).map(([part, max]) => ({ part, max, field: `${prefix}.${part}` })),
}))

const FIELDS = [
  'displayName', 'familyName', 'givenName', 'middleName', 'kind', 'roles', ...Object.keys(TEXTS), ...CHANNELS, 'iban', 'bankName',
  ...ADDRESS_FIELDS, 'responsible', 'responsibleId', 'branch', 'branchId', 'tags', 'vip', 'birthday', 'language', 'size',
  'taxCountry', 'doNotCall', 'doNotWrite', 'interests', 'iban2', 'iban3',
]

const wordsOf = <E extends Record<string, string>>(of: E) =>
  new Map(Object.values(of).flatMap((value): [string, E[keyof E]][] =>
    /_UNSPECIFIED$|^UNRECOGNIZED$/.test(value) ? [] : [[wordOf(of, value as E[keyof E]), value as E[keyof E]]]))
const KINDS = wordsOf(CounterpartyKind)
const ROLES = wordsOf(CounterpartyRole)

/** `given`: what the row says; a repeated import changes that and nothing else. */
type Row = { counterparty: Counterparty; given: (keyof Counterparty)[] }
type Plan = { create: Counterparty } | { change: Change } | { same: true }

export function counterpartyKind(country: CountryCode): ImportKind<Row, Plan> {
  return {
    name: 'counterparty',
    section: 'counterparties',
    fields: FIELDS,
    parse: (row, context) => parse(fieldsOf(row), row, context, country),
    keyOf: ({ counterparty }) => counterparty.externalId || undefined,
    plan,
    async save(tx, plans, { caller, now }) {
      await insertCounterparties(tx, plans.flatMap((plan) => ('create' in plan ? [plan.create] : [])), caller, now)
      await updateCounterparties(tx, plans.flatMap((plan) => ('change' in plan ? [plan.change] : [])), caller, now)
    },
  }
}

function parse(fields: Fields, row: Readonly<Record<string, string>>, { rights }: ImportContext, country: CountryCode): Parsed<Row> {
  const person = row.familyName !== undefined || row.givenName !== undefined
  const reference = (names: string[], find: typeof employeeOf): string | undefined => {
    const field = names.find((name) => row[name] !== undefined)
    if (field === undefined) return undefined
    const found = find(rights, row[field]!, field)
    if (typeof found === 'string') return found
    fields.violations.push(found)
    return undefined
  }
  const roles = fields.list('roles').flatMap((word) => {
    const role = ROLES.get(word.toLowerCase())
    if (role === undefined) fields.refuse('roles', 'choice', `must be of ${[...ROLES.keys()].join(', ')}`)
    return role ?? []
  })
  const texts = Object.fromEntries(Object.entries(TEXTS).map(([field, max]) => [field, fields.text(field, max)])) as Record<keyof typeof TEXTS, string>
  const counterparty: Counterparty = {
    id: '', etag: '', createTime: undefined, updateTime: undefined, deleteTime: undefined,
    kind: fields.choice('kind', KINDS) ?? (person ? CounterpartyKind.PERSON : CounterpartyKind.ORGANISATION),
    displayName: displayNameOf(fields),
    ...texts,
    roles,
    bankAccounts: bankAccounts(fields),
    channels: fields.channels(CHANNELS),
    addresses: addresses(fields),
    responsibleId: reference(['responsibleId', 'responsible'], employeeOf),
    branchId: reference(['branchId', 'branch'], branchOf),
    vip: fields.yes('vip'),
    birthday: fields.day('birthday'),
    language: fields.text('language', 2).toLowerCase(),
    tags: tags(fields),
    size: fields.whole('size'),
    taxCountry: countryCode(fields, 'taxCountry'),
    doNotCall: fields.yes('doNotCall'),
    doNotWrite: fields.yes('doNotWrite'),
    caretakers: [], custom: undefined,
    lastContactTime: undefined, nextContactTime: undefined,
    interests: fields.list('interests').slice(0, 50).map((subject) => ({ subject: subject.slice(0, 200), fromDate: '', untilDate: '', note: '' })),
  }
  const complete = normalised(counterparty, country)
  for (const { field, rule, description } of requisiteViolations(complete, REQUISITES, country)) fields.refuse(columnOf(field), rule, description)
  if (fields.violations.length > 0) return { violations: fields.violations }
  return { record: { counterparty: complete, given: givenOf(row) } }
}

/** The column that gave the field: the second account came from `iban2`. */
const columnOf = (field: string): string => field.replace(/^bankAccounts\[(\d)\].*/, (_all, at: string) => (at === '0' ? 'iban' : `iban${Number(at) + 1}`))

function countryCode(fields: Fields, field: string): string {
  const country = fields.text(field, 2).toUpperCase()
  if (country !== '' && !/^[A-Z]{2}$/.test(country)) fields.refuse(field, 'format', 'must be two letters: PL')
  return country
}

function tags(fields: Fields): string[] {
  const list = normalTags(fields.list('tags'))
  if (list.length > 30) fields.refuse('tags', 'items', 'are more than 30')
  if (list.some((tag) => tag.length > 40)) fields.refuse('tags', 'length', 'one is longer than 40 letters')
  return list
}

function bankAccounts(fields: Fields): Counterparty['bankAccounts'] {
  const bankName = fields.text('bankName', 200)
  return ['iban', 'iban2', 'iban3'].flatMap((field, index) => {
    const iban = bareIban(fields.text(field, 60))
    return iban === '' ? [] : [{ iban, bankName: index === 0 ? bankName : '', currency: '' }]
  })
}

function addresses(fields: Fields): Address[] {
  const found = new Map<Address['kind'], Address>()
  for (const { kind, parts } of ADDRESS_PARTS) {
    const given: Record<string, string> = {}
    for (const { part, max, field } of parts) {
      const text = fields.text(field, max)
      if (text !== '') given[part] = text
      if (part === 'country' && text !== '' && !/^[A-Z]{2}$/i.test(text)) fields.refuse(field, 'format', 'must be two letters: UA')
    }
    if (Object.keys(given).length === 0) continue
    const address = found.get(kind) ?? { kind, country: '', postcode: '', region: '', city: '', street: '' }
    found.set(kind, { ...address, ...given, country: (given.country ?? address.country).toUpperCase() })
  }
  return [...found.values()]
}

const TARGETS: [RegExp, keyof Counterparty][] = [
  [/^(familyName|givenName|middleName)$/, 'displayName'],
  [/^(phone|email)\d?$|^(site|messenger)$/, 'channels'],
  [/^(iban\d?|bankName)$/, 'bankAccounts'],
  [/^address/, 'addresses'],
  [/^responsible/, 'responsibleId'],
  [/^branch/, 'branchId'],
]

const givenOf = (row: Readonly<Record<string, string>>): (keyof Counterparty)[] =>
  [...new Set(Object.keys(row).map((field) => TARGETS.find(([pattern]) => pattern.test(field))?.[1] ?? (field as keyof Counterparty)))]

async function plan(tx: Tx, rows: readonly Row[], { caller, rights }: ImportContext): Promise<Planned<Plan>[]> {
  const ids = rows.map(({ counterparty }) => counterparty.externalId).filter((id) => id !== '')
  const existing = ids.length === 0 ? [] : await many<CounterpartyRow & { reachable: boolean }>(
    tx,
    sql`select ${columns}, ${scope(caller, 'change')} as reachable from counterparty c
        where c.external_id <> '' and c.external_id = any(${ids}::text[]) order by c.id for update`,
  )
  const byExternalId = new Map(existing.map((row) => [row.external_id, row]))
  return rows.map(({ counterparty, given }): Planned<Plan> => {
    const row = counterparty.externalId === '' ? undefined : byExternalId.get(counterparty.externalId)
    if (row === undefined) return planNew()
    if (!row.reachable) return refused('externalId', 'unique', 'is taken by a record that your rights do not reach')
    if (row.deleted_at !== null) return refused('externalId', 'state', 'the record was removed; bring it back first')
    const { next, changed } = applyMask(fromRow(row), counterparty, given, given)
    if (changed.length === 0) return { plan: { same: true }, outcome: 'updated' }
    const complete = withBranch(next, caller, rights)
    if (!reaches('change', complete)) return beyond()
    return { plan: { change: { next: complete, changed } }, outcome: 'updated' }

    function planNew(): Planned<Plan> {
      const complete = withOwner({ ...counterparty, id: newId() }, caller, rights)
      return reaches('create', complete) ? { plan: { create: complete }, outcome: 'created' } : beyond()
    }
  })

  function reaches(action: string, { branchId, responsibleId }: Counterparty): boolean {
    return sees(caller, 'counterparties', { branchId, ownerId: responsibleId }, action)
  }
}

const refused = (field: string, rule: string, description: string): { violations: Violation[] } => ({ violations: [{ field, rule, description }] })
const beyond = () => refused('branchId', 'scope', 'your right does not reach this branch or owner')
