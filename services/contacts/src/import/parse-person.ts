import type { ImportContext, ImportRow } from '@vitrylo/imports'
import { DecisionRole, type ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import type { CountryCode } from 'libphonenumber-js'
import { normalisedPerson } from '../contact-person/complete-person.ts'
import { DECISIONS } from './choice-names.ts'
import { readCustom } from './custom-cells.ts'
import { displayNameOf, type Fields } from './read-fields.ts'

const CHANNELS = ['phone', 'phone2', 'phone3', 'email', 'email2', 'site', 'messenger'] as const

/** Fields of a row that speak of a person, whatever the organisation. */
export const PERSON_FIELDS = [
  'displayName', 'familyName', 'givenName', 'middleName', 'position', 'decisionRole', ...CHANNELS, 'birthday', 'note', 'externalId',
] as const

/** What a row can change of a person who is known. */
export const CHANGING = ['displayName', 'channels', 'birthday', 'note', 'externalId', 'positions', 'custom'] as const
export type PersonField = (typeof CHANGING)[number]

/** A person as a row tells of them; `said`: the fields that it speaks of. */
export type PersonInRow = { person: ContactPerson; title: string; role: DecisionRole; said: readonly PersonField[] }

/** Row -> person without a place; what is wrong is among the violations of `fields`. */
export function parsePerson(fields: Fields, row: ImportRow, country: CountryCode, { rights, caller }: ImportContext): PersonInRow {
  const person: ContactPerson = {
    id: '', etag: '', createTime: undefined, updateTime: undefined, branchId: '', responsibleId: '', positions: [],
    custom: readCustom(row, rights, caller, fields, 'contact-persons'),
    displayName: displayNameOf(fields),
    channels: fields.channels(CHANNELS),
    birthday: fields.day('birthday'),
    note: fields.text('note', 4000),
    externalId: fields.text('externalId', 200),
  }
  const title = fields.text('position', 200)
  const role = fields.choice('decisionRole', DECISIONS) ?? DecisionRole.UNSPECIFIED
  return { person: normalisedPerson(person, country), title, role, said: [...new Set(['displayName' as const, ...personFieldsSaid(Object.keys(row))])] }
}

const TARGETS: [RegExp, PersonField][] = [
  [/^(displayName|familyName|givenName|middleName)$/, 'displayName'],
  [/^(phone|email)\d?$|^(site|messenger)$/, 'channels'],
  [/^(position|decisionRole|counterparty.+)$/, 'positions'],
  [/^custom\./, 'custom'],
]

/** Fields of a person that fields of a row speak of: `phone` of the channels. */
export const personFieldsSaid = (fields: readonly string[]): PersonField[] =>
  [...new Set(fields.map((field) => TARGETS.find(([pattern]) => pattern.test(field))?.[1] ?? (field as PersonField)))]

/** A person by fields, as they would be stored. */
export function shownPerson({ person: { displayName, channels, birthday, note, externalId }, title }: PersonInRow): Record<string, string> {
  const said = { displayName, phone: channels.map(({ e164, value }) => e164 || value).join(', '), birthday, note, externalId, position: title }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''))
}
