import pg from 'pg'
import type { CustomTypesConfig } from 'pg'

type TypeId = Parameters<typeof pg.types.getTypeParser>[0]

const { builtins, getTypeParser } = pg.types

const int8 = (text: string): number => {
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw new RangeError(`int8 ${text} does not fit a number`)
  return number
}
const textually = (text: string): string => text

const INT8_ARRAY = 1016
const DATE_ARRAY = 1182
const TEXT_ARRAY = 1009 as number as TypeId // pg's types do not name arrays
const textArray = getTypeParser(TEXT_ARRAY, 'text') as (text: string) => (string | null)[]

/**
 * How values arrive: int8 as number, numeric as string, timestamptz as Date, date as 'YYYY-MM-DD'.
 * pg's own parser turns a date into local midnight, which is another day in another time zone.
 */
const PARSERS: Record<number, (text: string) => unknown> = {
  [builtins.INT8]: int8,
  [builtins.DATE]: textually,
  [INT8_ARRAY]: (text) => textArray(text).map((item) => (item === null ? null : int8(item))),
  [DATE_ARRAY]: textArray,
}

export const types: CustomTypesConfig = {
  getTypeParser: ((oid: TypeId, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS[oid]) || getTypeParser(oid, format as 'text')) as typeof getTypeParser,
}
