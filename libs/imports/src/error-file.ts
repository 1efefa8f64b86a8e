import type { Pool } from '@vitrylo/pg'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import { csvLine } from './csv.ts'
import { pageOfErrors } from './error-sql.ts'
import type { ImportRecord } from './import-sql.ts'

const PAGE = 250

/** Behind the columns of the file; not read when the mended file comes back. */
export const ERROR_COLUMNS = ['line', 'column', 'reason']

type Refused = { line: number; cells: string[]; column_name: string; rule: string; description: string }

/** The refused rows as they stand in the file, each once, with line, columns and reasons: to be mended and imported again. */
export async function* errorFile(pool: Pool, row: ImportRecord): AsyncGenerator<HttpBody> {
  const delimiter = row.delimiter || row.detected_delimiter
  const body = (text: string): HttpBody => ({ contentType: 'text/csv; charset=utf-8', data: Buffer.from(text), extensions: [] })
  // The columns of a file of errors that is mended once more are not there twice.
  const width = row.columns.slice(-ERROR_COLUMNS.length).join() === ERROR_COLUMNS.join() ? row.columns.length - ERROR_COLUMNS.length : row.columns.length
  const lineOf = (errors: readonly Refused[]): string => {
    const { cells, line } = errors[0]!
    const own = Array.from({ length: width }, (_none, index) => cells[index] ?? '')
    const named = [...new Set(errors.map((error) => error.column_name).filter((name) => name !== ''))]
    return csvLine([...own, String(line), named.join('; '), errors.map(({ rule, description }) => `${rule}: ${description}`).join('; ')], delimiter)
  }
  // The mark makes spreadsheet programs read it as UTF-8.
  yield body('\ufeff' + csvLine([...row.columns.slice(0, width), ...ERROR_COLUMNS], delimiter))
  let waiting: Refused[] = []
  for (let pageToken = ''; ; ) {
    const { rows, nextPageToken } = await pageOfErrors(pool, row.id, { pageSize: PAGE, pageToken })
    let text = ''
    for (const error of rows as Refused[]) {
      if (waiting.length > 0 && waiting[0]!.line !== error.line) {
        text += lineOf(waiting)
        waiting = []
      }
      waiting.push(error)
    }
    if (nextPageToken === '' && waiting.length > 0) text += lineOf(waiting)
    if (text !== '') yield body(text)
    if (nextPageToken === '') return
    pageToken = nextPageToken
  }
}
