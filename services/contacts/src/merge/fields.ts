import { isDeepStrictEqual } from 'node:util'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { loadContract } from '@vitrylo/proto/contract.ts'

/** A field of the contract, or `custom.x`: each custom value is decided by itself. */
export type FieldName = string
/** `list` adds up, `text` may, of the others one value is taken. */
export type Shape = 'list' | 'text' | 'flag' | 'value'
export type Field = { name: FieldName; shape: Shape }

const MESSAGE = 'vitrylo.contacts.v1.Counterparty'
/** Whom an import means by it stays findable under it; it is unique, so that it cannot move while the other record is kept. */
const STAYS_WITH_ITS_RECORD = new Set(['externalId'])
// Custom values are fields of their own.
const RECORD = new Set(['id', 'etag', 'custom'])

let known: Field[] | undefined
const CUSTOM = 'custom.'

/** The value of a field, also of a custom one. */
export const valueAt = (c: Counterparty, name: FieldName): unknown =>
  name.startsWith(CUSTOM) ? c.custom?.[name.slice(CUSTOM.length)] : c[name as keyof Counterparty]

/** A copy with other values; undefined takes a custom value away. */
export function withValues(c: Counterparty, values: ReadonlyMap<FieldName, unknown>): Counterparty {
  const next: Record<string, unknown> = { ...c }
  const custom: Record<string, unknown> = { ...c.custom }
  for (const [name, value] of values) {
    if (!name.startsWith(CUSTOM)) next[name] = value
    else if (value === undefined) delete custom[name.slice(CUSTOM.length)]
    else custom[name.slice(CUSTOM.length)] = value
  }
  return { ...(next as unknown as Counterparty), custom }
}

/** Every field that these records may differ in. */
export function fieldsOf(...records: readonly Counterparty[]): Field[] {
  const names = [...new Set(records.flatMap(({ custom }) => Object.keys(custom ?? {})))].sort()
  const custom = names.map((name): Field => ({ name: CUSTOM + name, shape: shapeOf(records.map((c) => c.custom?.[name]).find((value) => value !== undefined)) }))
  return [...ownFields(), ...custom]
}

const shapeOf = (value: unknown): Shape => (Array.isArray(value) ? 'list' : typeof value === 'boolean' ? 'flag' : typeof value === 'string' ? 'text' : 'value')

/**
 * Every field that a person may write, from the descriptor: one that is added to the contract is merged without a word
 * here. What the contract calls `Output only` belongs to the record and stays out.
 */
function ownFields(): Field[] {
  if (known !== undefined) return known
  const { registry, comment } = loadContract()
  const message = registry.getMessage(MESSAGE)
  if (message === undefined) throw new Error(`the contract has no ${MESSAGE}`)
  known = message.fields
    .filter((field) => !comment(field).startsWith('Output only') && !RECORD.has(field.jsonName) && !STAYS_WITH_ITS_RECORD.has(field.jsonName))
    .map((field): Field => {
      const name = field.jsonName
      if (field.fieldKind === 'list' || field.fieldKind === 'map') return { name, shape: field.fieldKind === 'list' ? 'list' : 'value' }
      if (field.fieldKind !== 'scalar') return { name, shape: 'value' }
      const sample = Counterparty.fromPartial({})[name as keyof Counterparty]
      return { name, shape: typeof sample === 'boolean' ? 'flag' : typeof sample === 'string' ? 'text' : 'value' }
    })
  return known
}

export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'string' && value.endsWith('_UNSPECIFIED'))

export const isSame = (a: Counterparty, b: Counterparty, name: FieldName): boolean => isDeepStrictEqual(valueAt(a, name), valueAt(b, name))
