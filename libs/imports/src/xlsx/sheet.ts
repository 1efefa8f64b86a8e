import { MAX_CELLS, MAX_ROW, type CsvRow } from '../csv.ts'
import { columnIndex, unescaped } from './letters.ts'
import { dateOf } from './styles.ts'
import { parserOf } from './xml.ts'

/** What a sheet needs of its workbook. */
export type Book = { sheet: string; since1904: boolean; dates: ReadonlySet<number>; shared: readonly string[] }

type Cell = { at: number; type: string; style: number; value: string; text: string }

/** Turns the XML of a sheet, part by part, into rows of texts. */
export function sheetReader(book: Book): { add(text: string): CsvRow[]; end(): CsvRow[] } {
  let rows: CsvRow[] = []
  let [line, width] = [0, 0]
  let cells: string[] = []
  let figures = new Map<number, string>()
  let cell: Cell | undefined
  let reading: 'value' | 'text' | undefined
  let hints = 0
  const parser = parserOf({
    open({ name, attributes: { r = '', t = 'n', s = '0' } }) {
      if (name === 'row') {
        line = /^\d{1,9}$/.test(r) ? Number(r) : line + 1
        cells = []
        figures = new Map()
      } else if (name === 'c') cell = { at: columnIndex(r) ?? cells.length, type: t, style: Number(s), value: '', text: '' }
      else if (name === 'rPh') hints++
      else if (cell !== undefined) reading = name === 'v' ? 'value' : name === 't' && hints === 0 ? 'text' : undefined
    },
    text(piece) {
      if (cell !== undefined && reading !== undefined && cell[reading].length <= MAX_ROW) cell[reading] += piece
    },
    close(name) {
      if (name === 'rPh') hints--
      if (name === 'v' || name === 't') reading = undefined
      if (name === 'c' && cell !== undefined) {
        const text = textOf(cell, book)
        put(cells, cell.at, text)
        if (cell.type === 'n' && UNCLEAR.test(text)) figures.set(cell.at, `${text}0`)
        cell = undefined
      }
      if (name === 'row') {
        const row = rowOf(cells, line, width)
        if (row === undefined) return
        if (width === 0) width = row.cells.length
        rows.push(figures.size === 0 ? row : { ...row, figures })
      }
    },
  })
  const taken = (): CsvRow[] => {
    const found = rows
    rows = []
    return found
  }
  return {
    add(text) {
      parser.write(text)
      return taken()
    },
    end() {
      parser.close()
      return taken()
    },
  }
}

/** A figure that is refused as a text, as `1.375` may be 1375. The point of a number is never one of thousands. */
const UNCLEAR = /^-?[1-9]\d{0,2}\.\d{3}$/

function put(cells: string[], at: number, text: string): void {
  if (text === '' || at >= MAX_CELLS) return
  while (cells.length < at) cells.push('')
  cells[at] = text
}

/** Rows are as wide as the head; a row of nothing is none. */
function rowOf(cells: string[], line: number, width: number): CsvRow | undefined {
  if (cells.length === 0) return undefined
  const length = cells.reduce((sum, one) => sum + one.length, 0)
  if (length > MAX_ROW) return { line, cells: cells.map((one) => one.slice(0, 200)), problem: { rule: 'length', description: `the row is longer than ${MAX_ROW} characters`, column: -1 } }
  if (width > 0 && cells.length > width) {
    return { line, cells, problem: { rule: 'columns', description: `the row has ${cells.length} columns, the head has ${width}`, column: -1 } }
  }
  while (cells.length < width) cells.push('')
  return { line, cells }
}

function textOf({ type, style, value, text }: Cell, { shared, dates, since1904 }: Book): string {
  if (type === 's') return (shared[Number(value)] ?? '').trim()
  if (type === 'inlineStr') return unescaped(text).trim()
  if (type === 'str') return unescaped(value).trim()
  if (type === 'b') return value === '1' ? 'yes' : 'no'
  if (type === 'e') return '' // #REF! says nothing
  if (type === 'd') return value
  return (value !== '' && dates.has(style) ? dateOf(Number(value), since1904) : undefined) ?? plainNumber(value.trim())
}

/** 3.80671112233E11 is a phone: whole numbers are written out, others stay as they stand. */
function plainNumber(value: string): string {
  if (!/e/i.test(value)) return value
  const number = Number(value)
  if (!Number.isFinite(number)) return value
  return Number.isSafeInteger(number) ? String(number) : value
}
