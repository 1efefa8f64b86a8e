import { scopeOf, type Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { pageOf, type ListDefinition } from '@vitrylo/lists'
import { many, one, sql, type Db, type Pool, type Sql } from '@vitrylo/pg'
import { SessionKind, type Session } from '@vitrylo/proto/vitrylo/sessions/v1/session.ts'
import { fromWord } from '@vitrylo/proto/words.ts'
import type { Call } from '@vitrylo/service'
import { clientName } from './client-name.ts'
import type { Limits } from './limits.ts'

export type OnlineRow = {
  id: string
  kind: 'browser' | 'token' | 'app-password'
  subject: string
  username: string
  employee_id: string | null
  branch_id: string | null
  address: string
  agent: string
  client: string
  begun_at: Date
  used_at: Date
  expires_at: Date | null
  blocked: boolean
}

const columns = sql`s.id, s.kind, s.subject, s.username, s.employee_id, e.branch_id, s.address, s.agent, s.client, s.begun_at, s.used_at,
  s.expires_at, s.blocked`

/** Sessions of browsers, tokens in use and passwords of apps, as `s`, each with its employee as of now, as `e`. */
export function online({ idleMs, clientId }: Limits, now: Date): Sql {
  const idleSince = new Date(now.getTime() - idleMs)
  return sql`(
      select id, 'browser' as kind, subject, username, employee_id, address, agent, ${clientId}::text as client, created_at as begun_at, used_at,
        expires_at, false as blocked
      from session where expires_at > ${now} and used_at > ${idleSince}
      union all
      select id, 'token', subject, username, employee_id, address, agent, client, first_at, used_at, null, blocked
      from token_use where (used_at > ${idleSince} and (cut_at is null or used_at > cut_at)) or blocked
      union all
      select id, 'app-password', subject, username, employee_id, address, agent, name, created_at, coalesce(used_at, created_at), null, false from app_password
    ) s left join rights_employee e on e.id = s.employee_id`
}

/** Who is no employee belongs to no branch: only the right to all of them reaches there. */
export const within = (caller: Caller): Sql => scopeOf(caller, 'sessions', 'manage', { branch: sql`e.branch_id`, owner: sql`s.employee_id` })

const list: ListDefinition = {
  id: sql`s.id`,
  fields: {
    kind: { column: sql`s.kind`, type: 'word', words: ['browser', 'token', 'app-password'] },
    username: { column: sql`s.username`, type: 'text' },
    employeeId: { column: sql`s.employee_id`, type: 'uuid', nullable: true, reference: 'employees' },
    branchId: { column: sql`e.branch_id`, type: 'uuid', nullable: true, reference: 'branches' },
    address: { column: sql`s.address`, type: 'text' },
    beginTime: { column: sql`s.begun_at`, type: 'time' },
    useTime: { column: sql`s.used_at`, type: 'time' },
  },
  orders: {
    beginTime: { column: sql`s.begun_at`, type: 'timestamptz' },
    useTime: { column: sql`s.used_at`, type: 'timestamptz' },
  },
  defaultOrder: 'useTime desc',
}

type Request = { pageSize: number; pageToken: string; filter?: string; orderBy?: string }

/** A page of those that `whose` reaches. */
export async function listOnline(pool: Pool, call: Call, limits: Limits, whose: Sql, request: Request) {
  const question = { filter: '', orderBy: '', ...request }
  const page = pageOf(list, question, call)
  const { rows, nextPageToken } = await page.read<OnlineRow>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from ${online(limits, call.now)}
        where ${whose} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { sessions: rows.map((row) => toMessage(row, call)), nextPageToken }
}

export async function findOnline(db: Db, call: Call, limits: Limits, id: string): Promise<OnlineRow> {
  const row = await one<OnlineRow>(db, sql`select ${columns} from ${online(limits, call.now)} where s.id = ${id} and ${within(call.caller)}`)
  if (row === undefined) throw notFound('session', id)
  return row
}

export const onlineOf = (db: Db, call: Call, limits: Limits, whose: Sql): Promise<OnlineRow[]> =>
  many<OnlineRow>(db, sql`select ${columns} from ${online(limits, call.now)} where ${whose}`)

/** Whether the request was made in it. */
export const isCurrent = ({ id, kind, subject, client }: OnlineRow, { caller, sessionId }: Call): boolean =>
  kind !== 'token' ? id === sessionId : sessionId === undefined && subject === caller.subject && client === caller.client

export const toMessage = (row: OnlineRow, call: Call): Session => ({
  id: row.id,
  kind: fromWord(SessionKind, row.kind),
  username: row.username,
  employeeId: row.employee_id ?? undefined,
  branchId: row.branch_id ?? undefined,
  address: row.address,
  client: clientName(row.agent),
  clientId: row.client,
  beginTime: row.begun_at,
  useTime: row.used_at,
  expireTime: row.expires_at ?? undefined,
  current: isCurrent(row, call),
  blocked: row.blocked,
  program: '',
})
