import { createPool } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import { changedPasswords, seedUser } from '../../../issuer/src/index.ts'
import { databaseUrl } from '../databases.ts'
import { gatewayUrl } from '../environments.ts'
import type { Engines, EnginesContext } from './engines.ts'

export const EMBEDDED_DATABASES = ['issuer', 'bus'] as const

/** Nothing but PostgreSQL: its log is the bus, our own issuer signs people in. */
export async function embeddedEngines({ settings, credentials, postgres }: Omit<EnginesContext, 'say'>): Promise<Engines> {
  const port = await freePort()
  const issuerDatabase = databaseUrl(postgres, 'issuer', credentials)
  async function withUsers<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
    const pool = createPool({ url: issuerDatabase, name: 'demo', max: 2 })
    try {
      return await work(pool)
    } finally {
      await pool.end()
    }
  }
  return {
    common: {
      VITRYLO_BUS_URL: databaseUrl(postgres, 'bus', credentials),
      VITRYLO_OIDC_ISSUER: settings.issuer,
      VITRYLO_OIDC_INTERNAL_URL: `http://127.0.0.1:${port}/realms/vitrylo`,
    },
    issuer: {
      VITRYLO_DATABASE_URL: issuerDatabase,
      VITRYLO_PORT: String(port),
      VITRYLO_GATEWAY_URL: gatewayUrl(settings),
      VITRYLO_GATEWAY_CLIENT_SECRET: credentials.clients['vitrylo-gateway'],
      VITRYLO_INTEGRATION_CLIENT_SECRET: credentials.clients['vitrylo-integration'],
      VITRYLO_ADMIN_PASSWORD: credentials.adminPassword,
    },
    directory: { VITRYLO_INVITATION_URL: `${settings.issuer}/invitation` },
    gateway: { VITRYLO_ISSUER_UPSTREAM: `http://127.0.0.1:${port}` },
    issuerUrl: `${gatewayUrl(settings)}/realms/vitrylo`,
    seedUsers: (users, password) => withUsers(async (pool) => void (await Promise.all(users.map((user) => seedUser(pool, { ...user, password }))))),
    changedPasswords: () => withUsers(changedPasswords),
    stop: async () => {},
  }
}
