import { isAmong } from '@vitrylo/auth'
import { invalid } from '@vitrylo/errors'
import { dayOf, isTimeZone } from '@vitrylo/lists'
import { TableFormat, type ExportTableRequest } from '@vitrylo/proto/vitrylo/files/v1/table.ts'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import { exportedPages, fileOfPages, messageJson, trimmed, type Call, type Deps } from '@vitrylo/service'
import { csvLine } from '../csv.ts'
import { writeXlsx, type SheetCell } from '../xlsx/write.ts'
import { sheetCell, textCell } from './cells.ts'
import { writeJson } from './json.ts'
import type { CellKind, Language, Reading, Table, TableColumn } from './table.ts'

const ENDINGS: Partial<Record<TableFormat, string>> = { [TableFormat.XLSX]: 'xlsx', [TableFormat.JSON]: 'json' }
const TYPES: Partial<Record<TableFormat, string>> = { [TableFormat.XLSX]: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', [TableFormat.JSON]: 'application/json' }
const WIDTHS: Record<CellKind, number> = { text: 24, figure: 10, number: 14, sum: 16, day: 12, time: 17 }

type Page<R> = { records: R[]; reading: Reading }
type Writing<R> = { typeName: string; encode: Table<R>['encode']; title: string; columns: readonly TableColumn<R>[]; language: Language; timeZone: string }

/** A list as a file for people, page by page: no more than a page is held, and the right is asked for anew for each. */
export async function* exportTable<R extends object>({ rights, now }: Pick<Deps, 'rights' | 'now'>, table: Table<R>, request: ExportTableRequest, call: Call): AsyncGenerator<HttpBody> {
  const { format } = request
  const language: Language = request.language === 'en' ? 'en' : 'uk'
  const timeZone = zoneOf(request.timeZone) ?? call.timeZone
  const hidden = call.caller.limits()?.hidden.get(table.section)
  const columns = table.columns(rights.data()).filter(({ of }) => !of.some((field) => isAmong(hidden, field)))
  const { typeName, encode, title } = table
  const writing = { typeName, encode, title: title[language], columns, language, timeZone }
  const write = format === TableFormat.XLSX ? workbook<R> : format === TableFormat.JSON ? json<R> : csv<R>
  yield* fileOfPages(pagesOf(rights, table, request, { ...call, timeZone }, language), {
    contentType: TYPES[format] ?? 'text/csv; charset=utf-8',
    name: `${title[language].toLowerCase().replaceAll(' ', '-')}-${dayOf(now(), timeZone)}.${ENDINGS[format] ?? 'csv'}`,
    write: (pages) => write(pages, writing),
    countOf: ({ records }) => records.length,
  })
}

async function* pagesOf<R extends object>(rights: Deps['rights'], { section, typeName, page: read, names }: Table<R>, question: ExportTableRequest, call: Call, language: Language): AsyncGenerator<Page<R>> {
  const { filter, orderBy } = question
  for await (const { asker, page } of exportedPages({ section, rights, read }, { filter, orderBy }, call)) {
    const records = page.records.map((record) => trimmed(asker.caller, typeName, record))
    yield { records, reading: { language, rights: rights.data(), names: (await names?.(asker, records)) ?? new Map() } }
  }
}

function zoneOf(asked: string): string | undefined {
  if (asked === '') return undefined
  if (isTimeZone(asked)) return asked
  throw invalid([{ field: 'timeZone', rule: 'format', description: 'must name a time zone, as Europe/Kyiv' }])
}

type Pages<R> = AsyncIterable<Page<R>>

async function* csv<R>(pages: Pages<R>, { columns, language, timeZone }: Writing<R>): AsyncGenerator<Buffer> {
  // A spreadsheet that counts with decimal commas takes semicolons between cells.
  const delimiter = language === 'uk' ? ';' : ','
  yield Buffer.from('\ufeff' + csvLine(columns.map(({ head }) => head[language]), delimiter)) // the mark makes spreadsheet programs read it as UTF-8
  for await (const { records, reading } of pages) {
    const lines = records.map((record) => csvLine(columns.map(({ kind = 'text', value }) => textCell(kind, value(record, reading), language, timeZone)), delimiter))
    if (lines.length > 0) yield Buffer.from(lines.join(''))
  }
}

function workbook<R>(pages: Pages<R>, { columns, language, timeZone, title }: Writing<R>): AsyncGenerator<Buffer> {
  const rows = async function* (): AsyncGenerator<SheetCell[][]> {
    yield [columns.map(({ head }) => head[language])]
    for await (const { records, reading } of pages) yield records.map((record) => columns.map(({ kind = 'text', value }) => sheetCell(kind, value(record, reading), timeZone)))
  }
  return writeXlsx(rows(), { title, widths: columns.map(({ head, kind = 'text', width = WIDTHS[kind] }) => Math.max(width, head[language].length + 4)) })
}

function json<R>(pages: Pages<R>, { typeName, encode }: Writing<R>): AsyncGenerator<Buffer> {
  const lists = async function* (): AsyncGenerator<R[]> {
    for await (const { records } of pages) yield records
  }
  return writeJson(lists(), (record) => JSON.stringify(messageJson(typeName, encode(record))))
}
