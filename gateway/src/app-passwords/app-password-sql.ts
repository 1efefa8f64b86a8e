import { AppError } from '@vitrylo/errors'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { From } from '../sign-in/from.ts'

export type AppPasswordRow = {
  id: string
  employee_id: string
  subject: string
  name: string
  created_at: Date
  used_at: Date | null
  address: string
  agent: string
}

const columns = sql`p.id, p.employee_id, p.subject, p.name, p.created_at, p.used_at, p.address, p.agent`

/** More devices than that nobody has, and every one is a door. */
const MOST = 20

export const listAppPasswords = (db: Db, employeeId: string): Promise<AppPasswordRow[]> =>
  many<AppPasswordRow>(db, sql`select ${columns} from app_password p where p.employee_id = ${employeeId} order by p.created_at desc, p.id desc`)

type New = { employeeId: string; subject: string; username: string; name: string; hash: Buffer; now: Date }

export async function insertAppPassword(tx: Tx, { employeeId, subject, username, name, hash, now }: New): Promise<AppPasswordRow> {
  // One at a time, so that two at once do not come to more than there may be.
  await exec(tx, sql`select pg_advisory_xact_lock(hashtextextended(${employeeId}, 0))`)
  const { length } = await listAppPasswords(tx, employeeId)
  if (length >= MOST) throw new AppError('FAILED_PRECONDITION', 'TOO_MANY', `nobody may have more than ${MOST} app passwords; take one back first`, { most: String(MOST) })
  const row = await one<AppPasswordRow>(
    tx,
    sql`insert into app_password as p (employee_id, subject, username, name, hash, created_at)
        values (${employeeId}, ${subject}, ${username}, ${name}, ${hash}, ${now}) on conflict on constraint app_password_name do nothing returning ${columns}`,
  )
  if (row === undefined) throw new AppError('ALREADY_EXISTS', 'TAKEN', 'you have an app password of this name', { field: 'name' })
  return row
}

export const findAppPassword = (db: Db, hash: Buffer): Promise<AppPasswordRow | undefined> =>
  one<AppPasswordRow>(db, sql`select ${columns} from app_password p where p.hash = ${hash}`)

export const touchAppPassword = (pool: Pool, id: string, { address, agent }: From, now: Date): Promise<unknown> =>
  exec(pool, sql`update app_password set used_at = ${now}, address = ${address}, agent = ${agent} where id = ${id} and (used_at is null or used_at < ${now})`)
