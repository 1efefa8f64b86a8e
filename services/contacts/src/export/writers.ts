import type { RightsData } from '@vitrylo/auth'
import { csvLine, writeJson, writeXlsx } from '@vitrylo/imports'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { ExportFormat } from '@vitrylo/proto/vitrylo/contacts/v1/export_service.ts'
import { messageJson } from '@vitrylo/service'
import type { CountryCode } from 'libphonenumber-js'
import { MORE } from '../import/more.ts'
import { flatRow, wholeRow } from './flat-row.ts'
import { vcardOf } from './vcard-of.ts'

type Pages = AsyncIterable<readonly Counterparty[]>
type Writer = { contentType: string; write(pages: Pages): AsyncIterable<Buffer> }
type Settings = { columns: readonly string[]; rights: () => RightsData; country: CountryCode }

/** Writes pages of counterparties as they come; no more than a page is held. */
export function writerOf(format: ExportFormat, settings: Settings): Writer {
  switch (format) {
    case ExportFormat.XLSX:
      return { contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', write: (pages) => writeXlsx(cellsOf(pages, settings)) }
    case ExportFormat.JSON:
      return { contentType: 'application/json', write: (pages) => writeJson(pages, jsonOf) }
    case ExportFormat.VCARD:
      return { contentType: 'text/vcard; charset=utf-8', write: (pages) => texts(pages, (c) => vcardOf(c, '4.0')) }
    case ExportFormat.VCARD3:
      return { contentType: 'text/vcard; charset=utf-8', write: (pages) => texts(pages, (c) => vcardOf(c, '3.0')) }
    default:
      return { contentType: 'text/csv; charset=utf-8', write: (pages) => csv(pages, settings) }
  }
}

/** The head, then the rows of each page. */
async function* cellsOf(pages: Pages, { columns, rights, country }: Settings): AsyncGenerator<string[][]> {
  yield [[...columns]]
  for await (const page of pages) {
    const data = rights()
    yield page.map((c) => {
      const row = columns.includes(MORE) ? wholeRow(c, data, country) : flatRow(c, data)
      return columns.map((column) => row[column] ?? '')
    })
  }
}

async function* csv(pages: Pages, settings: Settings): AsyncGenerator<Buffer> {
  let mark = '\ufeff' // makes spreadsheet programs read it as UTF-8
  for await (const rows of cellsOf(pages, settings)) {
    if (rows.length > 0) yield Buffer.from(mark + rows.map((cells) => csvLine(cells, ',')).join(''))
    mark = ''
  }
}

const jsonOf = (c: Counterparty): string => JSON.stringify(messageJson('vitrylo.contacts.v1.Counterparty', Counterparty.encode(c).finish()))

async function* texts(pages: Pages, textOf: (c: Counterparty) => string): AsyncGenerator<Buffer> {
  for await (const page of pages) if (page.length > 0) yield Buffer.from(page.map(textOf).join(''))
}
