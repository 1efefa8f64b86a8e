import type { CustomField } from '@vitrylo/auth'
import type { Sql } from '@vitrylo/pg'
import { columnOf, orderOf } from './columns.ts'
import type { Resource } from './fields.ts'

/** Where the records of a resource are. `living`: records that count, as `deleted_at is null`. */
export type CustomPlace = { table: string; living?: string }
export type CustomPlaces = Readonly<Partial<Record<Resource, CustomPlace>>>

/** An index that a field wants. The name says which: `cfu_` unique, `cff_` filter, `cfs_` sort. */
export type WantedIndex = { name: string; statement: string }

const PREFIXES = { unique: 'cfu', filter: 'cff', sort: 'cfs' } as const

/** Indexes of custom fields, whatever table: how the job knows those that nobody wants any more. */
export const OURS = '^cf[ufs]_'

export function wantedIndexes(field: CustomField, { table, living }: CustomPlace): WantedIndex[] {
  if (field.archived) return []
  const index = (kind: keyof typeof PREFIXES, on: string, more: string[] = []): WantedIndex => {
    const name = `${PREFIXES[kind]}_${table}_${field.name}`
    const where = [...more, ...(living === undefined ? [] : [living])]
    const statement = `create ${kind === 'unique' ? 'unique ' : ''}index concurrently ${name} on ${table} ${on}${where.length > 0 ? ` where ${where.join(' and ')}` : ''}`
    return { name, statement }
  }
  const found: WantedIndex[] = []
  if (field.unique) found.push(index('unique', `((custom ->> '${field.name}'))`, [`custom ->> '${field.name}' is not null`]))
  if (!field.filterable) return found
  const column = textOf(columnOf(field))
  found.push(index('filter', field.kind === 'choices' ? `using gin ((${column}))` : `((${column}))`))
  const order = orderOf(field)
  if (order !== undefined) found.push(index('sort', `((${textOf(order.column)}), id)`))
  return found
}

function textOf(piece: Sql): string {
  if (piece.values.length > 0) throw new Error('an index takes no parameters')
  return piece.text
}

/** `cfu_counterparty_contract_no` -> `custom.contract_no`: the field whose value another record has. */
export const takenCustomField = (constraint: string): string | undefined => {
  const name = /^cfu_(?:counterparty|contact_person|opportunity|request)_([a-z0-9_]+)$/.exec(constraint)?.[1]
  return name && `custom.${name}`
}
