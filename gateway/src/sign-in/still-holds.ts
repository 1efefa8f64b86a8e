import type { Identity } from '../http/types.ts'
import type { CheckBearer } from './bearer.ts'
import type { Sessions } from './sessions.ts'
import type { Tokens } from './tokens.ts'

type Deps = { sessions: Sessions; checkBearer: CheckBearer; tokens: Tokens; now(): number }

/** Whether what a long answer began with still holds. That a token ends by its time does not break what began within it. */
export type StillHolds = (identity: Identity) => Promise<boolean>

export function createStillHolds({ sessions, checkBearer, tokens, now }: Deps): StillHolds {
  return async ({ token, claims, sessionId }) => {
    if (sessionId !== undefined) return (await sessions.find(sessionId)) !== undefined
    if (claims.expiresAt > now()) await checkBearer(token)
    else await tokens.admit(claims)
    return true
  }
}

const REVIEW_MS = 1_500

/** Looks again and again until it is stopped; `end` is called once, when it does not hold any more or nobody can say. */
export function watchHold(stillHolds: StillHolds, identity: Identity, end: () => void): () => void {
  const stop = (): void => clearInterval(timer)
  const over = (): void => {
    stop()
    end()
  }
  const timer = setInterval(() => void stillHolds(identity).then((holds) => holds || over(), over), REVIEW_MS)
  timer.unref()
  return stop
}
