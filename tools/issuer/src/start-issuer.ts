import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPool, exec, migrate, sql } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import type { Provider } from 'oidc-provider'
import { deleteOldAttempts } from './attempts.ts'
import { startBackchannel } from './backchannel.ts'
import { clientIdOf } from './clients.ts'
import { createHandler } from './handler.ts'
import { addressOf } from './http.ts'
import { deleteOldInvitations } from './invitations.ts'
import { loadKeys } from './keys.ts'
import { silent } from './log.ts'
import type { Logger } from './log.ts'
import { createProvider } from './provider.ts'
import { deleteOldRefusals, startRefusals } from './refusals.ts'
import type { Refusals } from './refusals.ts'
import type { IssuerSettings } from './settings.ts'
import { createTokens } from './tokens.ts'
import { isUnavailable } from './unavailable.ts'
import { findServiceAccount, seedUser, serviceAccountName } from './users.ts'

const CLEANUP_MS = 5 * 60_000

export const migrations = { dir: new URL('../migrations/', import.meta.url), table: 'issuer_migrations' }

/** Starts the issuer on a loopback address; the gateway stands in front of it. */
export async function startIssuer(settings: IssuerSettings): Promise<{ port: number; stop(): Promise<void> }> {
  const log = settings.log ?? silent
  const { origin, clients, databaseUrl, host = '127.0.0.1' } = settings
  await migrate(databaseUrl, [migrations])
  const pool = createPool({ url: databaseUrl, name: 'issuer', max: 6, statementTimeoutMs: 5_000 })
  const keys = await loadKeys(pool)
  for (const { id, serviceAccountGroups: groups } of clients) {
    if (groups) await seedUser(pool, { username: serviceAccountName(id), name: id, groups })
  }
  const provider = createProvider(pool, keys, settings)
  reportErrors(provider, log)
  const tokens = createTokens(pool, keys, origin)
  const backchannel = startBackchannel({ pool, tokens, url: settings.backchannelLogoutUrl, log })
  const refusals = startRefusals({ pool, tokens, url: settings.securityEventsUrl, log })
  noteClients(provider, pool, { refusals, log })
  const cleanup = setInterval(() => deleteExpired(pool).catch((err) => log.warn({ err }, 'clean-up failed')), CLEANUP_MS)
  const server = createServer(
    { requestTimeout: 15_000, headersTimeout: 10_000, keepAliveTimeout: 30_000 },
    createHandler({ pool, provider, tokens, clients, origin, log, refusals, loggedOut: backchannel.kick }),
  )
  server.listen(settings.port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      clearInterval(cleanup)
      server.close()
      server.closeIdleConnections()
      await backchannel.stop()
      await refusals.stop()
      await pool.end()
      server.closeAllConnections()
    },
  }
}

function reportErrors(provider: Provider, log: Logger): void {
  provider.on('server_error', (ctx, err) => {
    log.error({ err }, 'a protocol request failed')
    if (isUnavailable(err) && ctx.status === 500) {
      ctx.status = 503
      ctx.body = { error: 'temporarily_unavailable', error_description: 'try again in a moment' }
    }
  })
}

/** Of programs that did not prove who they are. A name that no client ever had is not kept. */
function noteClients(provider: Provider, pool: Pool, { refusals, log }: { refusals: Refusals; log: Logger }): void {
  provider.on('grant.error', ({ req, oidc }, { error }) => {
    if (error !== 'invalid_client') return
    const clientId = clientIdOf(req, oidc.params)
    const from = { address: addressOf(req), agent: req.headers['user-agent'] ?? '' }
    const note = async () => {
      const was = clientId === undefined || oidc.client !== undefined ? undefined : await findServiceAccount(pool, clientId)
      const reason = oidc.client !== undefined ? 'CLIENT_SECRET_WRONG' : was === undefined ? 'CLIENT_UNKNOWN' : 'CLIENT_ENDED'
      await refusals.note({ ...from, reason, clientId: reason === 'CLIENT_UNKNOWN' ? undefined : clientId })
    }
    note().catch((err) => log.warn({ err }, 'a refused client could not be noted'))
  })
}

async function deleteExpired(pool: Pool): Promise<void> {
  await exec(pool, sql`delete from oidc_records where expires_at < now()`)
  await deleteOldAttempts(pool)
  await deleteOldInvitations(pool)
  await deleteOldRefusals(pool)
}
