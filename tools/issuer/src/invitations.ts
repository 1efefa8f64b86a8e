import { createHash } from 'node:crypto'
import { exec, one, sql } from '@vitrylo/pg'
import type { Db, Tx } from '@vitrylo/pg'
import type { EmployeeInvited } from '@vitrylo/proto/vitrylo/directory/v1/events.ts'
import { WITH_PASSWORD } from './users.ts'
import type { WithPassword } from './users.ts'

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** The newest link of an employee is the only one. */
export async function saveInvitation(tx: Tx, { employeeId, tokenHash, expireTime }: EmployeeInvited, revision: number): Promise<void> {
  await exec(
    tx,
    sql`insert into invitations as i (employee_id, token_hash, revision, expires_at) values (${employeeId}, ${tokenHash}, ${revision}, ${expireTime})
        on conflict (employee_id) do update set token_hash = excluded.token_hash, revision = excluded.revision, expires_at = excluded.expires_at
        where i.revision < excluded.revision`,
  )
}

/** Whose link it is; of one that has ended as well, for the journal. Nothing for one that was used or replaced. */
export function findInvited(db: Db, token: string): Promise<(WithPassword & { isOpen: boolean }) | undefined> {
  return one(
    db,
    sql`select ${WITH_PASSWORD}, expires_at > now() and not disabled as "isOpen"
        from invitations join users using (employee_id) where token_hash = ${hashOf(token)}`,
  )
}

/** Uses the link up and sets the password; of two at once one finds it. Gives whose it is, with the new revision. */
export async function takeInvitation(tx: Tx, token: string, password: string): Promise<WithPassword | undefined> {
  const taken = await one<{ employeeId: string }>(tx, sql`delete from invitations where token_hash = ${hashOf(token)} and expires_at > now() returning employee_id as "employeeId"`)
  if (taken === undefined) return undefined
  return one<WithPassword>(tx, sql`update users set password = ${password}, updated_at = now() where employee_id = ${taken.employeeId} and not disabled returning ${WITH_PASSWORD}`)
}

/** A day longer than they live: who comes late stands in the journal by name. */
export const deleteOldInvitations = (db: Db) => exec(db, sql`delete from invitations where expires_at < now() - interval '1 day'`)
