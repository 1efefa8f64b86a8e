import type { Caller, RightsData } from '@vitrylo/auth'
import { customCells, fieldsOf, importCells, readCells, type CustomValues, type Resource } from '@vitrylo/custom'
import { bareHeader, type ImportRow } from '@vitrylo/imports'
import type { Fields } from './read-fields.ts'

/** Columns of custom fields: `custom.contract_no`. */
export const customColumns = (rights: RightsData, resource: Resource = 'counterparties'): string[] => customCells(fieldsOf(rights, resource)).map(({ name }) => name)

/** The same of what a file can bring. */
export const importColumns = (rights: RightsData, resource: Resource = 'counterparties'): string[] => importCells(fieldsOf(rights, resource)).map(({ name }) => name)

/** What people call them -> column. */
export const customHeaders = (rights: RightsData, resource: Resource = 'counterparties'): [string, string][] =>
  importCells(fieldsOf(rights, resource)).flatMap(({ name, aliases }) => aliases.map((alias): [string, string] => [bareHeader(alias), name]))

/** What a row says of custom fields; undefined where it says nothing. */
export const readCustom = (row: ImportRow, rights: RightsData, caller: Caller | undefined, fields: Fields, resource: Resource = 'counterparties'): CustomValues | undefined =>
  readCells(fieldsOf(rights, resource), row, caller?.limits()?.kept(resource, 'change'), (name, rule, description) => fields.refuse(name, rule, description))

/** Values of fields that are not archived, without files, which no import brings back. */
export function livingCustom(custom: CustomValues | undefined, rights: RightsData): Record<string, unknown> {
  const living = new Set(importCells(fieldsOf(rights, 'counterparties')).map(({ field }) => field.name))
  return Object.fromEntries(Object.entries(custom ?? {}).filter(([name]) => living.has(name)))
}
