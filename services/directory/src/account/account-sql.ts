import { exec, many, one, sql, type Pool } from '@vitrylo/pg'

/** An account that is behind its employee. */
export type Due = {
  employeeId: string
  /** At Keycloak; null until it is made. */
  accountId: string | null
  attempts: number
  /** Whose work on it took longer has nothing to say any more. */
  leasedUntil: Date
  /** Revision of the employee; GONE when there is none any more. */
  revision: number
  username: string | null
  displayName: string
  email: string | null
  groups: string[]
  disabled: boolean
}

export const GONE = -1
/** Of no employee: the account is not what it should be. */
const ASKEW = -2
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
        returning a.employee_id as "employeeId", a.account_id as "accountId", a.attempts, a.next_at as "leasedUntil", coalesce(due.revision, ${GONE}) as revision,
          due.username, coalesce(due.display_name, '') as "displayName", due.email, coalesce(due.groups, '{}') as groups,
          coalesce(due.disabled, true) as disabled`,
  )
}

export async function saveDone(pool: Pool, { employeeId, revision, leasedUntil }: Due, accountId: string | null, now: Date): Promise<void> {
  await exec(
    pool,
    sql`update account set account_id = ${accountId}, revision = ${revision}, next_at = ${now}, attempts = 0
        where employee_id = ${employeeId} and next_at = ${leasedUntil}`,
  )
}

export async function saveFailed(pool: Pool, { employeeId, leasedUntil }: Due, nextAt: Date): Promise<void> {
  await exec(pool, sql`update account set attempts = attempts + 1, next_at = ${nextAt} where employee_id = ${employeeId} and next_at = ${leasedUntil}`)
}

/** Takes an account that is another employee's, whoever is at work on it; it is brought in step anew, also when this process dies now. Undefined: it is nobody's. */
export async function seizeAccount(pool: Pool, accountId: string, { employeeId }: Due, now: Date): Promise<string | undefined> {
  const row = await one<{ employeeId: string }>(
    pool,
    sql`update account set revision = ${ASKEW}, next_at = ${now}::timestamptz + ${LEASE} where account_id = ${accountId} and employee_id <> ${employeeId}
        returning employee_id as "employeeId"`,
  )
  return row?.employeeId
}

export const releaseAccount = (pool: Pool, employeeId: string, now: Date) => exec(pool, sql`update account set next_at = ${now} where employee_id = ${employeeId}`)

export async function groupNames(pool: Pool): Promise<string[]> {
  return (await many<{ name: string }>(pool, sql`select name from user_group order by name`)).map(({ name }) => name)
}
