import { AppError } from '@vitrylo/errors'
import Config from 'keycloak-connect/middleware/auth-utils/config.js'
import GrantManager from 'keycloak-connect/middleware/auth-utils/grant-manager.js'
import { asClient, type ClientSecrets } from './client-secrets.ts'

export type GrantsOptions = {
  /** Value of `iss`, as the browser knows the issuer: `https://id.example.ua/realms/vitrylo`. */
  issuer: string
  /** Where the issuer is reached from here. */
  internalUrl: string
  clientId: string
  clientSecrets: ClientSecrets
}

/** What the issuer gave to a signed-in user. Kept on the server only. */
export type Grant = {
  accessToken: string
  refreshToken: string | undefined
  subject: string
  /** Session at the issuer, for back-channel logout. */
  sessionId: string | undefined
  /** Milliseconds. */
  expiresAt: number
}

export type Exchange = { code: string; verifier: string; redirectUri: string; nonce: string }

export type Grants = {
  /** Code of the redirect -> grant; state is the caller's business, PKCE and nonce are checked here. */
  exchange(exchange: Exchange): Promise<Grant>
  /** UNAUTHENTICATED / SESSION_ENDED when the issuer refuses, UNAVAILABLE when it does not answer. */
  refresh(grant: Grant): Promise<Grant>
  /** Ends the user's session at the issuer, without the browser; false when it could not be done. */
  end(grant: Grant): Promise<boolean>
  isExpired(grant: Grant, now: number): boolean
}

const TIMEOUT_MS = 5_000
// Refreshed a little early, so that a token does not end on its way to a service.
const EARLY_MS = 15_000

/**
 * Grants of Keycloak, checked by keycloak-connect's grant manager. Its own `obtainFromCode` cannot do PKCE and its
 * `ensureFreshness` takes an opaque refresh token for expired, so both requests are made here.
 */
export function createGrants({ issuer, internalUrl, clientId, clientSecrets }: GrantsOptions): Grants {
  const manager = new GrantManager(
    new Config({
      ...realmOf(issuer),
      resource: clientId,
      'min-time-between-jwks-requests': 1,
    }),
  )
  manager.rotation.realmUrl = internalUrl
  const endpoint = `${internalUrl}/protocol/openid-connect`
  const asGateway = asClient(clientId, clientSecrets)

  const post = (path: string, form: Record<string, string>): Promise<Response> =>
    asGateway((authorization) =>
      fetch(`${endpoint}/${path}`, {
        method: 'POST',
        headers: { authorization, accept: 'application/json' },
        body: new URLSearchParams({ client_id: clientId, ...form }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
        redirect: 'error',
      }),
    ).catch((error: unknown) => {
      throw unavailable(error)
    })

  async function obtain(form: Record<string, string>): Promise<{ grant: Grant; nonce: unknown }> {
    const response = await post('token', form)
    const body = await response.text()
    if (response.status >= 500 || response.status === 429) throw unavailable(new Error(`status ${response.status}`))
    if (!response.ok) throw ended(new Error(`token endpoint answered ${response.status}`))
    const { access_token: access, refresh_token: refresh, id_token: id } = await manager.createGrant(body).catch(explain)
    const subject = String(access.content.sub)
    if (id !== undefined && id.content.sub !== subject) throw ended(new Error('the tokens name different users'))
    const sessionId = access.content.sid ?? id?.content.sid
    const grant = {
      accessToken: access.token,
      refreshToken: refresh?.token,
      subject,
      sessionId: typeof sessionId === 'string' ? sessionId : undefined,
      expiresAt: access.content.exp * 1000,
    }
    return { grant, nonce: id?.content.nonce }
  }

  return {
    async exchange({ code, verifier, redirectUri, nonce }) {
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
      const obtained = await obtain(form)
      if (obtained.nonce !== nonce) throw ended(new Error('the id token has another nonce'))
      return obtained.grant
    },
    async refresh(grant) {
      if (grant.refreshToken === undefined) throw ended(new Error('no refresh token'))
      const { grant: fresh } = await obtain({ grant_type: 'refresh_token', refresh_token: grant.refreshToken })
      if (fresh.subject !== grant.subject) throw ended(new Error('the refreshed token names another user'))
      return { ...fresh, refreshToken: fresh.refreshToken ?? grant.refreshToken, sessionId: fresh.sessionId ?? grant.sessionId }
    },
    async end({ refreshToken }) {
      if (refreshToken === undefined) return false
      const response = await post('logout', { refresh_token: refreshToken }).catch(() => undefined)
      await response?.body?.cancel()
      return response?.ok === true
    },
    isExpired: ({ expiresAt }, now) => expiresAt - EARLY_MS <= now,
  }
}

function realmOf(issuer: string): Record<string, string> {
  const [, server, realm] = /^(.+)\/realms\/([^/]+)$/.exec(issuer) ?? []
  if (server === undefined || realm === undefined) throw new Error(`the issuer must end with /realms/<name>: ${issuer}`)
  return { realm, 'auth-server-url': server }
}

function unavailable(cause: unknown): AppError {
  return new AppError('UNAVAILABLE', 'ISSUER_UNAVAILABLE', 'the sign-in service does not answer', {}, [], cause)
}

function ended(cause: unknown): AppError {
  return new AppError('UNAUTHENTICATED', 'SESSION_ENDED', 'the session has ended; sign in again', {}, [], cause)
}

/** The grant manager throws plain errors: a key that could not be fetched says nothing about the token. */
function explain(error: unknown): never {
  const noKey = error instanceof Error && /failed to load public key|reading 'then'/.test(error.message)
  throw noKey ? unavailable(error) : ended(error)
}
