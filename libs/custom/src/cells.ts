import type { CustomField } from '@vitrylo/auth'
import type { CustomValues } from './fields.ts'
import { figureOf, isUnclear, UNCLEAR } from './figure.ts'
import { readValue, type Read } from './read-value.ts'

/** What a file has a column for: `custom.contract_no`, and by what else people may call it. */
export const customCells = (fields: readonly CustomField[]): { name: string; field: CustomField; aliases: string[] }[] =>
  fields.filter(({ archived }) => !archived).map((field) => ({ name: `custom.${field.name}`, field, aliases: [field.label.uk, field.label.en, field.name] }))

const YES = new Set(['true', 'yes', 'так', 'є', '1', '+'])
const NO = new Set(['false', 'no', 'ні', 'немає', '0', '-'])

/** The same of what a file can bring: files come one by one, and a name is none. */
export const importCells = (fields: readonly CustomField[]) => customCells(fields).filter(({ field }) => field.kind !== 'file')

/** Columns that no file can bring. */
export const fileColumns = (fields: readonly CustomField[]): string[] => customCells(fields).filter(({ field }) => field.kind === 'file').map(({ name }) => name)

/** Columns of numbers and sums. */
export const figureColumns = (fields: readonly CustomField[]): string[] => customCells(fields).filter(({ field }) => isFigure(field)).map(({ name }) => name)

/** Columns of days, and those of several choices. */
export const dayColumns = (fields: readonly CustomField[]): string[] => customCells(fields).filter(({ field }) => field.kind === 'date').map(({ name }) => name)
export const listColumns = (fields: readonly CustomField[]): string[] => customCells(fields).filter(({ field }) => field.kind === 'choices').map(({ name }) => name)

const isFigure = ({ kind }: CustomField): boolean => kind === 'number' || kind === 'money'
const CURRENCY = /[A-Za-z]{3}$/

/** A text of a file as a value: as `printCell` writes it, or as people do. Empty is nothing. */
export function readCell(field: CustomField, text: string): Read {
  const cell = text.trim()
  if (isFigure(field) && isUnclear(cell.replace(CURRENCY, ''))) return { rule: UNCLEAR[0], wrong: UNCLEAR[1] }
  return cell === '' ? null : readValue(field, CELLS[field.kind](cell, field))
}

type Refuse = (field: string, rule: string, description: string) => unknown

/** What a row of a file says of custom fields; undefined where it says nothing. `kept`: fields that the caller may not write. */
export function readCells(fields: readonly CustomField[], row: Readonly<Record<string, string>>, kept: ReadonlySet<string> | undefined, refuse: Refuse): CustomValues | undefined {
  const values: Record<string, unknown> = {}
  for (const { name, field } of importCells(fields)) {
    const text = row[name]
    if (text === undefined) continue
    if (kept?.has(name) || kept?.has('custom')) refuse(name, 'right', 'is a field that you may not write')
    const read = readCell(field, text)
    if (read === null) continue
    if ('wrong' in read) refuse(name, read.rule, read.wrong)
    else values[field.name] = read.value
  }
  return Object.keys(values).length === 0 ? undefined : values
}

const CELLS: Record<CustomField['kind'], (cell: string, field: CustomField) => unknown> = {
  text: (cell) => cell,
  number: (cell) => numberOf(cell) ?? cell,
  money(cell) {
    const currency = CURRENCY.exec(cell)?.[0] ?? ''
    const figure = currency === '' ? '' : cell.slice(0, -3)
    return { amount: figureOf(figure).replace(/^(-?\d{1,3}\.\d{3})0$/, '$1'), currency: currency.toUpperCase() }
  },
  date(cell) {
    const [, day, month, year] = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(cell) ?? []
    return year === undefined ? cell : `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`
  },
  choice: (cell, field) => wordOf(field, cell),
  choices: (cell, field) => cell.split(';').map((part) => wordOf(field, part.trim())).filter((word) => word !== ''),
  flag: (cell) => (YES.has(cell.toLowerCase()) ? true : NO.has(cell.toLowerCase()) ? false : cell),
  link: (cell) => cell,
  file: (cell) => cell,
}

/** `1 234,5` as people write it here. */
function numberOf(cell: string): number | undefined {
  const bare = figureOf(cell)
  return /^-?\d+(\.\d+)?$/.test(bare) ? Number(bare) : undefined
}

/** An option by its word or by either label. */
function wordOf({ options }: CustomField, text: string): string {
  const low = text.toLowerCase()
  return options.find(({ word, label }) => word === text || label.uk.toLowerCase() === low || label.en.toLowerCase() === low)?.word ?? text
}

const isFile = (value: unknown): value is { name: string } => typeof (value as { name?: unknown }).name === 'string'

/** A value as a text that `readCell` reads back to the same; of a file its name, which nothing reads back. */
export function printCell(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.join(';')
  if (isFile(value)) return value.name
  if (typeof value === 'object') return `${clear((value as { amount: string }).amount)} ${(value as { currency: string }).currency}`
  return typeof value === 'number' ? clear(String(value)) : String(value)
}

/** With another zero where it could be read as thousands. */
const clear = (figure: string): string => (isUnclear(figure) ? `${figure}0` : figure)
