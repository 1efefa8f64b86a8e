import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPool, exec, migrate, sql } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import type { Provider } from 'oidc-provider'
import { deleteOldAttempts } from './attempts.ts'
import { startBackchannel } from './backchannel.ts'
import { createHandler } from './handler.ts'
import { loadKeys } from './keys.ts'
import { silent } from './log.ts'
import type { Logger } from './log.ts'
import { createProvider } from './provider.ts'
import type { IssuerSettings } from './settings.ts'
import { createTokens } from './tokens.ts'
import { isUnavailable } from './unavailable.ts'
import { seedUser, serviceAccountName } from './users.ts'

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
  const cleanup = setInterval(() => deleteExpired(pool).catch((err) => log.warn({ err }, 'clean-up failed')), CLEANUP_MS)
  const server = createServer(
    { requestTimeout: 15_000, headersTimeout: 10_000, keepAliveTimeout: 30_000 },
    createHandler({ pool, provider, tokens, clients, origin, log, loggedOut: backchannel.kick }),
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

async function deleteExpired(pool: Pool): Promise<void> {
  await exec(pool, sql`delete from oidc_records where expires_at < now()`)
  await deleteOldAttempts(pool)
}
