import { AppError } from '@vitrylo/errors'
import { exec, one, sql, type Sql, type Tx } from '@vitrylo/pg'

const MANAGES = sql`r.section = 'rights' and r.action = 'manage'`

/** A group, so called in a statement, that may manage rights for good: what ends some day leaves nobody then. */
const governs = sql`exists (select from group_grant r where r.group_id = g.id and ${MANAGES} and r.scope = 'all' and r.from_at is null and r.until_at is null)`
const forbids = sql`exists (select from group_grant r where r.group_id = g.id and ${MANAGES} and r.scope = 'deny' and coalesce(r.deny_scope, 'all') = 'all')`

const found = async (tx: Tx, statement: Sql): Promise<boolean> => (await one(tx, statement)) !== undefined

/** Users of an identity provider who are no employees have the groups of their claim: for them some group must be left. */
const anyGroup = (tx: Tx) => found(tx, sql`select 1 as yes from user_group g where g.employee_id is null and ${governs} and not ${forbids} limit 1`)

/** Somebody who works, signs in, has no last day and whom nothing denies it. */
const anyEmployee = (tx: Tx) =>
  found(
    tx,
    sql`select 1 as yes from employee e where not e.disabled and e.username is not null and e.left_date is null
          and exists (select from user_group g where (g.name = any(e.groups) or g.employee_id = e.id) and ${governs})
          and not exists (select from user_group g where (g.name = any(e.groups) or g.employee_id = e.id) and ${forbids}) limit 1`,
  )

/**
 * Somebody must always be able to give rights: refuses a change after which no group may, or no employee any more. Every door goes
 * through here: grants, groups, packs, membership, disabling, the last day, the name at sign-in, removal, hand-over, SCIM.
 */
export async function keepingAdministrable<T>(tx: Tx, change: () => Promise<T>): Promise<T> {
  // One lock for all, so that two changes at once cannot each remove the other's last one.
  await exec(tx, sql`select pg_advisory_xact_lock(hashtext('directory.administrable'))`)
  const before = await anyEmployee(tx)
  const answer = await change()
  if ((await anyGroup(tx)) && (!before || (await anyEmployee(tx)))) return answer
  throw new AppError('FAILED_PRECONDITION', 'LAST_ADMINISTRATOR', 'nobody could manage rights any more; give rights: manage to somebody else first')
}
