import type { Asker, ListRequest } from '@vitrylo/lists'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import { AuditKind } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import type { AuditEntry } from '@vitrylo/proto/vitrylo/directory/v1/audit.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { exportedPages, type Call, type Deps } from '@vitrylo/service'
import { listAuditEntries } from './audit-sql.ts'
import { signedEnd } from './signed-end.ts'
import { endWords } from './signer.ts'

const HEAD = [
  'no', 'time', 'kind', 'section', 'action', 'method', 'recordId', 'recordIds', 'actor', 'username', 'client', 'address', 'sessionId', 'rightGroup', 'rightScope',
  'inSteadOf', 'reason', 'count', 'fields', 'beforeHash', 'afterHash', 'hash',
]

/** The entries of a list as CSV, page by page, the newest first. The right is asked for anew for every page. */
export async function* auditFile({ pool, rights }: Deps, filter: string, call: Call): AsyncGenerator<HttpBody> {
  const { csvLine } = await import('@vitrylo/imports')
  const read = (asker: Asker, request: ListRequest) => listAuditEntries(pool, asker, request, 'export')
  let head = '\ufeff' + csvLine(HEAD, ',') // the mark makes spreadsheet programs read it as UTF-8
  for await (const { page } of exportedPages({ section: 'audit', rights, read }, { filter, orderBy: '' }, call)) {
    const { employees } = rights.data()
    const lines = page.auditEntries.map((entry) => csvLine(cellsOf(entry, employees.get(entry.actorId ?? '')?.displayName ?? ''), ','))
    yield { contentType: 'text/csv; charset=utf-8', data: Buffer.from(head + lines.join('')), extensions: [] }
    head = ''
  }
  // What the file says can be held against the log later, and that it was said by this installation.
  const end = await signedEnd(pool)
  if (end !== undefined) yield { contentType: 'text/csv; charset=utf-8', data: Buffer.from(csvLine(['end', endWords(end)], ',')), extensions: [] }
}

const cellsOf = (e: AuditEntry, actor: string): string[] => [
  String(e.no), e.time!.toISOString(), wordOf(AuditKind, e.kind), e.section, e.action, e.method, e.recordId, e.recordIds.join(' '), actor, e.username, e.client,
  e.address, e.sessionId ?? '', e.ground?.group ?? '', e.ground?.scope ?? '', e.ground?.inSteadOf ?? '', e.reason, String(e.count), e.fields.join(' '),
  e.beforeHash, e.afterHash, e.hash,
]
