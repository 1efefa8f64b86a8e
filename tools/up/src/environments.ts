import { databaseUrl } from './databases.ts'
import type { Credentials, DatabaseName } from './credentials.ts'
import { freePorts } from './ports.ts'
import { ROOT } from './settings.ts'
import type { Settings } from './settings.ts'

export const SERVICES = ['directory', 'contacts', 'sales', 'service-desk', 'telephony'] as const
export type ServiceName = (typeof SERVICES)[number]
export type ComponentName = 'issuer' | ServiceName | 'gateway'
export type Environments = Record<ComponentName, Record<string, string>>

/** The settings of every part. Addresses inside are chosen free at the start and kept for the run. */
export async function environments(settings: Settings, credentials: Credentials, postgresPort: number): Promise<Environments> {
  const [issuerPort, ...servicePorts] = await freePorts(1 + SERVICES.length)
  const addressOf = (name: ServiceName) => `127.0.0.1:${servicePorts[SERVICES.indexOf(name)]}`
  const database = (name: DatabaseName) => databaseUrl(postgresPort, name, credentials)
  const common = {
    NODE_ENV: 'production',
    VITRYLO_BUS_URL: database('bus'),
    VITRYLO_LOG_LEVEL: settings.logLevel,
    VITRYLO_OIDC_ISSUER: `${settings.origin}/realms/vitrylo`,
    VITRYLO_OIDC_INTERNAL_URL: `http://127.0.0.1:${issuerPort}/realms/vitrylo`,
    VITRYLO_OIDC_AUDIENCE: 'vitrylo-api',
    VITRYLO_ORIGIN: settings.origin,
  }
  const service = (name: ServiceName) => ({
    ...common,
    VITRYLO_DATABASE_URL: database(name.replace('-', '_') as DatabaseName),
    VITRYLO_GRPC_LISTEN: addressOf(name),
    VITRYLO_SECRETS_KEY: credentials.secretsKey,
  })
  return {
    issuer: {
      ...common,
      VITRYLO_DATABASE_URL: database('issuer'),
      VITRYLO_PORT: String(issuerPort),
      VITRYLO_GATEWAY_URL: gatewayUrl(settings),
      VITRYLO_GATEWAY_CLIENT_SECRET: credentials.clients['vitrylo-gateway'],
      VITRYLO_INTEGRATION_CLIENT_SECRET: credentials.clients['vitrylo-integration'],
      VITRYLO_ADMIN_PASSWORD: credentials.adminPassword,
    },
    directory: service('directory'),
    contacts: service('contacts'),
    sales: service('sales'),
    'service-desk': service('service-desk'),
    telephony: service('telephony'),
    gateway: {
      ...common,
      VITRYLO_DATABASE_URL: database('gateway'),
      VITRYLO_HOST: settings.host,
      VITRYLO_PORT: String(settings.port),
      VITRYLO_SERVICES: JSON.stringify(Object.fromEntries(SERVICES.map((name) => [name, addressOf(name)]))),
      VITRYLO_GATEWAY_CLIENT_SECRET: credentials.clients['vitrylo-gateway'],
      VITRYLO_SESSION_KEY: credentials.sessionKey,
      VITRYLO_ISSUER_UPSTREAM: `http://127.0.0.1:${issuerPort}`,
      VITRYLO_WEB_DIR: `${ROOT}gateway/web/dist`,
    },
  }
}

/** Where this machine reaches the gateway, whatever browsers call it. */
export const gatewayUrl = ({ host, port }: Settings): string => `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`
