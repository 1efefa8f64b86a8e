import type { RightsData } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { messageViolations, plainNames } from '@vitrylo/service'
import type { CountryCode } from 'libphonenumber-js'
import { rowViolation } from '../counterparty/channels.ts'
import { violationsOf } from '../counterparty/complete-counterparty.ts'
import type { FieldName } from './join-row.ts'
import type { Fields } from './read-fields.ts'

/** The column of what no column has room for: a second address of a kind, a label of a phone. JSON, made by an export. */
export const MORE = 'more'

/** What it may hold. */
export const MORE_FIELDS = [
  'kind', 'displayName', 'fullName', 'roles', 'taxCode', 'vatNumber', 'bankAccounts', 'channels', 'addresses', 'responsibleId', 'branchId',
  'source', 'industry', 'segment', 'vip', 'birthday', 'language', 'note', 'tags', 'externalId', 'size', 'taxCountry', 'doNotCall',
  'doNotWrite', 'caretakers', 'interests', 'custom',
] as const satisfies FieldName[]

export type More = { values: Partial<Counterparty>; names: FieldName[]; ownerless: boolean }

/** What stands there; it comes before what the other columns say. */
export function readMore(text: string, fields: Fields): More | undefined {
  const json = parsed(text)
  const names = MORE_FIELDS.filter((name) => json !== undefined && name in json)
  if (json === undefined || names.length < Object.keys(json).length) {
    fields.refuse(MORE, 'format', 'is not what an export writes there; leave it as it was, or empty')
    return undefined
  }
  const record = plainNames(Counterparty.fromJSON(json))
  const values = Object.fromEntries(names.map((name) => [name, record[name]]))
  return { values, names, ownerless: json.responsibleId === null }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** It is a door to every field: all limits of the contract hold for what came through it. */
export function moreViolations(c: Counterparty, rights: RightsData, country: CountryCode): Violation[] {
  const found = [
    ...messageViolations('vitrylo.contacts.v1.Counterparty', Counterparty.encode({ ...c, id: '' }).finish()),
    ...violationsOf(c, rights), ...c.channels.flatMap((channel, at) => rowViolation(channel, country, `channels[${at}].value`) ?? []),
  ]
  return found.map(({ field, rule, description }) => ({ field: MORE, rule, description: `${field}: ${description}` }))
}
