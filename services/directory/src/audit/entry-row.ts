import { isAmong, may, sees, type Caller } from '@vitrylo/auth'
import { sql } from '@vitrylo/pg'
import { AuditGround, AuditKind } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import type { AuditEntry } from '@vitrylo/proto/vitrylo/directory/v1/audit.ts'
import { fromWord } from '@vitrylo/proto/words.ts'
import { isMarkedSensitive } from '@vitrylo/service'
import type { Detail } from './append-entries.ts'
import { inWords } from './words.ts'

export type Row = {
  no: number
  id: string
  at: Date
  kind: string
  section: string
  action: string
  method: string
  record_id: string
  record_ids: string[] | null
  actor_id: string | null
  username: string
  client: string
  session_id: string | null
  address: string
  ground: object | null
  reason: string
  times: number
  fields: string[]
  before_hash: string
  after_hash: string
  branch_id: string | null
  owner_id: string | null
  hash: Buffer
  digested: boolean
  content?: string | null
  handover: string | null
}

const MOST_IDS = 100

export const columns = sql`e.no, e.id, e.at, e.kind, e.section, e.action, e.method, e.record_id, e.record_ids[1:${MOST_IDS}] as record_ids, e.actor_id, e.username,
  e.client, e.session_id, e.address, e.ground, e.reason, e.times, e.fields, e.before_hash, e.after_hash, e.branch_id, e.owner_id, e.hash,
  e.detail_digest is not null as digested,
  (select d.content::jsonb ->> 'detail' from audit_detail d where d.no = e.no and e.method = 'HandoverService.StartHandover') as handover`

/**
 * An entry as the caller may see it: names of fields that are hidden from them are left out, and values are for those who may
 * see the record that they stood in; `shared`: they were let in to this one.
 */
export function toEntry(row: Row, caller: Caller, shared = false): AuditEntry {
  const hidden = caller.limits()?.hidden.get(row.section)
  const isShown = (field: string): boolean => !isAmong(hidden, field)
  const readable = shared || sees(caller, row.section, { branchId: row.branch_id ?? undefined, ownerId: row.owner_id ?? undefined })
  const { changes = [], detail = '' } = (row.content ? JSON.parse(row.content) : {}) as Detail
  return {
    id: row.id,
    no: BigInt(row.no),
    time: row.at,
    kind: fromWord(AuditKind, row.kind),
    section: row.section,
    action: row.action,
    method: row.method,
    recordId: row.record_id,
    recordIds: row.record_ids ?? [],
    actorId: row.actor_id ?? undefined,
    username: row.username,
    client: row.client,
    sessionId: row.session_id ?? undefined,
    address: row.address,
    ground: row.ground === null ? undefined : AuditGround.fromJSON(row.ground),
    reason: row.reason,
    count: row.times,
    fields: row.fields.filter(isShown),
    changes: changes.filter(({ field }) => isShown(field)).map((change) => {
      const sensitive = change.sensitive || isMarkedSensitive(row.section, change.field)
      return readable && !sensitive ? { ...change, before: inWords(change.before), after: inWords(change.after) } : { ...change, sensitive, before: '', after: '' }
    }),
    beforeHash: row.before_hash,
    afterHash: row.after_hash,
    branchId: row.branch_id ?? undefined,
    // A filter may name what stands in hidden fields.
    detail: may(caller, row.section, 'view') && hidden === undefined ? detail : '',
    hash: row.hash.toString('hex'),
    emptied: row.digested && row.content === null,
    ...(OWNERS.every(isShown) && betweenWhom(row.handover ?? '')),
  }
}

const OWNERS = ['ownerId', 'responsibleId']

/** What was asked for may have been cut at its end; who gave and who received stand at its beginning. */
function betweenWhom(asked: string): Pick<AuditEntry, 'giverId' | 'receiverId'> {
  const idOf = (field: string): string | undefined => new RegExp(`"${field}":"([0-9a-f-]{36})"`).exec(asked)?.[1]
  return { giverId: idOf('employeeId'), receiverId: idOf('receiverId') }
}
