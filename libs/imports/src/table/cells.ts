import { wallOf } from '@vitrylo/lists'
import type { SheetCell } from '../xlsx/write.ts'
import type { CellKind, CellValue, Language } from './table.ts'

const DAY_MS = 86_400_000
/** Days from the end of 1899, where spreadsheets begin, to 1970. */
const EPOCH = 25_569

/** As a typed cell of a workbook. */
export function sheetCell(kind: CellKind, value: CellValue, timeZone: string): SheetCell {
  if (value === undefined || value === '') return ''
  if (kind === 'text') return String(value)
  if (kind === 'time') return { style: kind, figure: String(Math.round((wallOf(value as Date, timeZone) / DAY_MS + EPOCH) * 1e6) / 1e6) }
  if (kind === 'day') return { style: kind, figure: String(Date.parse(`${String(value)}T00:00:00Z`) / DAY_MS + EPOCH) }
  return { style: kind, figure: String(value) }
}

/** As a text that a spreadsheet of that language reads as what it is: days and times by ISO, which all of them know. */
export function textCell(kind: CellKind, value: CellValue, language: Language, timeZone: string): string {
  if (value === undefined) return ''
  if (kind === 'time') return new Date(wallOf(value as Date, timeZone)).toISOString().slice(0, 16).replace('T', ' ')
  if (kind === 'text' || kind === 'day' || language === 'en') return String(value)
  return String(value).replace('.', ',')
}
