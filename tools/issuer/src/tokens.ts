import { randomUUID } from 'node:crypto'
import type { Pool } from '@vitrylo/pg'
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT } from 'jose'
import type { JWK, JWTPayload } from 'jose'
import type { Keys } from './keys.ts'
import { isSessionAlive } from './sessions.ts'
import { AUDIENCE, REALM_PATH } from './settings.ts'
import { findServiceAccount, findUser } from './users.ts'
import type { User } from './users.ts'

/** As in libs/auth/src/refusals-token.ts. */
const REFUSALS_EVENT = 'urn:vitrylo:event:sign-in-refused'

export type TokenClaims = JWTPayload & { sub: string; azp: string; typ: string; sid?: string }
export type Tokens = ReturnType<typeof createTokens>

/** Reads the tokens that we issued ourselves. */
export function createTokens(pool: Pool, { jwks }: Keys, origin: string) {
  const keys = createLocalJWKSet({ keys: jwks.keys.map(publicPart) })
  const issuer = origin + REALM_PATH

  async function verify(token: string, options: object): Promise<TokenClaims | undefined> {
    try {
      return (await jwtVerify(token, keys, { issuer, algorithms: ['RS256'], ...options })).payload as TokenClaims
    } catch {
      return undefined
    }
  }

  return {
    /** A hint may be old: who signs out may have stayed signed in for long. */
    async idTokenHint(token: string): Promise<TokenClaims | undefined> {
      const claims = await verify(token, { currentDate: new Date(0) })
      return claims?.typ === 'ID' ? claims : undefined
    },

    /** An access token whose session and account still live. */
    async activeAccess(token: string): Promise<{ claims: TokenClaims; user: User } | undefined> {
      const claims = await verify(token, { audience: AUDIENCE })
      if (claims?.typ !== 'Bearer') return undefined
      const { sub, azp, sid } = claims
      if (sid && !(await isSessionAlive(pool, sub, azp, sid))) return undefined
      const user = sid ? await findUser(pool, sub) : await findServiceAccount(pool, azp)
      return user && !user.disabled ? { claims, user } : undefined
    },

    /** Of refused sign-ins, for the gateway's journal: a security event token (RFC 8417). */
    async securityEvent(refusals: readonly object[]): Promise<string> {
      const key = jwks.keys[0]!
      return new SignJWT({ events: { [REFUSALS_EVENT]: { refusals } } })
        .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'secevent+jwt' })
        .setIssuer(issuer)
        .setAudience('vitrylo-gateway')
        .setJti(randomUUID())
        .setIssuedAt()
        .sign(await importJWK(key, 'RS256'))
    },

    /** For the back channel: OpenID Connect Back-Channel Logout 1.0, with the life that Keycloak gives it. */
    async logoutToken({ clientId, sub, sid }: { clientId: string; sub: string; sid: string }): Promise<string> {
      const key = jwks.keys[0]!
      return new SignJWT({ sid, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
        .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'logout+jwt' })
        .setIssuer(issuer)
        .setAudience(clientId)
        .setSubject(sub)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime('120s')
        .sign(await importJWK(key, 'RS256'))
    },
  }
}

// jose verifies nothing with a private JWK.
const publicPart = ({ kty, n, e, kid, alg, use }: JWK): JWK => ({ kty, n, e, kid, alg, use })
