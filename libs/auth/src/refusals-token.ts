import { AppError } from '@vitrylo/errors'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import type { LogoutVerifierOptions } from './logout-token.ts'

/** A sign-in that the issuer refused. Who tried is not known; a name is that of a real account. */
export type RefusedSignIn = {
  id: string
  at: Date
  reason: string
  address: string
  agent: string
  username: string
  clientId: string
  /** The account takes no more guesses from there for a while. */
  locked: boolean
  count: number
}

const EVENT = 'urn:vitrylo:event:sign-in-refused'
const MAX_AGE_S = 300
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const LONGEST = { address: 64, agent: 400, username: 254, clientId: 254 }

/** Checks a security event token (RFC 8417) by which the embedded issuer tells of refused sign-ins. */
export function createRefusalsVerifier({ issuer, internalUrl, clientId }: LogoutVerifierOptions) {
  const keys = createRemoteJWKSet(new URL(`${internalUrl}/protocol/openid-connect/certs`), { timeoutDuration: 3_000 })
  return async (token: string): Promise<RefusedSignIn[]> => {
    const { payload } = await jwtVerify(token, keys, {
      issuer, audience: clientId, typ: 'secevent+jwt', algorithms: ['RS256'], requiredClaims: ['iat', 'jti'], maxTokenAge: MAX_AGE_S, clockTolerance: 30,
    }).catch((cause: unknown) => {
      throw refused('it did not pass the check', cause)
    })
    const event = ((payload['events'] ?? {}) as Record<string, { refusals?: unknown } | undefined>)[EVENT]
    if (!Array.isArray(event?.refusals)) throw refused('it tells of no refused sign-ins')
    return event.refusals.map(refusalOf)
  }
}

function refusalOf(told: unknown): RefusedSignIn {
  const { id, at, reason, locked, count, ...rest } = (told ?? {}) as Record<string, unknown>
  const time = new Date(String(at))
  const isRight = UUID.test(String(id)) && !Number.isNaN(time.getTime()) && /^[A-Z_]{1,40}$/.test(String(reason)) && Number.isInteger(count) && Number(count) > 0
  if (!isRight) throw refused('a refusal in it is not whole')
  const text = (name: keyof typeof LONGEST): string => String(rest[name] ?? '').replaceAll('\0', '').slice(0, LONGEST[name])
  return {
    id: String(id), at: time, reason: String(reason), locked: locked === true, count: Number(count),
    address: text('address'), agent: text('agent'), username: text('username'), clientId: text('clientId'),
  }
}

function refused(why: string, cause?: unknown): AppError {
  return new AppError('INVALID_ARGUMENT', 'SECURITY_EVENT_INVALID', `the security event token was refused: ${why}`, {}, [], cause)
}
