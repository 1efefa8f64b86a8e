import type { Caller } from '@vitrylo/auth'
import { invalid } from '@vitrylo/errors'
import { FIELDS } from '../import/parse-counterparty.ts'
import { MORE } from '../import/more.ts'
import { fieldsSaid } from '../import/plan-counterparty.ts'

// Two ways to say one thing: an export says it in one.
const SAID_OTHERWISE = /^(familyName|givenName|middleName|responsibleId|branchId|address\.(country|postcode|region|city|street))$/

const LAST = ['note', MORE]

/** Every column that an export can have, in its order. */
export const EXPORT_COLUMNS: readonly string[] = [...FIELDS.filter((field) => !SAID_OTHERWISE.test(field) && !LAST.includes(field)), ...LAST]

/** A field that is hidden from a caller has no column. */
function mayExport(caller: Caller, column: string): boolean {
  const hidden = caller.limits()?.hidden.get('counterparties')
  return hidden === undefined || !fieldsSaid([column]).some((field) => hidden.has(field))
}

/** The columns that are asked for. */
export function columnsOf(asked: readonly string[], caller: Caller): readonly string[] {
  const unknown = asked.flatMap((column, index) =>
    EXPORT_COLUMNS.includes(column) ? [] : [{ field: `columns[${index}]`, rule: 'choice', description: `must be of ${EXPORT_COLUMNS.join(', ')}` }])
  if (unknown.length > 0) throw invalid(unknown)
  return (asked.length === 0 ? EXPORT_COLUMNS : asked).filter((column) => mayExport(caller, column))
}
