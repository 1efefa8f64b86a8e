/** Settings of the gateway. Every key is read here and nowhere else. */
export type Config = Readonly<{
  /** VITRYLO_HOST, VITRYLO_PORT: where the gateway listens; port 0 picks a free one. */
  host: string
  port: number
  /** VITRYLO_ORIGIN: how browsers reach it, `https://crm.example.ua`. */
  origin: string
  /** VITRYLO_DATABASE_URL, VITRYLO_BUS_URL, VITRYLO_POOL_MAX. */
  databaseUrl: string
  busUrl: string
  poolMax: number
  /** VITRYLO_SERVICES: addresses by service, `{"contacts":"dns:///contacts:50051"}`. */
  services: Readonly<Record<string, string>>
  /** VITRYLO_DEADLINE_MS: for one call; VITRYLO_STREAM_DEADLINE_MS: for an upload or a download. */
  deadlineMs: number
  streamDeadlineMs: number
  /** VITRYLO_OIDC_*: the issuer as tokens name it, how it is reached from here, and the audience of access tokens. */
  oidcIssuer: string
  oidcInternalUrl: string
  oidcAudience: string
  /** VITRYLO_GATEWAY_CLIENT_ID, VITRYLO_GATEWAY_CLIENT_SECRET: the gateway's own client at the issuer. */
  clientId: string
  clientSecret: string
  /** VITRYLO_SESSION_KEY: at least 32 letters; encrypts grants at rest. */
  sessionKey: string
  /** VITRYLO_SESSION_IDLE_MS, VITRYLO_SESSION_ABSOLUTE_MS. */
  sessionIdleMs: number
  sessionAbsoluteMs: number
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
  /** VITRYLO_STREAMS_PER_USER: live streams of one user at once. */
  streamsPerUser: number
  /** VITRYLO_LOG_LEVEL. */
  logLevel: string
}>

export type Env = Readonly<Record<string, string | undefined>>

const HOUR_MS = 3_600_000

/** A wrong or missing setting stops the process with its name. */
export function loadConfig(env: Env): Config {
  const issuer = required(env, 'VITRYLO_OIDC_ISSUER')
  return Object.freeze({
    host: env.VITRYLO_HOST ?? '127.0.0.1',
    port: whole(env, 'VITRYLO_PORT', 8080, 0),
    origin: originOf(env),
    databaseUrl: required(env, 'VITRYLO_DATABASE_URL'),
    busUrl: required(env, 'VITRYLO_BUS_URL'),
    poolMax: whole(env, 'VITRYLO_POOL_MAX', 10),
    services: servicesOf(env),
    deadlineMs: whole(env, 'VITRYLO_DEADLINE_MS', 5_000),
    streamDeadlineMs: whole(env, 'VITRYLO_STREAM_DEADLINE_MS', 900_000),
    oidcIssuer: issuer,
    oidcInternalUrl: env.VITRYLO_OIDC_INTERNAL_URL ?? issuer,
    oidcAudience: env.VITRYLO_OIDC_AUDIENCE ?? 'vitrylo-api',
    clientId: env.VITRYLO_GATEWAY_CLIENT_ID ?? 'vitrylo-gateway',
    clientSecret: required(env, 'VITRYLO_GATEWAY_CLIENT_SECRET'),
    sessionKey: secret(env, 'VITRYLO_SESSION_KEY'),
    sessionIdleMs: whole(env, 'VITRYLO_SESSION_IDLE_MS', 2 * HOUR_MS),
    sessionAbsoluteMs: whole(env, 'VITRYLO_SESSION_ABSOLUTE_MS', 12 * HOUR_MS),
    issuerUpstream: optional(env, 'VITRYLO_ISSUER_UPSTREAM'),
    webDir: optional(env, 'VITRYLO_WEB_DIR'),
    trustedProxies: (env.VITRYLO_TRUSTED_PROXIES ?? '').split(',').filter((address) => address !== ''),
    rateSession: whole(env, 'VITRYLO_RATE_SESSION', 50),
    rateToken: whole(env, 'VITRYLO_RATE_CALLER', 2_000),
    rateAddress: whole(env, 'VITRYLO_RATE_ADDRESS', 5_000),
    rateSignIn: whole(env, 'VITRYLO_RATE_SIGN_IN', 1_200),
    streamsPerUser: whole(env, 'VITRYLO_STREAMS_PER_USER', 20),
    logLevel: env.VITRYLO_LOG_LEVEL ?? 'info',
  })
}

function required(env: Env, key: string): string {
  return optional(env, key) ?? fail(key, 'is missing')
}

function optional(env: Env, key: string): string | undefined {
  const value = env[key]
  return value === '' ? undefined : value
}

function whole(env: Env, key: string, fallback: number, least = 1): number {
  const value = Number(optional(env, key) ?? fallback)
  return Number.isSafeInteger(value) && value >= least ? value : fail(key, `must be a whole number from ${least}`)
}

function secret(env: Env, key: string): string {
  const value = required(env, key)
  return value.length >= 32 ? value : fail(key, 'must have at least 32 letters')
}

function originOf(env: Env): string {
  const text = required(env, 'VITRYLO_ORIGIN')
  const url = URL.canParse(text) ? new URL(text) : fail('VITRYLO_ORIGIN', 'must be an origin such as https://crm.example.ua')
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin : fail('VITRYLO_ORIGIN', 'must begin with http: or https:')
}

function servicesOf(env: Env): Record<string, string> {
  const text = required(env, 'VITRYLO_SERVICES')
  try {
    const services: unknown = JSON.parse(text)
    const fits = typeof services === 'object' && services !== null && Object.values(services).every((at) => typeof at === 'string')
    if (fits) return Object.freeze(services as Record<string, string>)
  } catch {
    // Answered below, as other wrong texts are.
  }
  return fail('VITRYLO_SERVICES', 'must be JSON such as {"contacts":"127.0.0.1:50051"}')
}

function fail(key: string, what: string): never {
  throw new Error(`setting ${key} ${what}`)
}
