import { exec, many, one, sql } from '@vitrylo/pg'
import type { Db, Sql, Tx } from '@vitrylo/pg'

type Authorizations = Record<string, { sid?: string; grantId?: string }>
type Ended = { account_id: string | null; authorizations: Authorizations | null }

/** Ends every session of a user: refresh tokens die at once, the clients are told through the back channel. */
export async function endSessionsOf(tx: Tx, accountId: string): Promise<number> {
  await dropProvenSignIns(tx, accountId)
  return end(tx, sql`account_id = ${accountId}`)
}

/** Ends the session that a token's `sid` belongs to. */
export const endSessionOfSid = (tx: Tx, accountId: string, clientId: string, sid: string): Promise<number> =>
  end(tx, sql`account_id = ${accountId} and ${hasSid(clientId, sid)}`)

export const endSessionByUid = (tx: Tx, uid: string): Promise<number> => end(tx, sql`uid = ${uid}`)

type Here = { accountId: string; uid: string }

/** Every session of a user but this one, wherever it is open, and every one that is about to open. This one goes on by the new password. */
export async function endOtherSessions(tx: Tx, { accountId, uid }: Here, passwordRevision: number): Promise<number> {
  await dropProvenSignIns(tx, accountId)
  await exec(tx, sql`update oidc_records set payload = payload || ${JSON.stringify({ acr: String(passwordRevision) })}::jsonb where model = 'Session' and account_id = ${accountId} and uid = ${uid}`)
  return end(tx, sql`account_id = ${accountId} and uid is distinct from ${uid}`)
}

/** The password has been given and the browser has not gone on yet: half an hour long a session could still come of it. */
const dropProvenSignIns = (tx: Tx, accountId: string) =>
  exec(tx, sql`delete from oidc_records where model = 'Interaction' and payload #>> '{result,login,accountId}' = ${accountId}`)

export async function isSessionHere(db: Db, { accountId, uid }: Here): Promise<boolean> {
  const row = await one(db, sql`select from oidc_records where model = 'Session' and account_id = ${accountId} and uid = ${uid} and expires_at > now() limit 1`)
  return row !== undefined
}

export async function isSessionAlive(db: Db, accountId: string, clientId: string, sid: string): Promise<boolean> {
  const row = await one(
    db,
    sql`select from oidc_records where model = 'Session' and account_id = ${accountId}
        and ${hasSid(clientId, sid)} and expires_at > now() limit 1`,
  )
  return row !== undefined
}

const hasSid = (clientId: string, sid: string): Sql =>
  sql`payload -> 'authorizations' -> ${clientId}::text ->> 'sid' = ${sid}`

async function end(tx: Tx, which: Sql): Promise<number> {
  const sessions = await many<Ended>(
    tx,
    sql`delete from oidc_records where model = 'Session' and ${which}
        returning account_id, payload -> 'authorizations' as authorizations`,
  )
  for (const { account_id, authorizations } of sessions) {
    for (const [clientId, { sid, grantId }] of Object.entries(authorizations ?? {})) {
      if (grantId) await revokeGrant(tx, grantId)
      if (sid && account_id) {
        const notice = sql`insert into backchannel_logouts (client_id, account_id, sid) values (${clientId}, ${account_id}, ${sid})`
        await exec(tx, notice)
      }
    }
  }
  return sessions.length
}

const revokeGrant = (tx: Tx, grantId: string) =>
  exec(tx, sql`delete from oidc_records where grant_id = ${grantId} or (model = 'Grant' and id = ${grantId})`)
