import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { exec, one, sql, type Tx } from '@vitrylo/pg'
import type { IntegrationAccount } from '@vitrylo/proto/vitrylo/directory/v1/integration_account.ts'
import type { ClientSettings } from './settings.ts'
import { disableServiceAccount, saveServiceAccount } from './users.ts'

type Told = { integrationAccount: IntegrationAccount | undefined; secretHashes: Readonly<Record<string, string>> }

/**
 * A client for every key of an integration account. What the account may do the services know themselves; here it only
 * proves who it is, so its user is in no group. `revision` of the account: what comes late changes nothing.
 */
export async function saveIntegration(tx: Tx, { integrationAccount, secretHashes }: Told, revision: number, now: Date): Promise<void> {
  const { id, name, expireTime, revokeTime, keys } = integrationAccount!
  const news = await one(
    tx,
    sql`insert into integration_revisions as r (account_id, revision) values (${id}, ${revision})
        on conflict (account_id) do update set revision = excluded.revision where r.revision < excluded.revision returning account_id`,
  )
  if (news === undefined) return
  for (const { clientId, expireTime: keyEnd } of keys) {
    const hash = secretHashes[clientId]
    if (hash === undefined) continue
    const ends = [expireTime, keyEnd].flatMap((time) => time ?? []).sort((a, b) => a.getTime() - b.getTime())[0]
    if (revokeTime !== undefined || (ends !== undefined && ends <= now)) {
      await exec(tx, sql`delete from oidc_records where model = 'Client' and id = ${clientId}`)
      await disableServiceAccount(tx, clientId)
      continue
    }
    const client = {
      client_id: clientId, client_secret: hash, token_endpoint_auth_method: 'client_secret_basic', grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
    }
    await exec(
      tx,
      sql`insert into oidc_records (model, id, payload, expires_at) values ('Client', ${clientId}, ${JSON.stringify(client)}, ${ends ?? null})
          on conflict (model, id) do update set payload = excluded.payload, expires_at = excluded.expires_at`,
    )
    await saveServiceAccount(tx, clientId, name)
  }
}

/** Of clients that were made at run time only a hash is kept: what they send is hashed at the door, also what is a hash already. */
export function hashSecret(req: IncomingMessage, clients: readonly ClientSettings[]): void {
  const [, encoded] = /^Basic\s+(\S+)$/i.exec(req.headers.authorization ?? '') ?? []
  if (encoded === undefined) return
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const at = text.indexOf(':')
  const [id, secret] = [text.slice(0, at), text.slice(at + 1)]
  if (at < 0 || clients.some((client) => encodeURIComponent(client.id) === id || client.id === id)) return
  req.headers.authorization = `Basic ${Buffer.from(`${id}:${createHash('sha256').update(decoded(secret)).digest('hex')}`).toString('base64')}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
