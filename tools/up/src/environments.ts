import { join } from 'node:path'
import { freePorts } from '@vitrylo/pg/free-ports.ts'
import { databaseUrl, type Address } from './databases.ts'
import type { Credentials, DatabaseName } from './credentials.ts'
import type { Engines } from './engines/engines.ts'
import { ROOT } from './settings.ts'
import type { Settings } from './settings.ts'

export const SERVICES = ['directory', 'contacts', 'sales', 'service-desk', 'telephony'] as const
export type ServiceName = (typeof SERVICES)[number]
export type ComponentName = 'issuer' | ServiceName | 'gateway'
export type Environments = Record<Exclude<ComponentName, 'issuer'>, Record<string, string>> & { issuer?: Record<string, string> }

/** The settings of every part. Addresses inside are chosen free at the start and kept for the run. */
export async function environments(settings: Settings, credentials: Credentials, postgres: Address, engines: Engines): Promise<Environments> {
  const ports = await freePorts(SERVICES.length)
  const addressOf = (name: ServiceName) => `127.0.0.1:${ports[SERVICES.indexOf(name)]}`
  const database = (name: DatabaseName) => databaseUrl(postgres, name, credentials)
  const common = {
    NODE_ENV: 'production',
    VITRYLO_LOG_LEVEL: settings.logLevel,
    // Nobody waits for a browser that holds its connections open.
    VITRYLO_DRAIN_MS: '1000',
    VITRYLO_OIDC_AUDIENCE: 'vitrylo-api',
    VITRYLO_ORIGIN: settings.origin,
    // Beside the databases, so that a backup of the folder holds both; unless files are to be elsewhere.
    ...(!settings.passedOn['VITRYLO_FILES_S3_URL'] && { VITRYLO_FILES_DIR: join(settings.dataDir, 'files') }),
    ...settings.passedOn,
    ...engines.common,
  }
  const service = (name: ServiceName) => ({
    ...common,
    VITRYLO_DATABASE_URL: database(name.replace('-', '_') as DatabaseName),
    VITRYLO_GRPC_LISTEN: addressOf(name),
    VITRYLO_SECRETS_KEY: credentials.secretsKey,
  })
  const keys = { VITRYLO_GATEWAY_KEYS_URL: `${gatewayUrl(settings)}/auth/keys` }
  return {
    ...(engines.issuer && { issuer: { ...common, ...engines.issuer } }),
    directory: { ...service('directory'), VITRYLO_AUDIT_KEY: credentials.auditKey, ...keys, ...healthOf(settings, 1), ...engines.directory },
    contacts: { ...service('contacts'), ...keys },
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
      VITRYLO_WEB_DIR: `${ROOT}gateway/web/dist`,
      ...healthOf(settings, 0),
      ...engines.gateway,
    },
  }
}

/** Where this machine reaches the gateway, whatever browsers call it. */
export const gatewayUrl = ({ host, port }: Settings): string => `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`

/**
 * Probes and metrics: the gateway's at the address of the setting, at the next port those of the services, who share a
 * thread. With a process for each part they could not share the address.
 */
function healthOf({ processes, healthListen }: Settings, next: number): Record<string, string> {
  if (processes !== 'one' || healthListen === undefined) return {}
  const split = healthListen.lastIndexOf(':')
  return { VITRYLO_HEALTH_LISTEN: `${healthListen.slice(0, split)}:${Number(healthListen.slice(split + 1)) + next}` }
}
