import type { LogoutNotice } from '@vitrylo/auth'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { From } from './from.ts'
import { endingOf } from './journal-sql.ts'

export type SessionRow = { publicId: string; idHash: Buffer; sealed: Buffer; expiresAt: Date; usedAt: Date; username: string }

/** Who uses a session, from where. */
export type Use = From & { username: string; employeeId: string | undefined }

type NewSession = Use & { idHash: Buffer; subject: string; issuerSession: string | undefined; sealed: Buffer; now: Date; expiresAt: Date }

export async function insertSession(db: Db, s: NewSession): Promise<void> {
  await exec(
    db,
    sql`with begun as (
          insert into session (id_hash, subject, issuer_session, grant_sealed, created_at, used_at, expires_at, username, employee_id, address, agent)
          values (${s.idHash}, ${s.subject}, ${s.issuerSession ?? null}, ${s.sealed}, ${s.now}, ${s.now}, ${s.expiresAt},
            ${s.username}, ${s.employeeId ?? null}, ${s.address}, ${s.agent})
          returning *
        )
        insert into sign_in_entry (at, kind, subject, username, employee_id, session_id, address, agent)
        select created_at, 'signed-in', subject, username, employee_id, id, address, agent from begun`,
  )
}

/** A session that is neither too old nor idle for too long. */
export function findSession(db: Db, idHash: Buffer, now: Date, idleSince: Date): Promise<SessionRow | undefined> {
  return one<SessionRow>(
    db,
    sql`select id as "publicId", id_hash as "idHash", grant_sealed as sealed, expires_at as "expiresAt", used_at as "usedAt", username
        from session where id_hash = ${idHash} and expires_at > ${now} and used_at > ${idleSince}`,
  )
}

export async function countSessions(db: Db, now: Date, idleSince: Date): Promise<number> {
  const row = await one<{ count: number }>(db, sql`select count(*) as count from session where expires_at > ${now} and used_at > ${idleSince}`)
  return row!.count
}

/** Waits for a refresh that another request, here or in another replica, has under way. */
export function lockGrant(tx: Tx, idHash: Buffer): Promise<{ sealed: Buffer } | undefined> {
  return one(tx, sql`select grant_sealed as sealed from session where id_hash = ${idHash} for update`)
}

export async function saveGrant(tx: Tx, idHash: Buffer, sealed: Buffer): Promise<void> {
  await exec(tx, sql`update session set grant_sealed = ${sealed} where id_hash = ${idHash}`)
}

export async function touchSession(pool: Pool, idHash: Buffer, { username, employeeId, address, agent }: Use, now: Date): Promise<void> {
  await exec(
    pool,
    sql`update session set used_at = ${now}, username = ${username}, employee_id = ${employeeId ?? null}, address = ${address}, agent = ${agent}
        where id_hash = ${idHash} and used_at < ${now}`,
  )
}

/** Signed out by its user, or given up by the issuer. `tellAt`: from when on the issuer is told, unless somebody has. */
export function deleteSession(db: Db, idHash: Buffer, kind: 'signed-out' | 'ended-by-issuer', now: Date, tellAt?: Date): Promise<{ sealed: Buffer } | undefined> {
  return one(db, endingOf(sql`s.id_hash = ${idHash}`, { kind, at: sql`${now}::timestamptz`, ...(tellAt && { tellAt: sql`${tellAt}::timestamptz` }) }))
}

/** Sessions of which a release before this one did not note whose they are. */
export const namelessSessions = (db: Db, limit: number): Promise<{ idHash: Buffer; sealed: Buffer }[]> =>
  many(db, sql`select id_hash as "idHash", grant_sealed as sealed from session where username = '' order by created_at limit ${limit}`)

export async function nameSession(db: Db, idHash: Buffer, username: string): Promise<void> {
  await exec(db, sql`update session set username = ${username} where id_hash = ${idHash} and username = ''`)
}

/** Sessions and tokens of those who became employees since they signed in. */
export async function linkEmployees(db: Db): Promise<void> {
  const named = sql`e where not e.deleted and lower(e.username) = lower(s.username)`
  await exec(db, sql`update session s set employee_id = e.id from rights_employee ${named} and s.employee_id is null`)
  await exec(db, sql`update token_use s set employee_id = e.id from rights_employee ${named} and s.employee_id is null`)
}

/** One session at the issuer may be several here; without its name all sessions of the user end. */
export async function deleteSessionsOf(pool: Pool, { subject, sessionId }: LogoutNotice, now: Date): Promise<number> {
  const whose = sessionId === undefined ? sql`s.subject = ${subject}` : sql`s.issuer_session = ${sessionId}`
  return (await many(pool, endingOf(whose, { kind: 'ended-by-issuer', at: sql`${now}::timestamptz` }))).length
}

export type SignIn = { state: string; nonce: string; verifier: string; returnTo: string }

export async function insertSignIn(pool: Pool, idHash: Buffer, signIn: SignIn, expiresAt: Date): Promise<void> {
  await exec(
    pool,
    sql`insert into sign_in (id_hash, state, nonce, verifier, return_to, expires_at)
        values (${idHash}, ${signIn.state}, ${signIn.nonce}, ${signIn.verifier}, ${signIn.returnTo}, ${expiresAt})`,
  )
}

/** A sign-in can be finished once. */
export function takeSignIn(pool: Pool, idHash: Buffer, now: Date): Promise<SignIn | undefined> {
  return one<SignIn>(
    pool,
    sql`delete from sign_in where id_hash = ${idHash} and expires_at > ${now}
        returning state, nonce, verifier, return_to as "returnTo"`,
  )
}

/** What has ended by itself; the journal says when that was, not when it was noticed. */
export async function pruneSessions(pool: Pool, now: Date, idleMs: number): Promise<void> {
  const idleSince = new Date(now.getTime() - idleMs)
  const at = sql`least(expires_at, used_at + make_interval(secs => ${idleMs / 1000}::float8))`
  await exec(pool, endingOf(sql`s.expires_at < ${now} or s.used_at < ${idleSince}`, { kind: 'expired', at }))
  await exec(pool, sql`delete from sign_in where expires_at < ${now}`)
}
