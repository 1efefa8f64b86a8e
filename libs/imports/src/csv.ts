/** A row of the file, or what is wrong with it. `line` counts rows as a spreadsheet shows them, the head being 1: a cell of many lines is one row. */
export type CsvRow = { line: number; cells: string[]; /** Of a workbook: numbers that as texts could be thousands, by column, with a zero behind: `1.3750`. */ figures?: ReadonlyMap<number, string>; problem?: { rule: string; description: string; column: number } }

// A quote that nobody closes, or a file without line ends, would else be read into memory as one row.
export const MAX_ROW = 64 * 1024
// No file has so many columns; a line of nothing but delimiters shall not become as many strings.
export const MAX_CELLS = 1_001
const TOO_LONG = `the row is longer than ${MAX_ROW} characters; is the end of a line missing?`

/**
 * Reads rows from parts of a text. A row that cannot be read costs its own line only: reading goes on with the next
 * one, also after a quote that was never closed. (csv-parse with `skip_records_with_error` loses the rows behind it.)
 */
export async function* readCsv(parts: AsyncIterable<string>, delimiter: string): AsyncGenerator<CsvRow[]> {
  const reader = createReader(delimiter)
  for await (const part of parts) yield reader.add(part, false)
  yield reader.add('', true)
}

type Reader = { add(text: string, last: boolean): CsvRow[] }

function createReader(delimiter: string): Reader {
  let text = ''
  let line = 1
  let width = 0
  let skipping = false
  return {
    add(part, last) {
      text += part
      const rows: CsvRow[] = []
      let at = 0
      if (skipping) {
        // What is left of a line that was given up.
        const end = endOfLine(text, 0, last)
        skipping = end === undefined
        at = end?.next ?? text.length
        if (end !== undefined) line++
      }
      let quote = -1
      while (at < text.length) {
        if (quote < at) quote = indexOrEnd(text, '"', at) // looked for once, not for every row
        const row = readRow(text, at, quote, delimiter, last)
        if (row === undefined) break
        const kept = judge(row, at, width)
        if (kept.problem !== undefined) {
          // Only the first line is given up; what stood behind it gets its own chance.
          const end = endOfLine(text, at, last)
          const cells = text.slice(at, Math.min(end?.at ?? text.length, at + MAX_ROW)).split(delimiter, MAX_CELLS)
          rows.push({ line, cells, problem: kept.problem })
          skipping = end === undefined
          at = end?.next ?? text.length
          if (end !== undefined) line++
          continue
        }
        if (!isBlank(kept.cells)) {
          if (width === 0) width = kept.cells.length
          rows.push({ line, cells: kept.cells })
        }
        at = row.next
        line++
      }
      text = text.slice(at)
      return rows
    },
  }
}

const indexOrEnd = (text: string, what: string, from: number): number => {
  const at = text.indexOf(what, from)
  return at < 0 ? text.length : at
}

type Read = { cells: string[]; next: number; problem?: CsvRow['problem'] }

const isBlank = (cells: string[]): boolean => cells.length === 1 && cells[0] === ''

function judge(row: Read, from: number, width: number): Read {
  if (row.problem !== undefined) return row
  if (row.next - from > MAX_ROW) return { ...row, problem: { rule: 'length', description: TOO_LONG, column: -1 } }
  if (width === 0 || row.cells.length === width || isBlank(row.cells)) return row
  const description = `the row has ${row.cells.length} columns, the head has ${width}; check delimiters and quotes`
  return { ...row, problem: { rule: 'columns', description, column: -1 } }
}

function endOfLine(text: string, from: number, last: boolean): { at: number; next: number } | undefined {
  const feed = text.indexOf('\n', from)
  if (feed < 0) return last ? { at: text.length, next: text.length } : undefined
  return { at: text[feed - 1] === '\r' && feed > from ? feed - 1 : feed, next: feed + 1 }
}

/** The row at `from`; undefined when it may go on in the next part. `quote`: where the next one stands. */
function readRow(text: string, from: number, quote: number, delimiter: string, last: boolean): Read | undefined {
  const end = endOfLine(text, from, last)
  if (end !== undefined && quote >= end.at) {
    return { cells: text.slice(from, end.at).split(delimiter, MAX_CELLS).map(clean), next: end.next }
  }
  return readQuoted(text, from, delimiter, last)
}

function readQuoted(text: string, from: number, delimiter: string, last: boolean): Read | undefined {
  const cells: string[] = []
  const bad = (rule: string, description: string): Read =>
    ({ cells, next: from, problem: { rule, description, column: cells.length } })
  const wait = (): Read | undefined => (text.length - from > MAX_ROW ? bad('length', TOO_LONG) : undefined)
  for (let at = from; ; ) {
    let begin = at
    while (text[begin] === ' ') begin++
    let cell: string
    if (text[begin] === '"') {
      const close = closingQuote(text, begin + 1)
      if (close === undefined) {
        const tooLong = text.length - from > MAX_ROW
        return last || tooLong ? bad('quotes', 'a quote is opened and not closed') : undefined
      }
      if (close - from > MAX_ROW) return bad('quotes', 'a quote is opened and not closed')
      cell = text.slice(begin + 1, close).replaceAll('""', '"')
      at = close + 1
      while (text[at] === ' ') at++
      if (at >= text.length && !last) return wait()
      if (text[at] === '\r' && at + 1 >= text.length && !last) return wait()
    } else {
      at = begin
      while (at < text.length && text[at] !== delimiter && text[at] !== '\n') at++
      if (at >= text.length && !last) return wait()
      cell = text.slice(begin, at)
      if (cell.endsWith('\r') && text[at] !== delimiter) cell = cell.slice(0, -1)
    }
    const after = text[at]
    if (after !== delimiter && after !== undefined && after !== '\n' && !(after === '\r' && text[at + 1] === '\n')) {
      return bad('quotes', 'characters stand behind a closing quote; double a quote inside of a field')
    }
    if (cells.length < MAX_CELLS) cells.push(clean(cell))
    if (after === delimiter) at++
    else return { cells, next: Math.min(text.length, at + (after === '\r' ? 2 : 1)) }
  }
}

function closingQuote(text: string, from: number): number | undefined {
  for (let at = from; ; at += 2) {
    at = text.indexOf('"', at)
    if (at < 0) return undefined
    if (text[at + 1] !== '"') return at
  }
}

// What a spreadsheet would run as a formula. Phones (`+380 67…`) and numbers below zero are not among it.
const FORMULA = /^'*(?:[=@\t\r\0＝＠]|[+\-＋－](?![\d\s().,-]*$))/

// The same behind what a program set to another delimiter takes for the end of a cell: each such part is judged by itself.
const INNER = /(?<=[;,\t\r\n])(["']*(?:[=@\0＝＠]|[+\-＋－](?![\d ().-]*(?:[;,\t\r\n]|$))))/g
const INNER_ESCAPED = /(?<=[;,\t\r\n])'(["']*(?:[=@\0＝＠]|[+\-＋－](?![\d ().-]*(?:[;,\t\r\n]|$))))/g

/** Blanks at the ends go, and the apostrophes that `csvLine` (or a spreadsheet) put before what looks like a formula. */
const clean = (cell: string): string => {
  const text = cell.trim()
  if (!text.includes("'")) return text
  const inner = text.replaceAll(INNER_ESCAPED, '$1')
  return text.startsWith("'") && FORMULA.test(text) ? inner.slice(1) : inner
}

export const isFormula = (cell: string): boolean => FORMULA.test(cell)

const harmless = (cell: string): string => (FORMULA.test(cell) ? "'" : '') + cell.replaceAll(INNER, "'$1")

/** Finds the delimiter: the one that stands most often in the first line, outside of quotes. */
export function detectDelimiter(head: string): string {
  const line = head.slice(0, head.search(/\r?\n|$/)).replace(/"[^"]*"/g, '')
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: line.split(delimiter).length }))
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).delimiter
}

/** One line of a CSV file. A cell that a spreadsheet would run is written as text; read again it is what it was. */
export const csvLine = (cells: readonly string[], delimiter: string): string =>
  cells.map(harmless).map((cell) => (/["\r\n,;\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(delimiter) + '\r\n'
