import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@vitrylo/pg/free-ports.ts'
import { applyRealmOf } from '@vitrylo/gateway'
import { applyTopics } from '@vitrylo/service'
import { loadCredentials, SERVICE_DATABASES } from '../../up/src/credentials.ts'
import { ensureDatabases } from '../../up/src/databases.ts'
import { environments, gatewayUrl } from '../../up/src/environments.ts'
import { startPostgres } from '../../up/src/postgres.ts'
import { startProcesses } from '../../up/src/processes.ts'
import { waitUntilReady } from '../../up/src/ready.ts'
import { loadSettings } from '../../up/src/settings.ts'
import { buildWeb } from '../../up/src/web-build.ts'
import type { Api } from '../../demo/src/load/api.ts'
import { createApi } from '../../demo/src/load/api.ts'

const { KAFKA_BROKERS = '', KAFKA_SKIP, KEYCLOAK_URL = '', KEYCLOAK_ADMIN_PASSWORD = '', KEYCLOAK_SKIP } = process.env

/** Why there is nothing to start the product on; undefined when there is. */
export const noEngines =
  KAFKA_BROKERS === '' ? (KAFKA_SKIP ?? 'no KAFKA_BROKERS here') : KEYCLOAK_URL === '' ? (KEYCLOAK_SKIP ?? 'no KEYCLOAK_URL here') : undefined

export type Product = { api: Api; origin: string; issuer: string; stop(): Promise<void> }

/**
 * All services and the gateway in this process, on the Kafka and the Keycloak that are named, with a PostgreSQL of their own.
 * `web`: with the client for browsers.
 */
export async function startProduct({ web }: { web: boolean }): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vitrylo-system-'))
  const [postgresPort, port] = await freePorts(2)
  const settings = loadSettings({ VITRYLO_PORT: String(port), VITRYLO_DATA_DIR: dataDir, VITRYLO_ENGINES: 'real', VITRYLO_LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent' })
  const credentials = loadCredentials(dataDir)
  const { clients } = credentials
  const issuer = `${KEYCLOAK_URL}/realms/system-${process.pid}`
  const common = { VITRYLO_BUS_URL: `kafka://${KAFKA_BROKERS}`, VITRYLO_OIDC_ISSUER: issuer, VITRYLO_LOG_LEVEL: settings.logLevel }
  await applyTopics(common, 'system')
  await applyRealmOf(
    {
      ...common,
      VITRYLO_ORIGIN: settings.origin,
      VITRYLO_KEYCLOAK_ADMIN_USERNAME: 'admin',
      VITRYLO_KEYCLOAK_ADMIN_PASSWORD: KEYCLOAK_ADMIN_PASSWORD,
      VITRYLO_GATEWAY_CLIENT_SECRET: clients['vitrylo-gateway'],
      VITRYLO_API_CLIENT_SECRET: clients['vitrylo-api'],
      VITRYLO_INTEGRATION_CLIENT_SECRET: clients['vitrylo-integration'],
      VITRYLO_PROVISIONER_CLIENT_SECRET: clients['vitrylo-provisioner'],
    },
    () => {},
  )
  const postgres = await startPostgres({ dir: join(dataDir, 'postgres'), port: postgresPort!, password: credentials.postgres })
  await ensureDatabases(postgres, SERVICE_DATABASES, credentials)
  const engines = {
    common,
    directory: { VITRYLO_PROVISIONER_CLIENT_SECRET: clients['vitrylo-provisioner'] },
    // What is asked here is whether it works, not how fast on a machine that also runs the engines.
    gateway: { VITRYLO_API_CLIENT_SECRET: clients['vitrylo-api'], VITRYLO_DEADLINE_MS: '25000' },
    issuerUrl: issuer,
    seedUsers: async () => {},
    stop: async () => {},
  }
  const envs = await environments(settings, credentials, postgres, engines)
  if (web) await buildWeb(() => {})
  else delete envs.gateway['VITRYLO_WEB_DIR']
  const processes = await startProcesses(envs, { processes: 'one', webBuilt: Promise.resolve(), say: () => {} })
  await waitUntilReady(gatewayUrl(settings))
  return {
    api: createApi({ origin: settings.origin, issuer, clientId: 'vitrylo-integration', clientSecret: clients['vitrylo-integration'] }),
    origin: settings.origin,
    issuer,
    async stop() {
      await processes.stop()
      await postgres.stop()
      await rm(dataDir, { recursive: true })
    },
  }
}
