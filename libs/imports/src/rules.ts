import type { Violation } from '@vitrylo/errors'
import { ImportKnown, ImportUnknown, type ImportRules } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import type { ImportKind, Outcome } from './kind.ts'

/** Rules with nothing left open. A key is the fields that it is made of. */
export type Rules = {
  keys: readonly (readonly string[])[]
  known: 'update' | 'fill' | 'merge' | 'skip'
  unknown: 'create' | 'skip'
  /** Fields that may change; undefined: all that a row has. */
  updateFields: ReadonlySet<string> | undefined
}

/** As the search for duplicates finds it. */
export const DUPLICATES = 'duplicates'
const USUAL = 'externalId'

/** What the rules of an import come to where they say nothing. */
export function rulesOf({ keys = [], known, unknown, updateFields = [] }: Partial<ImportRules>): Rules {
  const isSet = (value: string | undefined): boolean => value !== undefined && !value.endsWith('_UNSPECIFIED')
  return {
    keys: (keys.length === 0 ? [USUAL] : keys).map((key) => key.split('+')),
    known: isSet(known) ? (wordOf(ImportKnown, known!) as Rules['known']) : 'update',
    unknown: isSet(unknown) ? (wordOf(ImportUnknown, unknown!) as Rules['unknown']) : 'create',
    updateFields: updateFields.length === 0 ? undefined : new Set(updateFields),
  }
}

export const knownOutcome = ({ known }: Rules): Outcome => (known === 'skip' ? 'skipped' : 'updated')

/** Keys and fields that the kind does not have. */
export function wrongRules(rules: ImportRules | undefined, { name, keys, fields }: ImportKind): Violation[] {
  if (rules === undefined) return []
  if (keys === undefined) return isUsual(rules) ? [] : [{ field: 'rules', rule: 'choice', description: `${name} is known by its externalId and updated` }]
  const every = [...keys.alone, ...keys.beside]
  return [
    ...rules.keys.flatMap((key, index): Violation[] => {
      const parts = key.split('+')
      const fits = parts.every((part) => every.includes(part)) && parts.some((part) => keys.alone.includes(part)) && (parts.length === 1 || !parts.includes(DUPLICATES))
      const beside = keys.beside.length > 0 ? `, with a plus also ${keys.beside.join(', ')}` : ''
      return fits ? [] : [{ field: `rules.keys[${index}]`, rule: 'choice', description: `must be of ${keys.alone.join(', ')}${beside}` }]
    }),
    ...rules.updateFields.flatMap((field, index): Violation[] =>
      fields.includes(field) ? [] : [{ field: `rules.updateFields[${index}]`, rule: 'choice', description: `${name} has no field ${field}` }]),
  ]
}

/** Records are known by what no two of them may have. */
export const isByExternalId = ({ keys }: Pick<Rules, 'keys'>): boolean => keys.every((key) => key.join('+') === USUAL)

function isUsual(given: ImportRules): boolean {
  const rules = rulesOf(given)
  const { known, unknown, updateFields } = rules
  return isByExternalId(rules) && known === 'update' && unknown === 'create' && updateFields === undefined
}
