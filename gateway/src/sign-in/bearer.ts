import { assertInForce, type Caller, type Claims, type Introspect, type Verify } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import type { From } from './from.ts'
import type { Tokens } from './tokens.ts'

/** The claims of a bearer token, if it is good and still holds. A look that is no use of it comes from nowhere. */
export type CheckBearer = (token: string, from?: From) => Promise<Claims>

type Deps = { verify: Verify; introspect: Introspect | undefined; tokens: Tokens; callerOf(claims: Claims): Caller; now(): number }

// As long as a session is trusted: a token that was withdrawn stops working within this time.
const TRUSTED_MS = 2_000

export function createCheckBearer({ verify, introspect, tokens, callerOf, now }: Deps): CheckBearer {
  const asked = new WeakMap<Claims, { until: number; standing: ReturnType<Introspect> }>()
  return async (token, from) => {
    const claims = await verify(token)
    assertInForce(callerOf(claims))
    await tokens.admit(claims, from)
    if (introspect === undefined) return claims
    let last = asked.get(claims)
    if (last === undefined || last.until < now()) {
      last = { until: now() + TRUSTED_MS, standing: introspect(token, claims) }
      asked.set(claims, last)
    }
    const standing = await last.standing
    if (standing === 'good' || standing === 'unknown') return claims
    const why = standing === 'ended' ? 'it was withdrawn' : 'the groups have changed'
    throw new AppError('UNAUTHENTICATED', 'TOKEN_INVALID', `the access token is not valid any more: ${why}; get a new one`)
  }
}
