import { pageOf, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { sql, type Pool } from '@vitrylo/pg'
import { SignInKind, type SignIn } from '@vitrylo/proto/vitrylo/sessions/v1/session.ts'
import { fromWord, wordsOf } from '@vitrylo/proto/words.ts'
import type { Call } from '@vitrylo/service'
import { clientName } from './client-name.ts'
import { within } from './online-sql.ts'

type Row = {
  id: string
  at: Date
  kind: string
  username: string
  employee_id: string | null
  branch_id: string | null
  session_id: string | null
  address: string
  agent: string
  by_id: string | null
  by_username: string
  reason: string
  guess: boolean
  client_id: string
  count: number
}

export const signInList: ListDefinition = {
  id: sql`s.id`,
  fields: {
    time: { column: sql`s.at`, type: 'time' },
    kind: { column: sql`s.kind`, type: 'word', words: wordsOf(SignInKind) },
    username: { column: sql`s.username`, type: 'text' },
    employeeId: { column: sql`s.employee_id`, type: 'uuid', nullable: true, reference: 'employees' },
    branchId: { column: sql`e.branch_id`, type: 'uuid', nullable: true, reference: 'branches' },
    sessionId: { column: sql`s.session_id`, type: 'uuid', nullable: true },
    address: { column: sql`s.address`, type: 'text' },
    reason: { column: sql`s.reason`, type: 'text' },
  },
  orders: { time: { column: sql`s.at`, type: 'timestamptz' } },
  defaultOrder: 'time desc',
}

/** A page of the journal, as far as the right to manage sessions reaches. */
export async function listSignIns(pool: Pool, call: Call, request: ListRequest) {
  const page = pageOf(signInList, request, call)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select s.id, s.at, s.kind, s.username, s.employee_id, e.branch_id, s.session_id, s.address, s.agent, s.by_id, s.by_username, s.reason, s.guess, s.client_id, s.count,
          ${page.pageKey} as page_key
        from sign_in_entry s left join rights_employee e on e.id = s.employee_id
        where ${within(call.caller)} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { signIns: rows.map(toMessage), nextPageToken }
}

const toMessage = (row: Row): SignIn => ({
  id: row.id,
  time: row.at,
  kind: fromWord(SignInKind, row.kind),
  username: row.username,
  employeeId: row.employee_id ?? undefined,
  branchId: row.branch_id ?? undefined,
  sessionId: row.session_id ?? undefined,
  address: row.address,
  client: clientName(row.agent),
  byEmployeeId: row.by_id ?? undefined,
  byUsername: row.by_username,
  reason: row.reason,
  guess: row.guess,
  clientId: row.client_id,
  count: row.count,
  program: '',
})
