import { asClient, type ClientSecrets } from './client-secrets.ts'
import type { Claims } from './verify.ts'

export type IntrospectionOptions = {
  /** Where the issuer is reached from here. */
  internalUrl: string
  /** A client that access tokens are meant for: an issuer answers no other. */
  clientId: string
  clientSecrets: ClientSecrets
  now(): number
  log: { warn(details: object, message: string): void }
}

/** `outdated`: the groups are others by now. `unknown`: the issuer does not answer, the token ends by itself. */
export type Standing = 'good' | 'ended' | 'outdated' | 'unknown'

export type Introspect = (token: string, claims: Claims) => Promise<Standing>

const TIMEOUT_MS = 2_000
const PAUSE_MS = 5_000

/**
 * Asks the issuer whether a token that passed the check still holds (RFC 7662): an issuer does not tell through the back
 * channel that a user was disabled or that an administrator ended all sessions at once.
 */
export function createIntrospect({ internalUrl, clientId, clientSecrets, now, log }: IntrospectionOptions): Introspect {
  const asApi = asClient(clientId, clientSecrets)
  let pausedUntil = 0

  async function ask(token: string): Promise<{ active?: boolean; groups?: unknown }> {
    const response = await asApi((authorization) =>
      fetch(`${internalUrl}/protocol/openid-connect/token/introspect`, {
        method: 'POST',
        headers: { authorization, accept: 'application/json' },
        body: new URLSearchParams({ token }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        redirect: 'error',
      }),
    )
    if (response.ok) return (await response.json()) as { active?: boolean }
    await response.body?.cancel()
    throw new Error(`the issuer answered ${response.status}`)
  }

  return async (token, claims) => {
    if (now() < pausedUntil) return 'unknown'
    try {
      const { active, groups } = await ask(token)
      if (active !== true) return 'ended'
      return sameGroups(claims.groups, groups) ? 'good' : 'outdated'
    } catch (err) {
      pausedUntil = now() + PAUSE_MS
      log.warn({ err }, 'the issuer does not say whether tokens still hold; they end by themselves')
      return 'unknown'
    }
  }
}

function sameGroups(before: readonly string[], after: unknown): boolean {
  const list = Array.isArray(after) ? after : []
  return list.length === before.length && before.every((group) => list.includes(group))
}
