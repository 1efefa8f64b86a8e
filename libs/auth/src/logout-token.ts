import { AppError } from '@vitrylo/errors'
import { createRemoteJWKSet, jwtVerify } from 'jose'

/** Whose sessions end: those of one session at the issuer, or all of a user. */
export type LogoutNotice = { subject: string | undefined; sessionId: string | undefined }

export type LogoutVerifierOptions = { issuer: string; internalUrl: string; clientId: string }

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const MAX_AGE_S = 300

/** Checks the token of a back-channel logout (OpenID Connect Back-Channel Logout 1.0, section 2.6). */
export function createLogoutVerifier({ issuer, internalUrl, clientId }: LogoutVerifierOptions) {
  const keys = createRemoteJWKSet(new URL(`${internalUrl}/protocol/openid-connect/certs`), { timeoutDuration: 3_000 })
  return async (token: string): Promise<LogoutNotice> => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      algorithms: ['RS256'],
      requiredClaims: ['iat', 'jti'],
      maxTokenAge: MAX_AGE_S,
      clockTolerance: 30,
    }).catch((cause: unknown) => {
      throw refused('it did not pass the check', cause)
    })
    const events = payload.events
    if (typeof events !== 'object' || events === null || !(EVENT in events)) throw refused('it announces no logout')
    // An id token has a nonce; a logout token must not, so that one cannot pass for the other.
    if (payload.nonce !== undefined) throw refused('it has a nonce')
    const sessionId = typeof payload.sid === 'string' ? payload.sid : undefined
    if (payload.sub === undefined && sessionId === undefined) throw refused('it names neither user nor session')
    return { subject: payload.sub, sessionId }
  }
}

function refused(why: string, cause?: unknown): AppError {
  return new AppError('INVALID_ARGUMENT', 'LOGOUT_TOKEN_INVALID', `the logout token was refused: ${why}`, {}, [], cause)
}
