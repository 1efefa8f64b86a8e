import type { KafkaSecurity } from '@vitrylo/events'
import { databaseUrlOf } from './database-url.ts'
import { fileOf, logLevelOf, optional, oneOf, record, refuse, required, urlOf, whole, type Env } from './settings.ts'

/** Settings that a service and the gateway share. Each key may be given as a file: see `optional`. */
export type BaseConfig = {
  /** VITRYLO_DATABASE_URL: `postgres://user@host/database`; VITRYLO_DATABASE_PASSWORD(_FILE). */
  databaseUrl: string
  /** VITRYLO_POOL_MAX: connections to the database, at most. */
  poolMax: number
  /** VITRYLO_MIGRATE: 1 migrates at the start, 0 only checks that `migrate` has run. */
  migrates: boolean
  /** VITRYLO_BUS_URL: `postgres://…` for the log in PostgreSQL, `kafka://host:port,host:port` for Kafka. */
  busUrl: string
  kafka: KafkaSettings
  /** VITRYLO_HEALTH_LISTEN: `0.0.0.0:9090`; where probes ask. Unset: nowhere. */
  healthListen: string | undefined
  /** VITRYLO_DRAIN_MS: at the end, how long calls under way, and connections of clients that rest, are waited for. */
  drainMs: number
  /** VITRYLO_OIDC_ISSUER: value of `iss` in access tokens. */
  oidcIssuer: string
  /** VITRYLO_OIDC_INTERNAL_URL: where the issuer is reached from here; its keys are fetched there. */
  oidcInternalUrl: string
  /** VITRYLO_OIDC_AUDIENCE: value of `aud` in access tokens. */
  oidcAudience: string
  /** VITRYLO_TLS_CERT_FILE, VITRYLO_TLS_KEY_FILE, VITRYLO_TLS_CA_FILE: with all three, calls between services are TLS. */
  tls: TlsFiles | undefined
  /** VITRYLO_LOG_LEVEL. */
  logLevel: string
}

/**
 * VITRYLO_KAFKA_CA_FILE, VITRYLO_KAFKA_CERT_FILE, VITRYLO_KAFKA_KEY_FILE: with any of them the broker is reached by TLS.
 * VITRYLO_KAFKA_USERNAME, VITRYLO_KAFKA_PASSWORD, VITRYLO_KAFKA_MECHANISM: who we are there.
 * VITRYLO_KAFKA_REPLICATION: copies of a topic that the command `topics` makes.
 */
export type KafkaSettings = KafkaSecurity & { replication?: number }

export type TlsFiles = { certFile: string; keyFile: string; caFile: string }

export type ServiceConfig = BaseConfig & {
  /** VITRYLO_GRPC_LISTEN: where the gRPC server listens; port 0 picks a free one. */
  grpcListen: string
  /** VITRYLO_GRPC_MAX_AGE_MS: a connection ends after this time, so that callers find new addresses. */
  grpcMaxAgeMs: number
  /** VITRYLO_GRPC_PEERS: which peer may call which methods, `{"gateway":["vitrylo.contacts.v1.*"]}`; with TLS only. */
  peers: Readonly<Record<string, readonly string[]>>
  /** VITRYLO_GATEWAY_KEYS_URL: where the gateway publishes the keys of tokens that it signs itself, for phones. Unset: they are refused. */
  gatewayKeysUrl: string | undefined
}

const MECHANISMS = ['scram-sha-512', 'scram-sha-256', 'plain'] as const

/** Reads the settings; a wrong or missing one is a Refusal with its name. */
export function loadConfig(env: Env): ServiceConfig {
  const base = loadBaseConfig(env)
  return Object.freeze({
    ...base,
    grpcListen: listenOf(env, 'VITRYLO_GRPC_LISTEN') ?? '127.0.0.1:0',
    grpcMaxAgeMs: whole(env, 'VITRYLO_GRPC_MAX_AGE_MS', 30_000),
    gatewayKeysUrl: optional(env, 'VITRYLO_GATEWAY_KEYS_URL') && urlOf(env, 'VITRYLO_GATEWAY_KEYS_URL', ['https', 'http']),
    peers: base.tls === undefined ? {} : record(env, 'VITRYLO_GRPC_PEERS', isTexts, '{"gateway":["vitrylo.contacts.v1.*"]}'),
  })
}

export function loadBaseConfig(env: Env): BaseConfig {
  const issuer = urlOf(env, 'VITRYLO_OIDC_ISSUER', ['https', 'http'])
  return {
    databaseUrl: databaseUrlOf(env),
    poolMax: whole(env, 'VITRYLO_POOL_MAX', 10),
    migrates: oneOf(env, 'VITRYLO_MIGRATE', ['1', '0'], '1') === '1',
    ...busOf(env),
    healthListen: listenOf(env, 'VITRYLO_HEALTH_LISTEN'),
    drainMs: whole(env, 'VITRYLO_DRAIN_MS', 5_000),
    oidcIssuer: issuer,
    oidcInternalUrl: urlOf(env, 'VITRYLO_OIDC_INTERNAL_URL', ['https', 'http'], issuer),
    oidcAudience: optional(env, 'VITRYLO_OIDC_AUDIENCE') ?? 'vitrylo-api',
    tls: tlsOf(env),
    logLevel: logLevelOf(env),
  }
}

export type BusConfig = Pick<BaseConfig, 'busUrl' | 'kafka'>

export function busOf(env: Env): BusConfig {
  const busUrl = urlOf(env, 'VITRYLO_BUS_URL', ['postgres', 'postgresql', 'kafka'])
  if (busUrl.startsWith('kafka:')) return { busUrl, kafka: kafkaOf(env) }
  return { busUrl: databaseUrlOf(env, 'VITRYLO_BUS_URL', 'VITRYLO_BUS_PASSWORD'), kafka: {} }
}

function kafkaOf(env: Env): KafkaSettings {
  const ca = fileOf(env, 'VITRYLO_KAFKA_CA_FILE')
  const cert = fileOf(env, 'VITRYLO_KAFKA_CERT_FILE')
  const key = fileOf(env, 'VITRYLO_KAFKA_KEY_FILE')
  if ((cert === undefined) !== (key === undefined)) {
    refuse(cert === undefined ? 'VITRYLO_KAFKA_CERT_FILE' : 'VITRYLO_KAFKA_KEY_FILE', 'is missing: a certificate and its key go together')
  }
  const username = optional(env, 'VITRYLO_KAFKA_USERNAME')
  // Read anew for each connection, so that a changed password needs no restart.
  const password = () => required(env, 'VITRYLO_KAFKA_PASSWORD')
  if (username !== undefined) password()
  else if (optional(env, 'VITRYLO_KAFKA_PASSWORD') !== undefined) refuse('VITRYLO_KAFKA_USERNAME', 'is missing: there is a password for it')
  const mechanism = oneOf(env, 'VITRYLO_KAFKA_MECHANISM', MECHANISMS, 'scram-sha-512')
  const encrypted = (ca ?? cert) !== undefined
  if (username !== undefined && mechanism === 'plain' && !encrypted) {
    refuse('VITRYLO_KAFKA_MECHANISM', 'is plain, which sends the password as it is: VITRYLO_KAFKA_CA_FILE must be given, for TLS')
  }
  return {
    ...(encrypted && { tls: { ca, cert, key } }),
    ...(username !== undefined && { sasl: { mechanism, username, password } }),
    ...(optional(env, 'VITRYLO_KAFKA_REPLICATION') !== undefined && { replication: whole(env, 'VITRYLO_KAFKA_REPLICATION', 1) }),
  }
}

function tlsOf(env: Env): TlsFiles | undefined {
  const keys = ['VITRYLO_TLS_CERT_FILE', 'VITRYLO_TLS_KEY_FILE', 'VITRYLO_TLS_CA_FILE'] as const
  if (keys.every((key) => !env[key])) return undefined
  const [certFile, keyFile, caFile] = keys.map((key) => fileOf(env, key) ?? refuse(key, 'is missing: TLS needs all three of its files'))
  return { certFile: certFile!, keyFile: keyFile!, caFile: caFile! }
}

function listenOf(env: Env, key: string): string | undefined {
  const value = optional(env, key)
  if (value === undefined || /^[^\s/]+:\d{1,5}$/.test(value)) return value
  return refuse(key, 'must be address:port, for instance 0.0.0.0:9090')
}

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === 'string')
