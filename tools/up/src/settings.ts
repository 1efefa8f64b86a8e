import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from './refusal.ts'

export type Env = Readonly<Record<string, string | undefined>>
export type Settings = Readonly<{
  host: string
  port: number
  /** How browsers reach it. */
  origin: string
  dataDir: string
  demo: boolean
  processes: 'one' | 'each'
  /** VITRYLO_ENGINES: all from npm, or Kafka and Keycloak. */
  engines: 'embedded' | 'real'
  /** VITRYLO_KEYCLOAK_PORT: where browsers find Keycloak; with real engines only. */
  keycloakPort: number
  /** As tokens name it. */
  issuer: string
  logLevel: string
  /** What the parts themselves read: OTEL_*, VITRYLO_METRICS, VITRYLO_COUNTRY, VITRYLO_TIME_ZONE, VITRYLO_AUDIT_READS, VITRYLO_FILE_MAX, VITRYLO_FILES_*, VITRYLO_SMTP_*, VITRYLO_MAIL_*, VITRYLO_INVITATION_HOURS. */
  passedOn: Readonly<Record<string, string>>
  /** VITRYLO_HEALTH_LISTEN: where probes and metrics of the one process are read. */
  healthListen: string | undefined
}>

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export function loadSettings(env: Env): Settings {
  const host = env.VITRYLO_HOST || '127.0.0.1'
  const port = portOf(env, 'VITRYLO_PORT', 8080)
  const processes = env.VITRYLO_PROCESSES || 'one'
  if (processes !== 'one' && processes !== 'each') throw new Refusal('VITRYLO_PROCESSES must be "one" or "each".')
  const engines = env.VITRYLO_ENGINES || 'embedded'
  if (engines !== 'embedded' && engines !== 'real') throw new Refusal('VITRYLO_ENGINES must be "embedded" or "real".')
  const origin = env.VITRYLO_ORIGIN || `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`
  const keycloakPort = portOf(env, 'VITRYLO_KEYCLOAK_PORT', 8180)
  return Object.freeze({
    host,
    port,
    origin,
    dataDir: resolve(ROOT, env.VITRYLO_DATA_DIR || (engines === 'real' ? '.vitrylo-real' : '.vitrylo')),
    demo: env.VITRYLO_DEMO !== '0',
    processes,
    engines,
    keycloakPort,
    issuer: `${engines === 'real' ? `http://127.0.0.1:${keycloakPort}` : origin}/realms/vitrylo`,
    logLevel: env.VITRYLO_LOG_LEVEL || 'warn',
    passedOn: passedOnOf(env, processes),
    healthListen: env.VITRYLO_HEALTH_LISTEN || undefined,
  })
}

const PASSED_ON = /^(OTEL_.*|VITRYLO_(METRICS|COUNTRY|LANGUAGE|TIME_ZONE|AUDIT_READS|FILE_MAX|FILES_.*|SMTP_.*|MAIL_.*|INVITATION_HOURS))$/

/** Parts that share a process share its name, too. */
function passedOnOf(env: Env, processes: 'one' | 'each'): Record<string, string> {
  const given = Object.entries(env).flatMap(([key, value]) => (value !== undefined && PASSED_ON.test(key) ? [[key, value] as const] : []))
  return { ...(processes === 'one' && { OTEL_SERVICE_NAME: 'vitrylo' }), ...Object.fromEntries(given) }
}

function portOf(env: Env, key: string, fallback: number): number {
  const port = Number(env[key] || fallback)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new Refusal(`${key} must be a port number from 1 to 65535.`)
}
