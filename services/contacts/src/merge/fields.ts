import { isDeepStrictEqual } from 'node:util'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { loadContract } from '@vitrylo/proto/contract.ts'

export type FieldName = keyof Counterparty
/** `list` adds up, `text` may, of the others one value is taken. */
export type Shape = 'list' | 'text' | 'flag' | 'value'
export type Field = { name: FieldName; shape: Shape }

const MESSAGE = 'vitrylo.contacts.v1.Counterparty'
/** Whom an import means by it stays findable under it; it is unique, so that it cannot move while the other record is kept. */
const STAYS_WITH_ITS_RECORD = new Set(['externalId'])
const RECORD = new Set(['id', 'etag'])

let known: Field[] | undefined

/**
 * Every field that a person may write, from the descriptor: one that is added to the contract is merged without a word
 * here. What the contract calls `Output only` belongs to the record and stays out.
 */
export function mergedFields(): Field[] {
  if (known !== undefined) return known
  const { registry, comment } = loadContract()
  const message = registry.getMessage(MESSAGE)
  if (message === undefined) throw new Error(`the contract has no ${MESSAGE}`)
  known = message.fields
    .filter((field) => !comment(field).startsWith('Output only') && !RECORD.has(field.jsonName) && !STAYS_WITH_ITS_RECORD.has(field.jsonName))
    .map((field): Field => {
      const name = field.jsonName as FieldName
      if (field.fieldKind === 'list' || field.fieldKind === 'map') return { name, shape: field.fieldKind === 'list' ? 'list' : 'value' }
      if (field.fieldKind !== 'scalar') return { name, shape: 'value' }
      const sample = Counterparty.fromPartial({})[name]
      return { name, shape: typeof sample === 'boolean' ? 'flag' : typeof sample === 'string' ? 'text' : 'value' }
    })
  return known
}

export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'string' && value.endsWith('_UNSPECIFIED'))

export const isSame = (a: Counterparty, b: Counterparty, name: FieldName): boolean => isDeepStrictEqual(a[name], b[name])
