import type { Caller, CustomField, RightsData } from '@vitrylo/auth'
import type { FieldFacts, ListDefinition } from '@vitrylo/lists'
import { customColumns, factsOfField, orderOf } from './columns.ts'
import type { Resource } from './fields.ts'

// The definitions are one immutable value per change, so that a list is put together once per change.
const made = new WeakMap<readonly CustomField[], ListDefinition>()

/** A list with the custom fields of today. `c`: the prefix of its table in the statement, `c.`. */
export function withCustom(list: ListDefinition, { customFields }: Caller, resource: Resource, c: string): ListDefinition {
  const fields = customFields?.get(resource)
  if (fields === undefined) return list
  let known = made.get(fields)
  if (known === undefined) {
    const custom = customColumns(fields, c)
    made.set(fields, (known = { ...list, fields: { ...list.fields, ...custom.fields }, orders: { ...list.orders, ...custom.orders } }))
  }
  return known
}

/** The same without a table: for a filter that is kept for later. */
export function customFacts(data: RightsData, resource: string): { fields: Record<string, FieldFacts>; orders: string[] } {
  const fields = data.customFields.get(resource) ?? []
  return {
    fields: Object.fromEntries(fields.map((field) => [`custom.${field.name}`, factsOfField(field)])),
    orders: fields.filter((field) => field.filterable && !field.archived && orderOf(field) !== undefined).map(({ name }) => `custom.${name}`),
  }
}
