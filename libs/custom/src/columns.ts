import type { CustomField } from '@vitrylo/auth'
import { sql, type Sql } from '@vitrylo/pg'
import type { FieldFacts, FilterFields, OrderField } from '@vitrylo/lists'

// Names of fields are checked by the contract (letters, digits, _) before they are kept: nobody's text comes here.
const NAME = /^[a-z][a-z0-9_]{0,39}$/

/** A piece of a statement made of a field's name; the same text stands in its index. */
function raw(name: string, text: (quoted: string) => string): Sql {
  if (!NAME.test(name)) throw new Error(`${name} is no name of a field`)
  return sql([text(`'${name}'`)])
}

const TYPES: Record<CustomField['kind'], FieldFacts['type']> = {
  text: 'text', number: 'number', money: 'money', date: 'date', choice: 'word', choices: 'array', flag: 'boolean', link: 'uuid', file: 'text',
}

/** What one may know of a custom field without its table, for filters, or for the conditions under which others are shown. */
export const factsOfField = ({ kind, options, linkTo, archived, filterable }: CustomField, asked: 'filter' | 'condition' = 'filter'): FieldFacts => ({
  type: TYPES[kind],
  ...((kind === 'choice' || kind === 'choices') && { words: options.map(({ word }) => word) }),
  nullable: true,
  ...(linkTo !== '' && { reference: linkTo }),
  ...(archived ? { closed: 'was archived; bring it back, or take the condition out' } : asked === 'filter' && !filterable && { closed: 'cannot be filtered by until an administrator sets it up for that' }),
})

/** A value as text, as the index of those that no two may have keeps it. */
export const textColumn = (name: string): Sql => raw(name, (quoted) => `(custom ->> ${quoted})`)

/** Where a value stands, typed. `c` is the prefix of the table in the statement, empty in an index. */
export function columnOf({ kind, name }: Pick<CustomField, 'kind' | 'name'>, c = ''): Sql {
  const of = (text: (value: string) => string): Sql => raw(name, (quoted) => text(`(${c}custom ->> ${quoted})`))
  switch (kind) {
    case 'number':
      return of((value) => `${value}::numeric`)
    case 'money':
      return raw(name, (quoted) => `(${c}custom -> ${quoted} ->> 'amount')::numeric`)
    case 'flag':
      return of((value) => `${value}::boolean`)
    case 'link':
      return of((value) => `${value}::uuid`)
    case 'file':
      return raw(name, (quoted) => `(${c}custom -> ${quoted} ->> 'name')`)
    case 'date':
      return of((value) => `custom_day${value}`)
    case 'choices':
      return raw(name, (quoted) => `custom_words(${c}custom -> ${quoted})`)
    default:
      return of((value) => value)
  }
}

const SORTS: Partial<Record<CustomField['kind'], { type: OrderField['type']; last: string }>> = {
  // U+FFFF comes after every letter in the collations of ICU.
  text: { type: 'text', last: `U&'\\FFFF'` },
  number: { type: 'numeric', last: `'infinity'::numeric` },
  money: { type: 'numeric', last: `'infinity'::numeric` },
  date: { type: 'date', last: `'infinity'::date` },
}

/** What a list is sorted by; undefined for kinds that have no order. */
export function orderOf(field: Pick<CustomField, 'kind' | 'name'>, c = ''): OrderField | undefined {
  const sort = SORTS[field.kind]
  if (sort === undefined) return undefined
  const column = sql`coalesce(${columnOf(field, c)}, ${sql([sort.last])})`
  return { column: field.kind === 'text' ? sql`${column} collate "uk-UA-x-icu"` : column, type: sort.type }
}

/** Fields and orders of a list by the names that questions use: `custom.contract_no`. */
export function customColumns(fields: readonly CustomField[], c: string): { fields: FilterFields; orders: Record<string, OrderField> } {
  const found: { fields: Record<string, FilterFields[string]>; orders: Record<string, OrderField> } = { fields: {}, orders: {} }
  for (const field of fields) {
    const name = `custom.${field.name}`
    const currency = field.kind === 'money' && raw(field.name, (quoted) => `(${c}custom -> ${quoted} ->> 'currency')`)
    found.fields[name] = { ...factsOfField(field), column: columnOf(field, c), ...(currency && { currency }) }
    const order = field.filterable && !field.archived ? orderOf(field, c) : undefined
    if (order !== undefined) found.orders[name] = order
  }
  return found
}
