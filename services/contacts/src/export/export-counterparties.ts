import { invalid } from '@vitrylo/errors'
import { exportTable } from '@vitrylo/imports'
import type { Asker, ListRequest } from '@vitrylo/lists'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { ExportFormat, type ExportCounterpartiesRequest } from '@vitrylo/proto/vitrylo/contacts/v1/export_service.ts'
import { TableFormat, type ExportTableRequest } from '@vitrylo/proto/vitrylo/files/v1/table.ts'
import { exportedPages, fileOfPages, trimmed, type Call, type Deps } from '@vitrylo/service'
import { countryOf } from '@vitrylo/service/phone.ts'
import { counterpartyTable, exportedPage } from './counterparty-table.ts'
import { columnsOf } from './export-columns.ts'
import { writerOf } from './writers.ts'

/** A list as a file, page by page. The right is asked for anew for every page. */
export async function* exportCounterparties(deps: Deps, request: ExportCounterpartiesRequest, call: Call): AsyncGenerator<HttpBody> {
  const { rights, env } = deps
  assertOneQuestion(request)
  if (request.language !== '') return yield* exportTable(deps, counterpartyTable(deps, request.q), asTable(request), call)
  const columns = columnsOf(request.columns, call.caller, rights.data())
  const writer = writerOf(request.format, { columns, rights: () => rights.data(), country: countryOf(env) })
  yield* fileOfPages(pagesOf(deps, request, call), { ...writer, countOf: (page) => page.length })
}

async function* pagesOf({ pool, rights, env }: Deps, { filter, orderBy, q }: ExportCounterpartiesRequest, call: Call): AsyncGenerator<readonly Counterparty[]> {
  const read = (asker: Asker, request: ListRequest) => exportedPage({ pool, env }, asker, request, q)
  // By creation unless it is asked otherwise: what is changed meanwhile neither comes twice nor is lost.
  for await (const { asker, page } of exportedPages({ section: 'counterparties', rights, read }, { filter, orderBy: orderBy || 'createTime' }, call)) {
    yield page.counterparties.map((c) => trimmed(asker.caller, 'vitrylo.contacts.v1.Counterparty', c))
  }
}

/** A file for people has the columns of the screen. */
function asTable({ format, filter, orderBy, language, timeZone, columns }: ExportCounterpartiesRequest): ExportTableRequest {
  const known = TABLES[format]
  const wrong = [
    ...(known === undefined ? [{ field: 'format', rule: 'choice', description: 'must be CSV or XLSX beside language' }] : []),
    ...(columns.length > 0 ? [{ field: 'columns', rule: 'choice', description: 'cannot stand beside language: such a file has the columns of the list' }] : []),
  ]
  if (wrong.length > 0) throw invalid(wrong)
  return { filter, orderBy, language, timeZone, format: known! }
}

const TABLES: Partial<Record<ExportFormat, TableFormat>> = {
  [ExportFormat.UNSPECIFIED]: TableFormat.CSV, [ExportFormat.CSV]: TableFormat.CSV, [ExportFormat.XLSX]: TableFormat.XLSX,
}

/** The search knows neither conditions nor another order: what it would leave out unsaid is refused. */
function assertOneQuestion({ q, filter, orderBy }: ExportCounterpartiesRequest): void {
  if (q === '') return
  const wrong = Object.entries({ filter, orderBy }).filter(([, given]) => given !== '').map(([field]) => ({ field, rule: 'choice', description: 'cannot stand beside q: the search has its own order and takes no conditions' }))
  if (wrong.length > 0) throw invalid(wrong)
}
