import type { AuditServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/audit_service.ts'
import type { Deps, Handlers } from '@vitrylo/service'
import { auditFile } from '../audit/audit-file.ts'
import { getAuditEntry, listAuditEntries, listRecordHistory } from '../audit/audit-sql.ts'
import { getAuditChain } from '../audit/tend-audit.ts'

export function auditService(deps: Deps): Handlers<AuditServiceServer> {
  const { pool, env } = deps
  return {
    listAuditEntries: (request, call) => listAuditEntries(pool, call, request),
    getAuditEntry: ({ id }, { caller }) => getAuditEntry(pool, caller, id),
    exportAuditEntries: ({ filter }, call) => auditFile(deps, filter, call),
    getAuditChain: () => getAuditChain(pool, env),
    listRecordHistory: (request, call) => listRecordHistory(pool, call, request),
  }
}
