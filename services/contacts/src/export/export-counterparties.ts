import { may, type Caller } from '@vitrylo/auth'
import { AppError, invalid } from '@vitrylo/errors'
import { exportTable } from '@vitrylo/imports'
import type { Asker, ListRequest } from '@vitrylo/lists'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { ExportFormat, type ExportCounterpartiesRequest } from '@vitrylo/proto/vitrylo/contacts/v1/export_service.ts'
import { TableFormat, type ExportTableRequest } from '@vitrylo/proto/vitrylo/files/v1/table.ts'
import { partOf, trimmed, type Call, type Deps } from '@vitrylo/service'
import { countryOf } from '@vitrylo/service/phone.ts'
import { counterpartyTable, exportedPage } from './counterparty-table.ts'
import { columnsOf } from './export-columns.ts'
import { writerOf } from './writers.ts'

const PAGE = 250
/** Small parts, so that who reads slowly holds the reading of the base up, and not the memory. */
const PART = 64 * 1024

/** A list as a file, page by page. The right is asked for anew for every page. */
export async function* exportCounterparties(deps: Deps, request: ExportCounterpartiesRequest, call: Call): AsyncGenerator<HttpBody> {
  const { rights, env } = deps
  assertOneQuestion(request)
  if (request.language !== '') return yield* exportTable(deps, counterpartyTable(deps, request.q), asTable(request), call)
  const columns = columnsOf(request.columns, call.caller, rights.data())
  const { contentType, write } = writerOf(request.format, { columns, rights: () => rights.data(), country: countryOf(env) })
  let records = 0
  const counted = async function* (): AsyncGenerator<Counterparty[]> {
    for await (const page of pagesOf(deps, request, call)) {
      records += page.length
      yield page
    }
  }
  for await (const data of write(counted())) {
    for (let at = 0; at < data.length; at += PART) {
      yield partOf(contentType, data.subarray(at, at + PART), records)
      records = 0
    }
  }
}

async function* pagesOf({ pool, rights, env }: Deps, { filter, orderBy, q }: ExportCounterpartiesRequest, { caller, now, timeZone, signal }: Call): AsyncGenerator<Counterparty[]> {
  const { subject, username, groups } = caller
  // By creation unless it is asked otherwise: what is changed meanwhile neither comes twice nor is lost.
  const question: ListRequest = { filter, orderBy: orderBy || 'createTime', pageSize: PAGE, pageToken: '' }
  for (let pageToken = ''; ; ) {
    signal.throwIfAborted()
    const asker: Asker = { caller: rights.callerOf({ subject, username, groups: [...groups], client: '', sessionId: undefined, expiresAt: 0 }), now, timeZone }
    assertMayExport(asker.caller)
    const page = await exportedPage({ pool, env }, asker, { ...question, pageToken }, q)
    yield page.counterparties.map((c) => trimmed(asker.caller, 'vitrylo.contacts.v1.Counterparty', c))
    if (page.nextPageToken === '') return
    pageToken = page.nextPageToken
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

function assertMayExport(caller: Caller): void {
  if (may(caller, 'counterparties', 'export')) return
  const metadata = { section: 'counterparties', action: 'export' }
  throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', 'the right counterparties: export was withdrawn', metadata)
}
