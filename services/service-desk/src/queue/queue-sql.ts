import { AppError, etagMismatch, invalid, notFound } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import { QueueChangedEvent, QueueDeletedEvent } from '@vitrylo/proto/events.ts'
import type { Queue } from '@vitrylo/proto/vitrylo/servicedesk/v1/queue.ts'
import { remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'

/** The queue of everything that came through no known one; it is always there, so a deadline always exists. */
export const DEFAULT_QUEUE = 'default'

type Row = {
  id: string
  name: string
  title: string
  user_group: string
  answer_minutes: number
  call_back_minutes: number
  archived: boolean
  revision: number
  created_at: Date
  updated_at: Date
}

// Queues belong to the firm and to no branch: the right itself, whatever its scope, is the whole decision.
const columns = sql`q.id, q.name, q.title, q.user_group, q.answer_minutes, q.call_back_minutes, q.archived, q.revision, q.created_at, q.updated_at`

const fromRow = (row: Row): Queue => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  name: row.name,
  title: row.title,
  group: row.user_group,
  answerMinutes: row.answer_minutes,
  callBackMinutes: row.call_back_minutes,
  archived: row.archived,
})

const list: ListDefinition = {
  id: sql`q.id`,
  fields: { name: { column: sql`q.name`, type: 'text' }, group: { column: sql`q.user_group`, type: 'text' }, archived: { column: sql`q.archived`, type: 'boolean' } },
  orders: { name: { column: sql`q.name`, type: 'text' } },
  defaultOrder: 'name',
}

export async function getQueue(db: Db, id: string): Promise<Queue> {
  const row = await one<Row>(db, sql`select ${columns} from queue q where q.id = ${id}`)
  if (row === undefined) throw notFound('queue', id)
  return fromRow(row)
}

/** Those of the names that there are. */
export async function queuesNamed(db: Db, names: readonly string[]): Promise<Queue[]> {
  return (await many<Row>(db, sql`select ${columns} from queue q where q.name = any(${names}::text[])`)).map(fromRow)
}

export async function listQueues(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from queue q where ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { queues: rows.map(fromRow), nextPageToken }
}

/** The one that somebody chose, which nobody archives until the transaction ends. */
export async function holdQueue(tx: Tx, name: string): Promise<Queue | undefined> {
  const row = await one<Row>(tx, sql`select ${columns} from queue q where q.name = ${name} for share`)
  return row && fromRow(row)
}

/**
 * Locks one for a change; an etag that is given must be the present one. Not as hard as `for update`: what comes in by calls points at the
 * row while it holds the numbers, which whoever archives a queue waits for.
 */
export async function lockQueue(tx: Tx, id: string, etag: string): Promise<Queue> {
  const row = await one<Row>(tx, sql`select ${columns} from queue q where q.id = ${id} for no key update`)
  if (row === undefined) throw notFound('queue', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('queue', id)
  return remembered(fromRow(row))
}

export async function insertQueue(tx: Tx, q: Queue, now: Date): Promise<Queue> {
  const row = await explained(
    one<Row>(
      tx,
      sql`insert into queue as q (id, name, title, user_group, answer_minutes, call_back_minutes, archived, revision, created_at, updated_at)
          values (${q.id}, ${q.name}, ${q.title}, ${q.group}, ${q.answerMinutes}, ${q.callBackMinutes}, ${q.archived}, 1, ${now}, ${now})
          returning ${columns}`,
    ),
  )
  return told(tx, fromRow(row!))
}

export async function updateQueue(tx: Tx, q: Queue, now: Date): Promise<Queue> {
  const row = await explained(
    one<Row>(
      tx,
      sql`update queue q set name = ${q.name}, title = ${q.title}, user_group = ${q.group}, answer_minutes = ${q.answerMinutes},
            call_back_minutes = ${q.callBackMinutes}, archived = ${q.archived}, revision = revision + 1, updated_at = ${now}
          where id = ${q.id} returning ${columns}`,
    ),
  )
  return told(tx, fromRow(row!))
}

export async function deleteQueue(tx: Tx, { id, etag }: Queue): Promise<void> {
  await explained(exec(tx, sql`delete from queue where id = ${id}`))
  await appendOutbox(tx, [{ type: QueueDeletedEvent, key: id, revision: Number(etag) + 1, data: { id } }])
}

/** Open pages read it anew. */
async function told(tx: Tx, queue: Queue): Promise<Queue> {
  await appendOutbox(tx, [{ type: QueueChangedEvent, key: queue.id, revision: Number(queue.etag), data: { queue } }])
  return queue
}

/** As exchanges take them: the name of a section in their configuration, which people type on a telephone keyboard or in a dial plan. */
const EXCHANGE_NAME = /^[A-Za-z0-9_.-]+$/

export function assertExchangeName({ name }: Queue): void {
  if (EXCHANGE_NAME.test(name)) return
  throw invalid([{ field: 'name', rule: 'exchange-name', description: 'exchanges name queues by Latin letters, digits, dots, dashes and underscores, for instance: sales' }])
}

/** Calls and requests without a queue fall back to this one by its name. */
export function assertNotDefault({ name }: Queue): void {
  if (name !== DEFAULT_QUEUE) return
  throw new AppError('FAILED_PRECONDITION', 'QUEUE_DEFAULT', 'the default queue keeps its name and stays', { name })
}
