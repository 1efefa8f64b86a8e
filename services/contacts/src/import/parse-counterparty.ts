import type { ImportContext, ImportRow, Parsed } from '@vitrylo/imports'
import {
  AddressKind,
  CounterpartyKind,
  type Address,
  type Counterparty,
} from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { isUuid } from '@vitrylo/pg'
import { bareIban } from '@vitrylo/service/requisites.ts'
import type { CountryCode } from 'libphonenumber-js'
import { normalised, REQUISITES, requisiteViolations } from '../counterparty/complete-counterparty.ts'
import { normalTags } from '../counterparty/tags.ts'
import { KINDS, ROLES } from './choice-names.ts'
import { countryNamed } from './countries.ts'
import { readCustom } from './custom-cells.ts'
import { MORE, moreViolations, readMore } from './more.ts'
import { fieldsSaid, type CounterpartyInRow } from './plan-counterparty.ts'
import { displayNameOf, fieldsOf, madeIn, type Fields } from './read-fields.ts'
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

/** Fields of a row, in the order in which an export has them. When a record was made counts for a new one, which another system had before. */
export const FIELDS = [
  'id', 'displayName', 'familyName', 'givenName', 'middleName', 'kind', 'roles', ...Object.keys(TEXTS), ...CHANNELS, 'iban', 'bankName',
  ...ADDRESS_FIELDS, 'responsible', 'responsibleId', 'branch', 'branchId', 'tags', 'vip', 'birthday', 'language', 'size',
  'taxCountry', 'doNotCall', 'doNotWrite', 'interests', 'iban2', 'iban3', 'createTime', MORE,
]

/** Row -> counterparty, or everything that is wrong with it. */
export function parseCounterparty(row: ImportRow, { rights, caller, now }: Pick<ImportContext, 'rights'> & Partial<Pick<ImportContext, 'caller' | 'now'>>, country: CountryCode): Parsed<CounterpartyInRow> {
  const fields = fieldsOf(row, country)
  const made = madeIn(row, now ?? new Date())
  const person = row.familyName !== undefined || row.givenName !== undefined
  const reference = (names: string[], find: typeof employeeOf): string | undefined => {
    const field = names.find((name) => row[name] !== undefined)
    if (field === undefined) return undefined
    const found = find(rights, row[field]!, field)
    if (typeof found === 'string') return found
    fields.violations.push(found)
    return undefined
  }
  if (row.id !== undefined && !isUuid(row.id)) fields.refuse('id', 'foreignId', 'is no id of a record here; take the column as externalId')
  const texts = Object.fromEntries(Object.entries(TEXTS).map(([field, max]) => [field, fields.text(field, max)])) as Record<keyof typeof TEXTS, string>
  const counterparty: Counterparty = {
    id: isUuid(row.id ?? '') ? row.id!.toLowerCase() : '', etag: '', createTime: made instanceof Date ? made : undefined, updateTime: undefined, deleteTime: undefined, eraseTime: undefined,
    kind: fields.choice('kind', KINDS) ?? (person ? CounterpartyKind.PERSON : CounterpartyKind.ORGANISATION),
    displayName: displayNameOf(fields),
    ...texts,
    roles: fields.choices('roles', ROLES),
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
    caretakers: [], custom: readCustom(row, rights, caller, fields),
    lastContactTime: undefined, nextContactTime: undefined, access: undefined,
    interests: fields.list('interests').slice(0, 50).map((subject) => ({ subject: subject.slice(0, 200), fromDate: '', untilDate: '', note: '' })),
  }
  const more = row[MORE] === undefined ? undefined : readMore(row[MORE], fields)
  const complete = normalised({ ...counterparty, ...more?.values }, country)
  if (more !== undefined) fields.violations.push(...moreViolations(complete, rights, country))
  for (const { field, rule, description } of requisiteViolations(complete, REQUISITES, country)) fields.refuse(columnOf(field), rule, description)
  if (fields.violations.length > 0) return { violations: fields.violations }
  const said = fieldsSaid(Object.keys(row).filter((field) => field !== MORE && field !== 'id' && field !== 'createTime'))
  return { record: { counterparty: complete, given: [...new Set([...said, ...(more?.names ?? [])])], ownerless: more?.ownerless ?? false, ageless: made instanceof Date ? undefined : made } }
}

/** The column that gave the field: the second account came from `iban2`. */
const columnOf = (field: string): string => field.replace(/^bankAccounts\[(\d)\].*/, (_all, at: string) => (at === '0' ? 'iban' : `iban${Number(at) + 1}`))

/** A country by its two or three letters, or by its name. */
function countryCode(fields: Fields, field: string): string {
  const text = fields.text(field, 100)
  const country = text === '' ? '' : countryNamed(text)
  if (country === undefined) fields.refuse(field, 'country-code', 'is no country by name or code: Україна, Ukraine, UA, UKR')
  return country ?? ''
}

function tags(fields: Fields): string[] {
  const list = normalTags(fields.list('tags'))
  if (list.length > 30) fields.refuse('tags', 'items', 'are more than 30')
  if (list.some((tag) => tag.length > 40)) fields.refuse('tags', 'length', 'one is longer than 40 characters')
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
      const text = part === 'country' ? countryCode(fields, field) : fields.text(field, max)
      if (text !== '') given[part] = text
    }
    if (Object.keys(given).length === 0) continue
    const address = found.get(kind) ?? { kind, country: '', postcode: '', region: '', city: '', street: '' }
    found.set(kind, { ...address, ...given })
  }
  return [...found.values()]
}
