import type { Caller } from '@vitrylo/auth'
import { exec, many, sql, type Sql, type Tx } from '@vitrylo/pg'
import { endingOf, type By } from '../sign-in/journal-sql.ts'
import type { OnlineRow } from './online-sql.ts'

export const byOf = ({ employeeId, username }: Caller): By => ({ employeeId, username })

/** Ends these; gives how many there were still. The issuer is told afterwards. */
export async function endAll(tx: Tx, rows: readonly OnlineRow[], by: By, now: Date): Promise<number> {
  const idsOf = (kind: OnlineRow['kind']) => rows.filter((row) => row.kind === kind).map(({ id }) => id)
  const at = sql`${now}::timestamptz`
  const gone = await many(tx, endingOf(sql`s.id = any(${idsOf('browser')}::uuid[])`, { kind: 'ended', at, by, tellAt: at }))
  const cut = await many(
    tx,
    sql`with cut as (
          update token_use set cut_at = ${now} where id = any(${idsOf('token')}::uuid[]) and (cut_at is null or cut_at < ${now})
          returning *
        )
        ${noted(sql`cut`, 'ended', by, now)} returning id`,
  )
  return gone.length + cut.length + (await endAppPasswords(tx, sql`p.id = any(${idsOf('app-password')}::uuid[])`, by, now))
}

/** Takes passwords of apps (`p`) away; gives how many there were. */
export async function endAppPasswords(tx: Tx, whose: Sql, by: By, now: Date): Promise<number> {
  const gone = await many(tx, sql`with gone as (delete from app_password p where ${whose} returning *) ${noted(sql`gone`, 'ended', by, now)} returning id`)
  return gone.length
}

/** Refuses every token that these employees have by now, also those that no gateway has met yet. */
export async function cutTokensOf(tx: Tx, employees: Sql, now: Date): Promise<void> {
  await exec(
    tx,
    sql`insert into token_cut (employee_id, cut_at) select e.id, ${now} from rights_employee e where not e.deleted and ${employees}
        on conflict (employee_id) do update set cut_at = greatest(token_cut.cut_at, excluded.cut_at)`,
  )
}

/** Blocks or unblocks tokens; says nothing to the journal where nothing changes. */
export async function setBlocked(tx: Tx, id: string, blocked: boolean, by: By, now: Date): Promise<void> {
  await exec(
    tx,
    sql`with changed as (update token_use set blocked = ${blocked} where id = ${id} and blocked <> ${blocked} returning *)
        ${noted(sql`changed`, blocked ? 'blocked' : 'unblocked', by, now)}`,
  )
}

const noted = (from: Sql, kind: string, by: By, now: Date): Sql => sql`
  insert into sign_in_entry (at, kind, subject, username, employee_id, session_id, address, agent, by_id, by_username)
  select ${now}, ${kind}, subject, username, employee_id, id, address, agent, ${by.employeeId ?? null}::uuid, ${by.username} from ${from}`
