import { isAmong, may, type Caller } from '@vitrylo/auth'
import { AppError, invalid } from '@vitrylo/errors'
import { dayOf, isTimeZone, type Asker } from '@vitrylo/lists'
import { TableFormat, type ExportTableRequest } from '@vitrylo/proto/vitrylo/files/v1/table.ts'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import { messageJson, partOf, trimmed, type Call, type Deps } from '@vitrylo/service'
import { csvLine } from '../csv.ts'
import { writeXlsx, type SheetCell } from '../xlsx/write.ts'
import { sheetCell, textCell } from './cells.ts'
import type { CellKind, Language, Reading, Table, TableColumn } from './table.ts'

const PAGE = 250
/** Small parts, so that who reads slowly holds the reading of the base up, and not the memory. */
const PART = 64 * 1024
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
  let records = 0
  const counted = async function* (): AsyncGenerator<Page<R>> {
    for await (const page of pagesOf(rights, table, request, call, language, timeZone)) {
      records += page.records.length
      yield page
    }
  }
  const { typeName, encode, title } = table
  const writing = { typeName, encode, title: title[language], columns, language, timeZone }
  let name: string | undefined = `${title[language].toLowerCase().replaceAll(' ', '-')}-${dayOf(now(), timeZone)}.${ENDINGS[format] ?? 'csv'}`
  const write = format === TableFormat.XLSX ? workbook : format === TableFormat.JSON ? json : csv
  for await (const data of write(counted(), writing)) {
    for (let at = 0; at < data.length; at += PART) {
      yield partOf(TYPES[format] ?? 'text/csv; charset=utf-8', data.subarray(at, at + PART), records, name)
      records = 0
      name = undefined
    }
  }
}

async function* pagesOf<R extends object>(rights: Deps['rights'], table: Table<R>, { filter, orderBy }: ExportTableRequest, call: Call, language: Language, timeZone: string): AsyncGenerator<Page<R>> {
  const { subject, username, groups } = call.caller
  for (let pageToken = ''; ; ) {
    call.signal.throwIfAborted()
    const asker: Asker = { caller: rights.callerOf({ subject, username, groups: [...groups], client: '', sessionId: undefined, expiresAt: 0 }), now: call.now, timeZone }
    assertMayExport(asker.caller, table.section)
    const page = await table.page(asker, { filter, orderBy, pageSize: PAGE, pageToken })
    const records = page.records.map((record) => trimmed(asker.caller, table.typeName, record))
    yield { records, reading: { language, rights: rights.data(), names: (await table.names?.(asker, records)) ?? new Map() } }
    if (page.nextPageToken === '') return
    pageToken = page.nextPageToken
  }
}

function zoneOf(asked: string): string | undefined {
  if (asked === '') return undefined
  if (isTimeZone(asked)) return asked
  throw invalid([{ field: 'timeZone', rule: 'format', description: 'must name a time zone, as Europe/Kyiv' }])
}

function assertMayExport(caller: Caller, section: string): void {
  if (may(caller, section, 'export')) return
  throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', `the right ${section}: export was withdrawn`, { section, action: 'export' })
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

async function* json<R>(pages: Pages<R>, { typeName, encode }: Writing<R>): AsyncGenerator<Buffer> {
  let before = '[\n'
  for await (const { records } of pages) {
    if (records.length === 0) continue
    yield Buffer.from(before + records.map((record) => JSON.stringify(messageJson(typeName, encode(record)))).join(',\n'))
    before = ',\n'
  }
  yield Buffer.from(before === '[\n' ? '[]\n' : '\n]\n')
}
