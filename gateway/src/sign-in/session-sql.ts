import type { LogoutNotice } from '@vitrylo/auth'
import { exec, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'

export type SessionRow = { idHash: Buffer; sealed: Buffer; expiresAt: Date; usedAt: Date }

type NewSession = { idHash: Buffer; subject: string; issuerSession: string | undefined; sealed: Buffer; now: Date; expiresAt: Date }

export async function insertSession(db: Db, s: NewSession): Promise<void> {
  await exec(
    db,
    sql`insert into session (id_hash, subject, issuer_session, grant_sealed, created_at, used_at, expires_at)
        values (${s.idHash}, ${s.subject}, ${s.issuerSession ?? null}, ${s.sealed}, ${s.now}, ${s.now}, ${s.expiresAt})`,
  )
}

/** A session that is neither too old nor idle for too long. */
export function findSession(db: Db, idHash: Buffer, now: Date, idleSince: Date): Promise<SessionRow | undefined> {
  return one<SessionRow>(
    db,
    sql`select id_hash as "idHash", grant_sealed as sealed, expires_at as "expiresAt", used_at as "usedAt"
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

export async function touchSession(pool: Pool, idHash: Buffer, now: Date): Promise<void> {
  await exec(pool, sql`update session set used_at = ${now} where id_hash = ${idHash} and used_at < ${now}`)
}

export async function deleteSession(db: Db, idHash: Buffer): Promise<{ sealed: Buffer } | undefined> {
  return one(db, sql`delete from session where id_hash = ${idHash} returning grant_sealed as sealed`)
}

/** One session at the issuer may be several here; without its name all sessions of the user end. */
export async function deleteSessionsOf(pool: Pool, { subject, sessionId }: LogoutNotice): Promise<number> {
  const whose = sessionId === undefined ? sql`subject = ${subject}` : sql`issuer_session = ${sessionId}`
  const { rowCount } = await exec(pool, sql`delete from session where ${whose}`)
  return rowCount ?? 0
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

export async function pruneSessions(pool: Pool, now: Date, idleSince: Date): Promise<void> {
  await exec(pool, sql`delete from session where expires_at < ${now} or used_at < ${idleSince}`)
  await exec(pool, sql`delete from sign_in where expires_at < ${now}`)
}
