import type { Caller, RightsData } from '@vitrylo/auth'
import { invalid } from '@vitrylo/errors'
import { FIELDS } from '../import/parse-counterparty.ts'
import { customColumns } from '../import/custom-cells.ts'
import { MORE } from '../import/more.ts'
import { fieldsSaid } from '../import/plan-counterparty.ts'

// Two ways to say one thing: an export says it in one.
const SAID_OTHERWISE = /^(familyName|givenName|middleName|responsibleId|branchId|address\.(country|postcode|region|city|street))$/

const LAST = ['note', MORE]

/** Every column that an export can have, in its order; those of custom fields stand before the last ones. */
const EXPORT_COLUMNS: readonly string[] = [...FIELDS.filter((field) => !SAID_OTHERWISE.test(field) && !LAST.includes(field)), ...LAST]

/** A field that is hidden from a caller has no column. */
function mayExport(caller: Caller, column: string): boolean {
  const hidden = caller.limits()?.hidden.get('counterparties')
  return hidden === undefined || ![column, ...fieldsSaid([column])].some((field) => hidden.has(field))
}

/** The columns that are asked for. */
export function columnsOf(asked: readonly string[], caller: Caller, rights: RightsData): readonly string[] {
  const every = [...EXPORT_COLUMNS.slice(0, -LAST.length), ...customColumns(rights), ...LAST]
  const unknown = asked.flatMap((column, index) =>
    every.includes(column) ? [] : [{ field: `columns[${index}]`, rule: 'choice', description: `must be of ${every.join(', ')}` }])
  if (unknown.length > 0) throw invalid(unknown)
  return (asked.length === 0 ? every : asked).filter((column) => mayExport(caller, column))
}
