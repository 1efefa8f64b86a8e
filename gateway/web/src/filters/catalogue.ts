import catalogue from '@vitrylo/lists/fields.json'
import type { FieldRights } from '../api/me.ts'
import { labelOf, type CustomResource } from '../api/custom-fields.ts'
import type { CustomField } from '../api/types.ts'
import { isInRecord, mayBeAbsent, OPERATORS_OF, type FieldFacts } from '@vitrylo/lists/types.ts'

/** A custom field brings its own names. */
export type ShownFacts = FieldFacts & { label?: string; wordLabels?: Readonly<Record<string, string>> }
export type Fields = Readonly<Record<string, ShownFacts>>
type ListFacts = { fields: Fields; relations: Readonly<Record<string, { section: string; fields: Fields }>> }

/** Lists that have a builder. */
export type Resource = 'counterparties' | 'opportunities' | 'requests' | 'calls'

export const factsOf = (resource: Resource): ListFacts => (catalogue as unknown as Record<Resource, ListFacts>)[resource]

/** What the signed-in person may ask by: the server knows no hidden field. */
export function shownFacts(resource: Resource, rightsOf: (section: string) => FieldRights): ListFacts {
  const { fields, relations } = factsOf(resource)
  const shown = (section: string, of: Fields): Fields => Object.fromEntries(Object.entries(of).filter(([name]) => rightsOf(section).shown(name)))
  const related = Object.entries(relations).filter(([name, { section }]) => section !== resource || rightsOf(section).shown(name))
  return { fields: shown(resource, fields), relations: Object.fromEntries(related.map(([name, one]) => [name, { ...one, fields: shown(one.section, one.fields) }])) }
}

const TYPES: Record<string, FieldFacts['type']> = { text: 'text', number: 'number', money: 'money', date: 'date', choice: 'word', choices: 'array', flag: 'boolean', link: 'uuid', file: 'text' }

/** Custom fields that lists can be narrowed by. */
export const customFactsOf = (fields: readonly CustomField[]): Fields => factsOfCustom(fields.filter(({ filterable }) => filterable))

/** What a condition on the record itself may speak of, by the rule of the service. An id that names no kind of record is for programs. */
export function recordFields(resource: CustomResource, custom: readonly CustomField[]): Fields {
  const { fields } = (catalogue as unknown as Record<CustomResource, ListFacts>)[resource]
  const own = Object.entries(fields).filter(([name, facts]) => isInRecord(resource, name, facts) && (facts.type !== 'uuid' || facts.reference !== undefined))
  return { ...Object.fromEntries(own), ...factsOfCustom(custom) }
}

const factsOfCustom = (fields: readonly CustomField[]): Fields =>
  Object.fromEntries(
    fields.filter(({ archived }) => !archived).map((field) => [
      `custom.${field.name}`,
      {
        type: TYPES[field.kind] ?? 'text', nullable: true, label: labelOf(field),
        ...(field.options.length > 0 && { words: field.options.map(({ word }) => word), wordLabels: Object.fromEntries(field.options.map((one) => [one.word, labelOf(one)])) }),
        ...(field.linkTo && { reference: field.linkTo }),
      },
    ]),
  )

/** What may stand between field and value; `*` asks whether there is one. `!` turns it round. */
export function choicesOf(field: FieldFacts): string[] {
  const own = OPERATORS_OF[field.type]
  const shown = field.type === 'array' ? [':', '!:'] : field.type === 'text' ? [':', '!:', '=', '!='] : field.type === 'boolean' ? ['='] : [...own]
  return mayBeAbsent(field) ? [...shown, '*', '!*'] : shown
}

const WORDS: Readonly<Record<string, string>> = {
  'counterparties/kind': 'words.partyKind', 'counterparties/roles': 'words.role', 'opportunities/state': 'words.opportunityState',
  'requests/state': 'words.requestState', 'requests/channel': 'words.requestChannel', 'calls/direction': 'words.callDirection',
  'calls/state': 'words.callState', 'calls/disposition': 'words.callOutcome', 'channels/kind': 'words.channel',
  'contacts/kind': 'words.contactKind', 'addresses/kind': 'words.address', 'relations/other': 'words.relationEnd', 'consents/source': 'words.consentSource',
}

/** Where the words of a field are named; of a list or of a relation. */
export const wordsKey = (of: string, field: string): string => WORDS[`${of}/${field}`] ?? ''
