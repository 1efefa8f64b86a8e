import { isDeepStrictEqual } from 'node:util'
import type { RightsData } from '@vitrylo/auth'
import { customCells, fieldsOf, printCell } from '@vitrylo/custom'
import { AddressKind, ChannelKind, Counterparty, CounterpartyKind, CounterpartyRole } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import type { CountryCode } from 'libphonenumber-js'
import { parseCounterparty } from '../import/parse-counterparty.ts'
import { livingCustom } from '../import/custom-cells.ts'
import { MORE, MORE_FIELDS } from '../import/more.ts'

const TEXTS = ['id', 'displayName', 'fullName', 'taxCode', 'vatNumber', 'taxCountry', 'source', 'industry', 'segment', 'birthday', 'language', 'note', 'externalId'] as const
const FLAGS = ['vip', 'doNotCall', 'doNotWrite'] as const
const CHANNELS: [ChannelKind, string[]][] = [
  [ChannelKind.PHONE, ['phone', 'phone2', 'phone3']], [ChannelKind.EMAIL, ['email', 'email2']], [ChannelKind.SITE, ['site']], [ChannelKind.MESSENGER, ['messenger']],
]
const ADDRESS_PARTS = ['country', 'postcode', 'region', 'city', 'street'] as const

/** A counterparty by the columns of an import; what has no column is left out. */
export function flatRow(c: Counterparty, rights: RightsData): Record<string, string> {
  const { employees, branchFacts } = rights
  const row: Record<string, string> = {}
  const put = (field: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') row[field] = value
  }
  for (const field of TEXTS) put(field, c[field])
  for (const field of FLAGS) put(field, c[field] ? 'yes' : '')
  put('kind', wordOf(CounterpartyKind, c.kind))
  put('roles', c.roles.map((role) => wordOf(CounterpartyRole, role)).join('|'))
  put('size', c.size === 0 ? '' : String(c.size))
  put('tags', c.tags.join('|'))
  put('interests', c.interests.map(({ subject }) => subject).join('|'))
  put('responsible', employees.get(c.responsibleId ?? '')?.username ?? c.responsibleId)
  put('branch', branchFacts.get(c.branchId ?? '')?.code || c.branchId)
  for (const [kind, fields] of CHANNELS) {
    const values = c.channels.filter((channel) => channel.kind === kind)
    for (const [at, field] of fields.entries()) put(field, values[at]?.value)
  }
  for (const [at, { iban }] of c.bankAccounts.slice(0, 3).entries()) put(at === 0 ? 'iban' : `iban${at + 1}`, iban)
  put('bankName', c.bankAccounts[0]?.bankName)
  for (const address of [...c.addresses].reverse()) {
    if (address.kind === AddressKind.UNSPECIFIED) continue
    for (const part of ADDRESS_PARTS) put(`address.${wordOf(AddressKind, address.kind)}.${part}`, address[part])
  }
  for (const { name, field } of customCells(fieldsOf(rights, 'counterparties'))) put(name, printCell(c.custom?.[field.name]))
  return row
}

/** The same, with what has no column as JSON in `more`: read again it is the same record. It is tried on every record, not believed. */
export function wholeRow(c: Counterparty, rights: RightsData, country: CountryCode): Record<string, string> {
  const row = flatRow(c, rights)
  const parsed = parseCounterparty(row, { rights }, country)
  const back = 'record' in parsed ? parsed.record.counterparty : undefined
  const living = { ...c, custom: livingCustom(c.custom, rights) }
  const again = { ...back, custom: back?.custom ?? {} }
  const lost = MORE_FIELDS.filter((field) => !isDeepStrictEqual(again[field], living[field]))
  const ownerless = c.responsibleId === undefined
  if (lost.length === 0 && !ownerless) return row
  const json = Counterparty.toJSON(living) as Record<string, unknown>
  const empty = Counterparty.toJSON(Counterparty.fromPartial({})) as Record<string, unknown>
  const more = Object.fromEntries(lost.map((field) => [field, json[field] ?? empty[field] ?? null]))
  return { ...row, [MORE]: JSON.stringify({ ...more, ...(ownerless && { responsibleId: null }) }) }
}
