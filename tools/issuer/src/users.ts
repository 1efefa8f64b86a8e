import { exec, inTx, many, one, sql } from '@vitrylo/pg'
import type { Db, Pool, Sql, Tx } from '@vitrylo/pg'
import { hashPassword } from './password.ts'
import { endSessionsOf } from './sessions.ts'

export type User = {
  id: string
  username: string
  name: string
  email: string | null
  groups: string[]
  disabled: boolean
}
export type NewUser = { username: string; name?: string; email?: string; password?: string; groups?: string[]; disabled?: boolean }
export type Employee = { username: string; name: string; email?: string; groups: string[]; disabled: boolean; employeeId?: string; branchId?: string }

const COLUMNS = sql`id, username, name, email, groups, disabled`

/** Makes the user or brings it up to date; what is left out stays as it is. Gives the id, which is the token's `sub`. */
export async function seedUser(pool: Pool, user: NewUser): Promise<string> {
  const password = user.password === undefined ? null : await hashPassword(user.password)
  const row = await one<{ id: string }>(
    pool,
    sql`insert into users as u (username, name, email, password, first_password, groups, disabled)
        values (${user.username}, ${user.name ?? ''}, ${user.email ?? null}, ${password}, ${markOf(sql`${password}::text`)}, ${user.groups ?? []}, ${user.disabled ?? false})
        on conflict (lower(username)) do update set
          name = coalesce(${user.name ?? null}, u.name), email = coalesce(excluded.email, u.email),
          password = coalesce(excluded.password, u.password), first_password = coalesce(excluded.first_password, u.first_password), groups = coalesce(${user.groups ?? null}, u.groups),
          disabled = coalesce(${user.disabled ?? null}, u.disabled), updated_at = now()
        returning id`,
  )
  return row!.id
}

/** Keeps a user in step with the directory. One who is disabled is signed out everywhere. */
export const applyEmployee = (pool: Pool, employee: Employee): Promise<void> => inTx(pool, (tx) => saveEmployee(tx, employee))

/** `revision` of the employee: what comes late changes nothing. */
export async function saveEmployee(tx: Tx, employee: Employee, revision: number | null = null): Promise<void> {
  const { username, name, email = null, groups, disabled, employeeId = null, branchId = null } = employee
  // In one order: of two who change names each other's account is in the way of the other's.
  const [own, other] = await accountsFor(tx, username, employeeId)
  if (own && revision !== null && own.revision !== null && own.revision >= revision) return
  if (other && (own || other.employeeId !== null)) await freeName(tx, other.id)
  // A new user name of the same person renames the user, it does not make a second one. Tokens speak by the name: whoever gets the former one is not them.
  if (own && own.username !== username) {
    await exec(tx, sql`update users set username = ${username} where id = ${own.id}`)
    await endSessionsOf(tx, own.id)
  }
  const user = await one<User>(
    tx,
    sql`insert into users as u (username, name, email, groups, disabled, employee_id, branch_id, employee_revision)
        values (${username}, ${name}, ${email}, ${groups}, ${disabled}, ${employeeId}, ${branchId}, ${revision})
        on conflict (lower(username)) do update set name = excluded.name, email = coalesce(excluded.email, u.email),
          groups = excluded.groups, disabled = excluded.disabled, employee_revision = coalesce(excluded.employee_revision, u.employee_revision),
          employee_id = coalesce(excluded.employee_id, u.employee_id), branch_id = coalesce(excluded.branch_id, u.branch_id), updated_at = now()
        returning ${COLUMNS}`,
  )
  if (!user!.disabled) return
  await endSessionsOf(tx, user!.id)
  if (employeeId !== null) await dropInvitation(tx, employeeId)
}

type Bearer = { id: string; username: string; employeeId: string | null; revision: number | null }

/** The employee's own account, and that of somebody else who has the name now; both are locked. */
async function accountsFor(tx: Tx, username: string, employeeId: string | null): Promise<[Bearer | undefined, Bearer | undefined]> {
  if (employeeId === null) return [undefined, undefined]
  const found = await many<Bearer>(
    tx,
    sql`select id, username, employee_id as "employeeId", employee_revision::float8 as revision from users
        where employee_id = ${employeeId} or lower(username) = lower(${username}) order by id for update`,
  )
  return [found.find((each) => each.employeeId === employeeId), found.find((each) => each.employeeId !== employeeId)]
}

/** Whose name is another employee's by now: their account waits, closed and without rights, for what the directory tells of them. */
async function freeName(tx: Tx, id: string): Promise<void> {
  await exec(tx, sql`update users set username = coalesce(employee_id, id)::text, email = null, groups = '{}', disabled = true, updated_at = now() where id = ${id}`)
  await endSessionsOf(tx, id)
}

/** An employee who is gone, or who has no user name any more: who signs in by that name some day is not them, and nobody does by their password. Of whom nobody knew the revision stays. */
export async function disableEmployee(tx: Tx, employeeId: string, revision: number): Promise<void> {
  const user = await one<User>(
    tx,
    sql`insert into users as u (username, employee_id, disabled, employee_revision) values (${employeeId}, ${employeeId}::uuid, true, ${revision})
        on conflict (employee_id) do update set disabled = true, password = null, first_password = null, email = null, groups = '{}',
          employee_revision = excluded.employee_revision, updated_at = now()
        where coalesce(u.employee_revision < excluded.employee_revision, true) returning ${COLUMNS}`,
  )
  // What comes late ends no link that was given since: they have an account that is newer.
  if (user === undefined) return
  await endSessionsOf(tx, user.id)
  await dropInvitation(tx, employeeId)
}

const markOf = (password: Sql): Sql => sql`encode(sha256(convert_to(${password}, 'UTF8')), 'hex')`

/** Whether they have another password than set-up gave them, by user name; without those of whom this is not known. */
export async function changedPasswords(db: Db): Promise<Map<string, boolean>> {
  const known = await many<{ username: string; changed: boolean }>(db, sql`select username, first_password <> ${markOf(sql`password`)} as changed from users where first_password is not null`)
  return new Map(known.map(({ username, changed }) => [username, changed]))
}

/** A link that was on its way to them. */
const dropInvitation = (tx: Tx, employeeId: string) => exec(tx, sql`update invitations set ended_hash = token_hash, expires_at = least(expires_at, now()) where employee_id = ${employeeId}`)

/** False on a new installation: nobody could sign in yet. */
export async function hasUsers(db: Db): Promise<boolean> {
  return (await one(db, sql`select from users where password is not null limit 1`)) !== undefined
}

export async function findUser(db: Db, id: string): Promise<User | undefined> {
  return one<User>(db, sql`select ${COLUMNS} from users where id = ${id}`)
}

export type WithPassword = User & { password: string | null; passwordRevision: number }

export const WITH_PASSWORD = sql`${COLUMNS}, password, password_revision as "passwordRevision"`

export async function findForPassword(db: Db, id: string): Promise<WithPassword | undefined> {
  return one<WithPassword>(db, sql`select ${WITH_PASSWORD} from users where id = ${id}`)
}

/** Gives the new revision; nothing when it is another one by now, or the user is disabled. */
export async function replacePassword(tx: Tx, { id, password }: WithPassword, hash: string): Promise<number | undefined> {
  const row = await one<{ revision: number }>(
    tx,
    sql`update users set password = ${hash}, updated_at = now() where id = ${id} and password = ${password} and not disabled returning password_revision as revision`,
  )
  return row?.revision
}

export async function findServiceAccount(db: Db, clientId: string): Promise<User | undefined> {
  return one<User>(db, sql`select ${COLUMNS} from users where username = ${serviceAccountName(clientId)}`)
}

/** The user of a client that was made at run time. */
export async function saveServiceAccount(tx: Tx, clientId: string, name: string): Promise<void> {
  await exec(
    tx,
    sql`insert into users as u (username, name) values (${serviceAccountName(clientId)}, ${name})
        on conflict (lower(username)) do update set name = excluded.name, disabled = false, updated_at = now()`,
  )
}

export async function disableServiceAccount(tx: Tx, clientId: string): Promise<void> {
  await exec(tx, sql`update users set disabled = true, updated_at = now() where username = ${serviceAccountName(clientId)}`)
}

export const serviceAccountName = (clientId: string): string => `service-account-${clientId}`

/** By user name, or by an e-mail address that is one user's only. */
export async function findForLogin(db: Db, login: string): Promise<WithPassword | undefined> {
  const found = await many<WithPassword & { exact: boolean }>(
    db,
    sql`select ${WITH_PASSWORD}, lower(username) = lower(${login}) as exact
        from users where lower(username) = lower(${login}) or lower(email) = lower(${login}) order by exact desc limit 3`,
  )
  return found[0]?.exact || found.length === 1 ? found[0] : undefined
}
