import { AppError } from '@vitrylo/errors'
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose'

/** What a valid access token says. The same token gives the same object, so callers may be cached by it. */
export type Claims = {
  subject: string
  username: string
  /** Groups by the claim; an employee's groups come from the directory instead. */
  groups: string[]
  /** Client that the token was given to. */
  client: string
  sessionId: string | undefined
  /** Milliseconds, as expiresAt; whole seconds. Absent where no token stands behind the claims. */
  issuedAt?: number
  expiresAt: number
}

export type Verify = (token: string) => Promise<Claims>

export type VerifierOptions = {
  /** Value of `iss`, as the browser knows the issuer. */
  issuer: string
  /** Where the issuer is reached from here; keys are fetched there. */
  internalUrl: string
  audience: string
  /** Where the gateway publishes the keys of the tokens that it signs itself; without it none of those is believed. */
  gatewayKeysUrl?: string | undefined
}

/** Who stands in `iss` of tokens that the gateway signs for programs which cannot sign in at the issuer. */
export const GATEWAY_ISSUER = 'urn:vitrylo:gateway'

const MAX_CACHED = 2_000
/** The clocks of issuer and services may differ by so much. */
export const CLOCK_SKEW_S = 30
const MAX_AHEAD_S = 60

/**
 * Checks access tokens: signature by the issuer's published keys, RS256 only, issuer, audience, times and
 * `typ: Bearer` (so that an id token does not pass). Answers are kept until the token ends. Tokens of the gateway are judged by its keys alone.
 */
export function createVerifier({ issuer, internalUrl, audience, gatewayKeysUrl }: VerifierOptions): Verify {
  const patience = { cooldownDuration: 5_000, timeoutDuration: 3_000 }
  const keys = createRemoteJWKSet(new URL(`${internalUrl}/protocol/openid-connect/certs`), patience)
  const gatewayKeys = gatewayKeysUrl === undefined ? undefined : createRemoteJWKSet(new URL(gatewayKeysUrl), patience)
  const known = new Map<string, Claims>()
  return async (token) => {
    const cached = known.get(token)
    if (cached !== undefined && cached.expiresAt > Date.now()) return cached
    known.delete(token)
    if (token.length > 16_384) throw refused('too long')
    const isGateway = gatewayKeys !== undefined && issuerIn(token) === GATEWAY_ISSUER
    const claims = await jwtVerify(token, isGateway ? gatewayKeys : keys, {
      issuer: isGateway ? GATEWAY_ISSUER : issuer,
      audience,
      algorithms: [isGateway ? 'EdDSA' : 'RS256'],
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: CLOCK_SKEW_S,
    }).then(({ payload }) => claimsOf(payload), explain)
    if (known.size >= MAX_CACHED) known.delete(known.keys().next().value!)
    known.set(token, claims)
    return claims
  }
}

/** Whom the token names, before it is known to be true: it only chooses the keys. */
function issuerIn(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

function claimsOf(payload: JWTPayload): Claims {
  if (payload.typ !== 'Bearer') throw refused('no access token')
  if (payload.iat! > Date.now() / 1000 + MAX_AHEAD_S) throw refused('issued in the future')
  return {
    subject: payload.sub!,
    username: text(payload.preferred_username) ?? payload.sub!,
    groups: Array.isArray(payload.groups) ? payload.groups.filter((group) => typeof group === 'string') : [],
    client: text(payload.azp) ?? '',
    sessionId: text(payload.sid),
    issuedAt: payload.iat! * 1000,
    expiresAt: payload.exp! * 1000,
  }
}

/** The name at sign-in in a token that was checked before, and may have ended since. */
export function nameIn(token: string): string {
  const { preferred_username: name, sub } = decodeJwt(token)
  return text(name) ?? sub ?? ''
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function refused(why: string): AppError {
  return new AppError('UNAUTHENTICATED', 'TOKEN_INVALID', `the access token is not valid: ${why}; sign in again`)
}

// A token that nobody could check is no proof against its bearer: the issuer's absence is 503, not 401.
function explain(error: unknown): never {
  if (error instanceof AppError) throw error
  const ours = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)
  if (ours && error.code !== 'ERR_JOSE_GENERIC') {
    throw refused(error instanceof errors.JWTExpired ? 'expired' : 'refused by the check')
  }
  throw new AppError('UNAVAILABLE', 'ISSUER_UNAVAILABLE', 'the identity provider does not answer', {}, [], error)
}
