/** Settings of a service. Every key is read here and nowhere else. */
export type ServiceConfig = {
  /** Database of the service: `postgres://…`. */
  databaseUrl: string
  /** The bus: `postgres://…` for the log in PostgreSQL, `kafka://host:port,host:port` for Kafka. */
  busUrl: string
  /** Where the gRPC server listens: `127.0.0.1:0` picks a free port. */
  grpcListen: string
  /** Value of `iss` in access tokens. */
  oidcIssuer: string
  /** Where the issuer is reached from here; its keys are fetched there. */
  oidcInternalUrl: string
  /** Value of `aud` in access tokens. */
  oidcAudience: string
  /** trace, debug, info, warn, error, silent. */
  logLevel: string
  /** Connections to the database, at most. */
  poolMax: number
}

export type Env = Readonly<Record<string, string | undefined>>

/** Reads the settings; a wrong or missing one stops the process with its name. */
export function loadConfig(env: Env): ServiceConfig {
  const issuer = required(env, 'VITRYLO_OIDC_ISSUER')
  return Object.freeze({
    databaseUrl: required(env, 'VITRYLO_DATABASE_URL'),
    busUrl: required(env, 'VITRYLO_BUS_URL'),
    grpcListen: env.VITRYLO_GRPC_LISTEN ?? '127.0.0.1:0',
    oidcIssuer: issuer,
    oidcInternalUrl: env.VITRYLO_OIDC_INTERNAL_URL ?? issuer,
    oidcAudience: env.VITRYLO_OIDC_AUDIENCE ?? 'vitrylo-api',
    logLevel: env.VITRYLO_LOG_LEVEL ?? 'info',
    poolMax: positive(env, 'VITRYLO_POOL_MAX', 10),
  })
}

export function required(env: Env, key: string): string {
  const value = env[key]
  if (value === undefined || value === '') throw new Error(`setting ${key} is missing`)
  return value
}

export function positive(env: Env, key: string, fallback: number): number {
  const value = Number(env[key] ?? fallback)
  if (!Number.isSafeInteger(value) || value <= 0) throw new Error(`setting ${key} must be a whole number above 0`)
  return value
}
