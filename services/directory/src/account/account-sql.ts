import { exec, many, sql, type Pool } from '@vitrylo/pg'

/** An account that is behind its employee. */
export type Due = {
  employeeId: string
  /** At Keycloak; null until it is made. */
  accountId: string | null
  attempts: number
  /** Revision of the employee; GONE when there is none any more. */
  revision: number
  username: string | null
  displayName: string
  email: string | null
  groups: string[]
  disabled: boolean
}

export const GONE = -1
// Whoever took a row and died with it leaves it to the others after this time.
const LEASE = sql`interval '60 s'`
const AT_ONCE = 20

/** Takes some that are due; no other process takes them meanwhile. */
export async function takeDue(pool: Pool, now: Date): Promise<Due[]> {
  await exec(
    pool,
    sql`insert into account (employee_id, next_at)
        select e.id, ${now} from employee e
        where e.username is not null and not exists (select from account a where a.employee_id = e.id)
        on conflict do nothing`,
  )
  return many<Due>(
    pool,
    sql`with due as (
          select a.employee_id, e.revision, e.username, e.display_name, e.email, e.groups, e.disabled
          from account a left join employee e on e.id = a.employee_id
          where a.next_at <= ${now} and a.revision <> coalesce(e.revision, ${GONE})
          order by a.next_at, a.employee_id limit ${AT_ONCE} for update of a skip locked
        )
        update account a set next_at = ${now}::timestamptz + ${LEASE} from due where a.employee_id = due.employee_id
        returning a.employee_id as "employeeId", a.account_id as "accountId", a.attempts, coalesce(due.revision, ${GONE}) as revision,
          due.username, coalesce(due.display_name, '') as "displayName", due.email, coalesce(due.groups, '{}') as groups,
          coalesce(due.disabled, true) as disabled`,
  )
}

export async function saveDone(pool: Pool, { employeeId, revision }: Due, accountId: string | null, now: Date): Promise<void> {
  await exec(
    pool,
    sql`update account set account_id = ${accountId}, revision = ${revision}, next_at = ${now}, attempts = 0
        where employee_id = ${employeeId}`,
  )
}

export async function saveFailed(pool: Pool, { employeeId }: Due, nextAt: Date): Promise<void> {
  await exec(pool, sql`update account set attempts = attempts + 1, next_at = ${nextAt} where employee_id = ${employeeId}`)
}

export async function groupNames(pool: Pool): Promise<string[]> {
  return (await many<{ name: string }>(pool, sql`select name from user_group order by name`)).map(({ name }) => name)
}
