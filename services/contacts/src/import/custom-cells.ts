import type { Caller, RightsData } from '@vitrylo/auth'
import { customCells, fieldsOf, readCell, type CustomValues, type Resource } from '@vitrylo/custom'
import { bareHeader, type ImportRow } from '@vitrylo/imports'
import type { Fields } from './read-fields.ts'

/** Columns of custom fields: `custom.contract_no`. */
export const customColumns = (rights: RightsData, resource: Resource = 'counterparties'): string[] => customCells(fieldsOf(rights, resource)).map(({ name }) => name)

/** What people call them -> column. */
export const customHeaders = (rights: RightsData, resource: Resource = 'counterparties'): [string, string][] =>
  customCells(fieldsOf(rights, resource)).flatMap(({ name, aliases }) => aliases.map((alias): [string, string] => [bareHeader(alias), name]))

/** What a row says of custom fields; undefined where it says nothing. */
export function readCustom(row: ImportRow, rights: RightsData, caller: Caller | undefined, fields: Fields, resource: Resource = 'counterparties'): CustomValues | undefined {
  const kept = caller?.limits()?.kept(resource, 'change')
  const values: Record<string, unknown> = {}
  for (const { name, field } of customCells(fieldsOf(rights, resource))) {
    const text = row[name]
    if (text === undefined) continue
    if (kept?.has(name) || kept?.has('custom')) fields.refuse(name, 'right', 'is a field that you may not write')
    const read = readCell(field, text)
    if (read === null) continue
    if ('wrong' in read) fields.refuse(name, read.rule, read.wrong)
    else values[field.name] = read.value
  }
  return Object.keys(values).length === 0 ? undefined : values
}

/** Values of fields that are not archived. */
export function livingCustom(custom: CustomValues | undefined, rights: RightsData): Record<string, unknown> {
  const living = new Set(customCells(fieldsOf(rights, 'counterparties')).map(({ field }) => field.name))
  return Object.fromEntries(Object.entries(custom ?? {}).filter(([name]) => living.has(name)))
}
