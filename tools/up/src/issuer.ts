import { createPool } from '@vitrylo/pg'
import { followDirectory, hasUsers, seedUser, startIssuer } from '../../issuer/src/index.ts'
import { pino } from 'pino'
import type { Component } from './components.ts'
import type { Env } from './settings.ts'

/** The issuer with the clients of this installation and its first administrator. */
export async function startIssuerFrom(env: Env): Promise<Component> {
  const log = pino({ name: 'issuer', level: env.VITRYLO_LOG_LEVEL ?? 'info' })
  const origin = env.VITRYLO_ORIGIN!
  const databaseUrl = env.VITRYLO_DATABASE_URL!
  const issuer = await startIssuer({
    origin,
    databaseUrl,
    port: Number(env.VITRYLO_PORT),
    backchannelLogoutUrl: `${env.VITRYLO_GATEWAY_URL}/auth/backchannel-logout`,
    securityEventsUrl: `${env.VITRYLO_GATEWAY_URL}/auth/security-events`,
    clients: [
      {
        id: 'vitrylo-gateway',
        secret: env.VITRYLO_GATEWAY_CLIENT_SECRET!,
        redirectUris: [`${origin}/auth/callback`],
        postLogoutRedirectUris: [`${origin}/`],
      },
      { id: 'vitrylo-integration', secret: env.VITRYLO_INTEGRATION_CLIENT_SECRET!, serviceAccountGroups: ['integrations'] },
    ],
    log,
  })
  const pool = createPool({ url: databaseUrl, name: 'issuer-users', max: 2 })
  const password = env.VITRYLO_ADMIN_PASSWORD!
  if (!(await hasUsers(pool))) await seedUser(pool, { username: 'admin', name: 'Адміністратор', password, groups: ['administrators'] })
  const following = await followDirectory({ pool, databaseUrl, busUrl: env.VITRYLO_BUS_URL!, log })
  return {
    async stop() {
      await following.stop()
      await issuer.stop()
      await pool.end()
    },
  }
}
