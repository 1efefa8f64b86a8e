import { may } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import type { Asker } from '@vitrylo/lists'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import { AuditKind } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import type { AuditEntry } from '@vitrylo/proto/vitrylo/directory/v1/audit.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import type { Call, Deps } from '@vitrylo/service'
import { listAuditEntries } from './audit-sql.ts'
import { signedEnd } from './signed-end.ts'
import { endWords } from './signer.ts'

const PAGE = 250
const HEAD = [
  'no', 'time', 'kind', 'section', 'action', 'method', 'recordId', 'recordIds', 'actor', 'username', 'client', 'address', 'sessionId', 'rightGroup', 'rightScope',
  'inSteadOf', 'reason', 'count', 'fields', 'beforeHash', 'afterHash', 'hash',
]

/** The entries of a list as CSV, page by page, the newest first. The right is asked for anew for every page. */
export async function* auditFile({ pool, rights }: Deps, filter: string, { caller, now, timeZone, signal }: Call): AsyncGenerator<HttpBody> {
  const { csvLine } = await import('@vitrylo/imports')
  const { subject, username, groups } = caller
  let head = '\ufeff' + csvLine(HEAD, ',') // the mark makes spreadsheet programs read it as UTF-8
  for (let pageToken = ''; ; ) {
    signal.throwIfAborted()
    const asker: Asker = { caller: rights.callerOf({ subject, username, groups: [...groups], client: '', sessionId: undefined, expiresAt: 0 }), now, timeZone }
    if (!may(asker.caller, 'audit', 'export')) {
      throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', 'the right audit: export was withdrawn', { section: 'audit', action: 'export' })
    }
    const { auditEntries, nextPageToken } = await listAuditEntries(pool, asker, { filter, orderBy: '', pageSize: PAGE, pageToken }, 'export')
    const { employees } = rights.data()
    const lines = auditEntries.map((entry) => csvLine(cellsOf(entry, employees.get(entry.actorId ?? '')?.displayName ?? ''), ','))
    yield { contentType: 'text/csv; charset=utf-8', data: Buffer.from(head + lines.join('')), extensions: [] }
    head = ''
    if (nextPageToken === '') break
    pageToken = nextPageToken
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
