import type { Pool } from '@vitrylo/pg'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import { csvLine } from './csv.ts'
import { pageOfErrors } from './error-sql.ts'
import type { ImportRecord } from './import-sql.ts'

const PAGE = 250

/** The refused rows as they stand in the file, with line, column and reason: to be mended and imported again. */
export async function* errorFile(pool: Pool, row: ImportRecord): AsyncGenerator<HttpBody> {
  const delimiter = row.delimiter || row.detected_delimiter
  const body = (text: string): HttpBody => ({ contentType: 'text/csv; charset=utf-8', data: Buffer.from(text), extensions: [] })
  const pad = (cells: string[]): string[] => row.columns.map((_column, index) => cells[index] ?? '')
  // The mark makes spreadsheet programs read it as UTF-8.
  yield body('\ufeff' + csvLine([...row.columns, 'line', 'column', 'reason'], delimiter))
  for (let pageToken = ''; ; ) {
    const { rows, nextPageToken } = await pageOfErrors(pool, row.id, { pageSize: PAGE, pageToken })
    const lines = rows.map(({ cells, line, column_name, rule, description }) =>
      csvLine([...pad(cells), String(line), column_name, `${rule}: ${description}`], delimiter),
    )
    if (lines.length > 0) yield body(lines.join(''))
    if (nextPageToken === '') return
    pageToken = nextPageToken
  }
}
