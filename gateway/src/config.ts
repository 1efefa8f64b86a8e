import { fileMaxOf, keysOf, loadBaseConfig, optional, record, secretsOf, urlOf, whole, type BaseConfig, type Env } from '@vitrylo/service'
import { limitsOf, type Limits } from './sessions/limits.ts'

/** Settings of the gateway, beside those that it shares with the services. */
export type Config = Readonly<BaseConfig & {
  /** VITRYLO_HOST, VITRYLO_PORT: where the gateway listens; port 0 picks a free one. */
  host: string
  port: number
  /** VITRYLO_ORIGIN: how browsers reach it, `https://crm.example.ua`. */
  origin: string
  /** VITRYLO_SERVICES: addresses by service, `{"contacts":"dns:///contacts:50051"}`. */
  services: Readonly<Record<string, string>>
  /** VITRYLO_DEADLINE_MS: for one call; VITRYLO_STREAM_DEADLINE_MS: for an upload or a download. */
  deadlineMs: number
  streamDeadlineMs: number
  /** VITRYLO_FILE_MAX. */
  fileMax: number
  /** VITRYLO_GATEWAY_CLIENT_SECRET: of the gateway's own client at the issuer; one per line, the newest first. */
  clientSecrets: () => readonly string[]
  /** VITRYLO_API_CLIENT_SECRET: of the client that access tokens are meant for. With it the gateway asks the issuer every
   * few seconds whether tokens still hold; needed with Keycloak, the embedded issuer tells by itself. */
  apiClientSecrets: (() => readonly string[]) | undefined
  /** VITRYLO_SESSION_KEY: encrypts grants at rest; one key per line, the newest first, each of at least 32 characters. */
  sessionKeys: readonly string[]
  /** VITRYLO_SESSION_IDLE_MS, VITRYLO_SESSION_ABSOLUTE_MS, VITRYLO_SIGN_IN_JOURNAL_DAYS. */
  limits: Limits
  /** VITRYLO_ISSUER_UPSTREAM: when set, `/realms/*` is passed on to it. */
  issuerUpstream: string | undefined
  /** VITRYLO_WEB_DIR: when set, the built client is served from it. */
  webDir: string | undefined
  /** VITRYLO_TRUSTED_PROXIES: addresses whose X-Forwarded-For is believed, separated by commas. */
  trustedProxies: readonly string[]
  /** VITRYLO_RATE_SESSION, VITRYLO_RATE_CALLER, VITRYLO_RATE_ADDRESS: requests per second of a user in a browser, of a
   * user or client with a token, of an address. */
  rateSession: number
  rateToken: number
  rateAddress: number
  /** VITRYLO_RATE_SIGN_IN: sign-ins per minute and address. */
  rateSignIn: number
  /** VITRYLO_BULK_READS: after how many records that somebody has read in an hour administrators are told, where no group sets it; 0: never. */
  bulkReads: number
  /** VITRYLO_RATE_GUESSES: refused app passwords per minute and address. */
  rateGuesses: number
  /** VITRYLO_STREAMS_PER_USER: live streams of one user at once. */
  streamsPerUser: number
}>

/** A wrong or missing setting is a Refusal with its name. */
export function loadConfig(env: Env): Config {
  return Object.freeze({
    ...loadBaseConfig(env),
    host: optional(env, 'VITRYLO_HOST') ?? '127.0.0.1',
    port: whole(env, 'VITRYLO_PORT', 8080, 0),
    origin: new URL(urlOf(env, 'VITRYLO_ORIGIN', ['https', 'http'])).origin,
    services: record(env, 'VITRYLO_SERVICES', isText, '{"contacts":"dns:///contacts:50051"}'),
    deadlineMs: whole(env, 'VITRYLO_DEADLINE_MS', 5_000),
    streamDeadlineMs: whole(env, 'VITRYLO_STREAM_DEADLINE_MS', 900_000),
    fileMax: fileMaxOf(env),
    clientSecrets: secretsOf(env, 'VITRYLO_GATEWAY_CLIENT_SECRET'),
    apiClientSecrets: optional(env, 'VITRYLO_API_CLIENT_SECRET') === undefined ? undefined : secretsOf(env, 'VITRYLO_API_CLIENT_SECRET'),
    sessionKeys: keysOf(env, 'VITRYLO_SESSION_KEY'),
    limits: limitsOf(env),
    issuerUpstream: optional(env, 'VITRYLO_ISSUER_UPSTREAM'),
    webDir: optional(env, 'VITRYLO_WEB_DIR'),
    trustedProxies: (optional(env, 'VITRYLO_TRUSTED_PROXIES') ?? '').split(',').filter((address) => address !== ''),
    rateSession: whole(env, 'VITRYLO_RATE_SESSION', 50),
    rateToken: whole(env, 'VITRYLO_RATE_CALLER', 2_000),
    rateAddress: whole(env, 'VITRYLO_RATE_ADDRESS', 5_000),
    rateSignIn: whole(env, 'VITRYLO_RATE_SIGN_IN', 1_200),
    bulkReads: whole(env, 'VITRYLO_BULK_READS', 10_000, 0),
    rateGuesses: whole(env, 'VITRYLO_RATE_GUESSES', 10),
    streamsPerUser: whole(env, 'VITRYLO_STREAMS_PER_USER', 20),
  })
}

const isText = (value: unknown): value is string => typeof value === 'string'
