import { sees, type Caller, type Share } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { pageOf, type ListDefinition } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import { NotificationKind, type HandoverGain, type Notification } from '@vitrylo/proto/vitrylo/directory/v1/notification.ts'
import { ImportEnding } from '@vitrylo/proto/vitrylo/imports/v1/import_ending.ts'
import { fromWord, wordsOf } from '@vitrylo/proto/words.ts'
import { namedTo, type Named } from './named-to.ts'

type Row = {
  id: string
  kind: string
  title: string
  number: string
  missed_call: boolean
  counterparty_name: string
  section: string
  record_id: string | null
  branch_id: string | null
  owner_id: string | null
  due_at: Date | null
  sender_id: string | null
  message_id: string | null
  must_read: boolean
  created_at: Date
  read_at: Date | null
  import_ending: unknown
  gains: HandoverGain[] | null
  shares: Share[] | null
}

/** Who was let in to the record alone. */
export const sharesColumn = sql`(
  select json_agg(json_strip_nulls(json_build_object('holder', s.holder, 'action', s.action, 'until', (extract(epoch from s.until_at) * 1000)::float8)))
  from record_share s where s.section = n.section and s.record_id = n.record_id
) as shares`

const columns = sql`n.id, n.kind, n.title, n.number, n.missed_call, n.counterparty_name, n.section, n.record_id, n.branch_id, n.owner_id, n.due_at, n.sender_id, n.message_id, n.must_read, n.created_at, n.read_at, n.import_ending, n.gains, ${sharesColumn}`

type Told = Pick<Row, 'section' | 'branch_id' | 'owner_id' | 'shares'>

/** Who lost the right to the record since then, or handed it over, is not told what it is. */
export const isOpenTo = (reader: Caller, { section, branch_id: branchId, owner_id: ownerId, shares }: Told): boolean =>
  section === '' || sees(reader, section, { branchId: branchId ?? undefined, ownerId: ownerId ?? reader.employeeId, shares: shares ?? undefined })

/** What names the record of a row. */
export function nameOf({ title, number, missed_call: missedCall, counterparty_name: counterpartyName }: Pick<Row, 'title' | 'number' | 'missed_call' | 'counterparty_name'>): Named {
  return { title, number, missedCall, counterpartyName }
}

const NAMELESS: Named = { title: '', number: '', missedCall: false, counterpartyName: '' }

const KINDS: ReadonlySet<string> = new Set(wordsOf(NotificationKind))

/** A later release that runs beside this one, or ran before it, knows more kinds: of these the title is shown. */
const kindOf = (word: string): NotificationKind => (KINDS.has(word) ? fromWord(NotificationKind, word) : NotificationKind.MESSAGE)

function fromRow(row: Row, caller: Caller): Notification {
  const isOpen = isOpenTo(caller, row)
  return {
    id: row.id,
    createTime: row.created_at,
    kind: kindOf(row.kind),
    ...(isOpen ? namedTo(caller, row.section, nameOf(row)) : NAMELESS),
    section: row.section,
    recordId: (isOpen ? row.record_id : null) ?? row.message_id ?? undefined,
    dueTime: row.due_at ?? undefined,
    senderId: row.sender_id ?? undefined,
    mustRead: row.must_read,
    readTime: row.read_at ?? undefined,
    importEnding: row.import_ending === null ? undefined : ImportEnding.fromJSON(row.import_ending),
    gains: row.gains ?? [],
  }
}

const list: ListDefinition = {
  id: sql`n.id`,
  fields: {},
  orders: { createTime: { column: sql`n.created_at`, type: 'timestamptz' } },
  defaultOrder: 'createTime desc',
}

const mine = ({ employeeId }: Caller): Sql => sql`n.employee_id = ${employeeId ?? null}::uuid and n.in_client`
const unread = (now: Date): Sql => sql`(n.read_at is null and (n.expires_at is null or n.expires_at > ${now}))`
const shown = (now: Date): Sql => sql`(n.read_at is not null or n.expires_at is null or n.expires_at > ${now})`

const MOST = 100
// A record of nobody is not the reader's.
export const NOBODY = '00000000-0000-0000-0000-000000000000'

type Request = { pageSize: number; pageToken: string; unreadOnly: boolean }

export async function listNotifications(pool: Pool, caller: Caller, { unreadOnly, ...request }: Request, now: Date) {
  const page = pageOf(list, { ...request, filter: '', orderBy: '', bound: `${caller.employeeId} ${unreadOnly}` })
  const [found, count] = await Promise.all([
    many<Row & { page_key: string }>(
      pool,
      sql`select ${columns}, ${page.pageKey} as page_key from notification n
          where ${mine(caller)} and ${unreadOnly ? unread(now) : shown(now)} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
    ),
    one<{ count: number }>(pool, sql`select count(*)::int as count from (select from notification n where ${mine(caller)} and ${unread(now)} limit ${MOST}) s`),
  ])
  const { rows, nextPageToken } = page.finish(found)
  return { notifications: rows.map((row) => fromRow(row, caller)), nextPageToken, unreadCount: count!.count }
}

/** Marks one as read; `isNew` is false when it was. */
export async function readNotification(tx: Tx, caller: Caller, id: string, now: Date): Promise<{ notification: Notification; isNew: boolean }> {
  const row = await one<Row>(tx, sql`select ${columns} from notification n where n.id = ${id} and ${mine(caller)} and ${shown(now)} for update`)
  if (row === undefined) throw notFound('notification', id)
  if (row.read_at !== null) return { notification: fromRow(row, caller), isNew: false }
  await exec(tx, sql`update notification set read_at = ${now} where id = ${id}`)
  return { notification: fromRow({ ...row, read_at: now }, caller), isNew: true }
}

/** All but those that must be read one by one. */
export async function readAllNotifications(tx: Tx, caller: Caller, now: Date): Promise<number> {
  const { rowCount } = await exec(tx, sql`update notification n set read_at = ${now} where ${mine(caller)} and ${unread(now)} and not n.must_read`)
  return rowCount ?? 0
}

type Place = { branchId?: string | undefined; ownerId?: string | undefined }
type RecordState = { section: string; recordId: string; revision: number }

/** The record stands elsewhere now. What comes late changes nothing. */
export async function moveNotices(tx: Tx, { section, recordId, revision }: RecordState, { branchId, ownerId }: Place): Promise<void> {
  await exec(
    tx,
    sql`update notification set branch_id = ${branchId ?? null}::uuid, owner_id = ${ownerId ?? NOBODY}::uuid, record_revision = ${revision}
        where record_id = ${recordId} and section = ${section} and record_revision <= ${revision}
          and (branch_id, owner_id, record_revision) is distinct from (${branchId ?? null}::uuid, ${ownerId ?? NOBODY}::uuid, ${revision}::bigint)`,
  )
}

/** Whether somebody was told of the record as it became later. */
export const isToldSince = async (tx: Tx, { section, recordId, revision }: RecordState): Promise<boolean> =>
  (await one(tx, sql`select from notification where record_id = ${recordId} and section = ${section} and record_revision > ${revision} limit 1`)) !== undefined

export async function pruneNotifications(db: Db, before: Date): Promise<void> {
  await exec(db, sql`delete from notification where created_at < ${before}`)
  await exec(db, sql`delete from message where created_at < ${before}`)
}
