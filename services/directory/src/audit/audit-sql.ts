import { scopeOf, sees, sharesOf, type Caller } from '@vitrylo/auth'
import { invalid, notFound } from '@vitrylo/errors'
import { askedBy, pageOf, withId, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { many, one, sql, type Db, type Pool, type Sql } from '@vitrylo/pg'
import { AuditKind } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import type { AuditEntry } from '@vitrylo/proto/vitrylo/directory/v1/audit.ts'
import { wordsOf } from '@vitrylo/proto/words.ts'
import { columns, toEntry, type Row } from './entry-row.ts'

/** Entries belong to the branch of their record and to who acted. */
const scope = (caller: Caller, action: string): Sql => scopeOf(caller, 'audit', action, { branch: sql`e.branch_id`, owner: sql`e.actor_id` })

const list: ListDefinition = {
  id: sql`e.id`,
  fields: {
    time: { column: sql`e.at`, type: 'time' },
    kind: { column: sql`e.kind`, type: 'word', words: wordsOf(AuditKind) },
    section: { column: sql`e.section`, type: 'text' },
    action: { column: sql`e.action`, type: 'text' },
    method: { column: sql`e.method`, type: 'text' },
    recordId: { column: sql`e.record_id`, type: 'text' },
    recordIds: { column: sql`e.record_ids`, type: 'array', nullable: true },
    actorId: { column: sql`e.actor_id`, type: 'uuid', nullable: true, reference: 'employees' },
    username: { column: sql`e.username`, type: 'text' },
    branchId: { column: sql`e.branch_id`, type: 'uuid', nullable: true, reference: 'branches' },
    sessionId: { column: sql`e.session_id`, type: 'uuid', nullable: true },
    address: { column: sql`e.address`, type: 'text' },
    reason: { column: sql`e.reason`, type: 'text' },
  },
  orders: { time: { column: sql`e.at`, type: 'timestamptz' } },
  defaultOrder: 'time desc',
}

/** Not to be searched for without a bound: some have no index of their own, which every write of the firm would pay for, and no index finds a part of a word. */
const SLOW = ['username', 'method', 'address', 'reason', 'sessionId']
const FAST = ['time', 'recordId', 'recordIds', 'actorId']
/** Indexed for those who name them whole. */
const WHOLE = ['username', 'method', 'address']

/** The log is read backwards as far as somebody says, and never to its beginning for a name. */
function assertBounded(filter: string, asker: Asker): void {
  const { named, bound, equal } = askedBy(filter, withId(list), asker)
  const slow = SLOW.filter((field) => named.has(field))
  if (slow.length === 0 || FAST.some((field) => bound.has(field)) || WHOLE.some((field) => equal.has(field))) return
  throw invalid([{ field: 'filter', rule: 'period', description: `${slow.join(', ')}: name a period too, as in time >= 2026-01-01 AND …; or a record, an employee, or a whole name, call or address` }])
}

type Found = Row & { page_key: string }

/** A page of what a right reaches: `view` for the screen, `export` for a file. */
export async function listAuditEntries(pool: Pool, asker: Asker, request: ListRequest, action = 'view') {
  assertBounded(request.filter, asker)
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from audit_entry e
        where ${scope(asker.caller, action)} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { auditEntries: rows.map((row) => toEntry(row, asker.caller)), nextPageToken }
}

export async function getAuditEntry(db: Db, caller: Caller, id: string): Promise<AuditEntry> {
  const row = await one<Row>(
    db,
    sql`select ${columns}, d.content from audit_entry e left join audit_detail d on d.no = e.no where e.id = ${id} and ${scope(caller, 'view')}`,
  )
  if (row === undefined) throw notFound('audit-entry', id)
  return toEntry(row, caller)
}

type HistoryRequest = { section: string; recordId: string; pageSize: number; pageToken: string }

const history: ListDefinition = { ...list, fields: {} }

/** What was done with one record, for those who may see it. Where it belongs is what its last write tells. */
export async function listRecordHistory(pool: Pool, asker: Asker, { section, recordId, ...rest }: HistoryRequest) {
  const { caller } = asker
  // By the two indexes of records first: an order with a limit may tempt the planner to read the log backwards instead.
  const touched = sql`select r.no from audit_entry r where r.record_id = ${recordId} and r.record_id <> ''
    union all select r.no from audit_entry r where r.record_ids @> array[${recordId}::text] and r.record_ids is not null`
  const record = sql`e.no = any(array(${touched})) and e.section = ${section} and e.kind = 'write'`
  const last = await one<{ branch_id: string | null; owner_id: string | null }>(
    pool,
    sql`select e.branch_id, e.owner_id from audit_entry e where ${record} order by e.no desc limit 1`,
  )
  const place = { branchId: last?.branch_id ?? undefined, ownerId: last?.owner_id ?? undefined }
  // Who is let in to this record alone sees its history too: services tell directory of their shares.
  const shared = last === undefined || sees(caller, section, place) ? false : sees(caller, section, { ...place, shares: await currentShares(pool, section, recordId) })
  if (last === undefined || !(shared || sees(caller, section, place))) {
    return { auditEntries: [], nextPageToken: '' }
  }
  const request: ListRequest = { ...rest, filter: '', orderBy: '', bound: `${section} ${recordId}` }
  const page = pageOf(history, request, asker)
  const found = await many<Found>(
    pool,
    sql`select ${columns}, d.content, ${page.pageKey} as page_key from audit_entry e left join audit_detail d on d.no = e.no
        where ${record} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  const { rows, nextPageToken } = page.finish(found)
  return { auditEntries: rows.map((row) => asHistory(toEntry(row, caller, shared))), nextPageToken }
}

const currentShares = async (db: Db, section: string, recordId: string) =>
  (await sharesOf(db, section, recordId)).map(({ holder, action, until }) => ({ holder, action, until: until?.getTime() }))

/** Who sees a record learns who changed what, not from where. */
const asHistory = (entry: AuditEntry): AuditEntry => ({ ...entry, address: '', sessionId: undefined, client: '', detail: '', recordIds: [] })
