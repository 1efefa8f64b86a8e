import { createHash } from 'node:crypto'
import { exec, one, sql } from '@vitrylo/pg'
import type { Db, Sql, Tx } from '@vitrylo/pg'
import type { EmployeeInvited } from '@vitrylo/proto/vitrylo/directory/v1/events.ts'
import { WITH_PASSWORD } from './users.ts'
import type { WithPassword } from './users.ts'

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** So long the end of a link that was not heard of is remembered: it may be told late. */
const LATE = sql`interval '30 days'`

/** The newest link of an employee is the only one. */
export async function saveInvitation(tx: Tx, { employeeId, tokenHash, expireTime, groups, branchId }: EmployeeInvited, revision: number): Promise<void> {
  await exec(
    tx,
    sql`insert into invitations as i (employee_id, token_hash, revision, expires_at, judged_groups, judged_branch_id)
        values (${employeeId}, ${tokenHash}, ${revision}, ${expireTime}, ${branchId ? groups : null}, ${branchId || null})
        on conflict (employee_id) do update set token_hash = excluded.token_hash, ended_hash = null, revision = excluded.revision, expires_at = excluded.expires_at,
          judged_groups = excluded.judged_groups, judged_branch_id = excluded.judged_branch_id
        where i.revision < excluded.revision`,
  )
}

/** The user has the groups and the branch by which it was judged whether the link may be given. */
const asJudged = (groups: Sql, branchId: Sql): Sql => sql`(${branchId} is null or (u.groups @> ${groups} and u.groups <@ ${groups} and coalesce(u.branch_id = ${branchId}, true)))`

/** The link that was made before is over: what its employee may do has changed. */
export async function endInvitation(tx: Tx, employeeId: string, revision: number): Promise<void> {
  const untold = `of ${employeeId}` // no hash: nobody has a link to it
  await exec(
    tx,
    sql`insert into invitations as i (employee_id, token_hash, ended_hash, revision, expires_at) values (${employeeId}::uuid, ${untold}, ${untold}, ${revision}, now() + ${LATE})
        on conflict (employee_id) do update set ended_hash = i.token_hash, expires_at = least(i.expires_at, now()), revision = excluded.revision where i.revision < excluded.revision`,
  )
}

const isOver = sql`i.ended_hash is not distinct from i.token_hash`

/** Whose link it is; of one that was used or has ended as well, for the journal. Nothing for one that was replaced. */
export function findInvited(db: Db, token: string): Promise<(WithPassword & { isOpen: boolean }) | undefined> {
  return one(
    db,
    sql`select ${WITH_PASSWORD}, expires_at > now() and not (${isOver}) and not disabled and ${asJudged(sql`i.judged_groups`, sql`i.judged_branch_id`)} as "isOpen"
        from invitations i join users u using (employee_id) where token_hash = ${hashOf(token)}`,
  )
}

/** Uses the link up and sets the password; of two at once one finds it. Gives whose it is, with the new revision. */
export async function takeInvitation(tx: Tx, token: string, password: string): Promise<WithPassword | undefined> {
  const taken = await one<{ employeeId: string; groups: string[] | null; branchId: string | null }>(
    tx,
    sql`update invitations i set ended_hash = token_hash, expires_at = now() where token_hash = ${hashOf(token)} and expires_at > now() and not (${isOver}) returning employee_id as "employeeId", judged_groups as groups, judged_branch_id as "branchId"`,
  )
  if (taken === undefined) return undefined
  return one<WithPassword>(
    tx,
    sql`update users u set password = ${password}, updated_at = now()
        where employee_id = ${taken.employeeId} and not disabled and ${asJudged(sql`${taken.groups}::text[]`, sql`${taken.branchId}::uuid`)}
        returning ${WITH_PASSWORD}`,
  )
}

/** A day longer than they live: who comes late stands in the journal by name. */
export const deleteOldInvitations = (db: Db) => exec(db, sql`delete from invitations where expires_at < now() - interval '1 day'`)
