import { isAmong, type Caller } from '@vitrylo/auth'
import type { FilterFields, Relation } from './fields.ts'
import type { ListDefinition } from './list.ts'

export type FilterTable = { section?: string; fields: FilterFields; relations?: Readonly<Record<string, Relation>> }

/** What a filter may name without what is hidden from its asker: such a field is refused as one that was never there. */
export function shownTable<T extends FilterTable>(table: T, caller: Caller): T {
  const hidden = caller.limits()?.hidden
  if (hidden === undefined || hidden.size === 0) return table
  const { fields, relations = {}, section = '' } = table
  const own = hidden.get(section)
  const shown = Object.entries(relations)
    // A relation may be a field itself: channels, interests.
    .filter(([name, relation]) => relation.section !== section || own?.has(name) !== true)
    .map(([name, relation]): [string, Relation] => [name, { ...relation, fields: without(relation.fields, hidden.get(relation.section)) }])
  return { ...table, fields: without(fields, own), relations: Object.fromEntries(shown) }
}

/** Whoever knows the ids of some records asks for all of them at once. */
export const withId = <T extends ListDefinition>(list: T): T => ({ ...list, fields: { ...list.fields, id: { column: list.id, type: 'uuid' } } })

/** The same for orders, so that no order and no page token tells a value. */
export function shownOrders(list: ListDefinition, caller: Caller): ListDefinition {
  const own = caller.limits()?.hidden.get(list.section ?? '')
  if (own === undefined) return list
  const orders = without(list.orders, own)
  const isShown = (part: string): boolean => Object.hasOwn(orders, part.trim().split(' ')[0]!)
  const defaultOrder = list.defaultOrder.split(',').filter(isShown).join(',').trim()
  if (defaultOrder !== '') return { ...list, orders, defaultOrder }
  return { ...list, orders: { ...orders, id: { column: list.id, type: 'uuid' } }, defaultOrder: 'id' }
}

const without = <T extends { of?: string }>(fields: Readonly<Record<string, T>>, hidden: ReadonlySet<string> | undefined): Readonly<Record<string, T>> =>
  hidden === undefined ? fields : Object.fromEntries(Object.entries(fields).filter(([name, { of }]) => !isAmong(hidden, of ?? name)))
