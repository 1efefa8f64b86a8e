import { branchesBelow, scopeOf, type Caller, type RightsData } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import type { Message, MessageReceipt } from '@vitrylo/proto/vitrylo/directory/v1/message.ts'

type Row = {
  id: string
  text: string
  sender_id: string | null
  employee_id: string | null
  group_name: string | null
  to_branch_id: string | null
  everybody: boolean
  must_read: boolean
  recipient_count: number
  read_count: number
  created_at: Date
  expires_at: Date | null
}

const columns = sql`m.id, m.text, m.sender_id, m.employee_id, m.group_name, m.to_branch_id, m.everybody, m.must_read, m.recipient_count, m.created_at,
  m.expires_at, (select count(*) from notification n where n.message_id = m.id and n.read_at is not null)::int as read_count`

const fromRow = (row: Row): Message => ({
  id: row.id,
  createTime: row.created_at,
  senderId: row.sender_id ?? undefined,
  text: row.text,
  employeeId: row.employee_id ?? undefined,
  group: row.group_name ?? undefined,
  branchId: row.to_branch_id ?? undefined,
  everybody: row.everybody,
  mustRead: row.must_read,
  expireTime: row.expires_at ?? undefined,
  recipientCount: row.recipient_count,
  readCount: row.read_count,
})

/** One's own, and those of senders whom the right to manage reaches. */
const visible = (caller: Caller): Sql =>
  sql`(m.sender_id = ${caller.employeeId ?? null}::uuid or ${scopeOf(caller, 'messages', 'manage', { branch: sql`m.branch_id`, owner: sql`m.sender_id` })})`

const list: ListDefinition = {
  id: sql`m.id`,
  fields: {
    senderId: { column: sql`m.sender_id`, type: 'uuid', nullable: true, reference: 'employees' },
    createTime: { column: sql`m.created_at`, type: 'time' },
    mustRead: { column: sql`m.must_read`, type: 'boolean' },
  },
  orders: { createTime: { column: sql`m.created_at`, type: 'timestamptz' } },
  defaultOrder: 'createTime desc',
}

export async function getMessage(db: Db, caller: Caller, id: string): Promise<Message> {
  const row = await one<Row>(db, sql`select ${columns} from message m where m.id = ${id} and ${visible(caller)}`)
  if (row === undefined) throw notFound('message', id)
  return fromRow(row)
}

export async function listMessages(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from message m
        where ${visible(asker.caller)} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { messages: rows.map(fromRow), nextPageToken }
}

const receipts: ListDefinition = {
  id: sql`n.id`,
  fields: {},
  orders: { employee: { column: sql`n.employee_id::text`, type: 'text' } },
  defaultOrder: 'employee',
}

type ReceiptsRequest = { id: string; pageSize: number; pageToken: string; unreadOnly: boolean }

/** Who has read it and who has not; whoever may see the message may see that. */
export async function listReceipts(pool: Pool, caller: Caller, { id, unreadOnly, ...request }: ReceiptsRequest) {
  await getMessage(pool, caller, id)
  const page = pageOf(receipts, { ...request, filter: '', orderBy: '', bound: `${id} ${unreadOnly}` })
  const found = await many<{ id: string; page_key: string; employee_id: string; read_at: Date | null }>(
    pool,
    sql`select n.id, n.employee_id, n.read_at, ${page.pageKey} as page_key from notification n
        where n.message_id = ${id} and ${unreadOnly ? sql`n.read_at is null` : sql`true`} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  const { rows, nextPageToken } = page.finish(found)
  return { receipts: rows.map((row): MessageReceipt => ({ id: row.id, employeeId: row.employee_id, readTime: row.read_at ?? undefined })), nextPageToken }
}

/** Who gets it: everybody of the audience who can sign in, but the sender. `isReached`: whether the sender's right reaches them. */
export function readersOf(db: Db, caller: Caller, data: RightsData, message: Message): Promise<{ id: string; isReached: boolean }[]> {
  const isOne = message.employeeId !== undefined
  const others = isOne || caller.employeeId === undefined ? sql`true` : sql`e.id <> ${caller.employeeId}`
  return many(
    db,
    sql`select e.id, ${scopeOf(caller, 'messages', isOne ? 'create' : 'manage', { branch: sql`e.branch_id`, owner: sql`e.id` })} as "isReached"
        from employee e where e.username is not null and not e.disabled and ${audienceOf(data, message)} and ${others} order by e.id`,
  )
}

function audienceOf(data: RightsData, { employeeId, group, branchId, everybody }: Message): Sql {
  if (employeeId !== undefined) return sql`e.id = ${employeeId}`
  if (group !== undefined) return sql`${group} = any(e.groups)`
  if (branchId !== undefined) return sql`e.branch_id = any(${branchesBelow(data, branchId)}::uuid[])`
  return everybody ? sql`true` : sql`false`
}

export async function insertMessage(tx: Tx, m: Message, branchId: string | undefined): Promise<void> {
  await exec(
    tx,
    sql`insert into message (id, text, sender_id, branch_id, employee_id, group_name, to_branch_id, everybody, must_read, recipient_count, created_at, expires_at)
        values (${m.id}, ${m.text}, ${m.senderId ?? null}, ${branchId ?? null}, ${m.employeeId ?? null}, ${m.group ?? null}, ${m.branchId ?? null},
          ${m.everybody}, ${m.mustRead}, ${m.recipientCount}, ${m.createTime}, ${m.expireTime ?? null})`,
  )
}
