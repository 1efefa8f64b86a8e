import type { Pool } from '@vitrylo/pg'
import { interactionPolicy, Provider } from 'oidc-provider'
import type { Context, JwtParts, StoredToken } from 'oidc-provider'
import { postgresAdapter } from './adapter.ts'
import { PASSWORD_PROMPT, UPDATE_PASSWORD } from './change-password.ts'
import { claimsByScope, userClaims } from './claims.ts'
import type { Keys } from './keys.ts'
import { renderErrorPage } from './error-page.ts'
import { AUDIENCE, PROTOCOL_PATH as P, REALM_PATH, SCOPES, SESSION_SECONDS, TOKEN_SECONDS } from './settings.ts'
import type { ClientSettings, IssuerSettings } from './settings.ts'
import { findServiceAccount, findUser } from './users.ts'

const API = 'urn:vitrylo:api'
/** Of the cookie that holds a session. */
export const sessionCookie = (origin: string) => ({ httpOnly: true, sameSite: 'lax', secure: origin.startsWith('https:'), path: REALM_PATH })

const now = () => Math.floor(Date.now() / 1000)

/** oidc-provider with the paths, clients, tokens and claims of the Keycloak realm. */
export function createProvider(pool: Pool, keys: Keys, settings: IssuerSettings): Provider {
  const secure = settings.origin.startsWith('https:')
  const provider: Provider = new Provider(settings.origin + REALM_PATH, {
    adapter: postgresAdapter(pool),
    jwks: keys.jwks,
    clients: settings.clients.map((client) => clientMetadata(client, settings)),
    routes: {
      authorization: `${P}/auth`,
      token: `${P}/token`,
      jwks: `${P}/certs`,
      userinfo: `${P}/userinfo`,
      introspection: `${P}/token/introspect`,
      revocation: `${P}/revoke`,
      end_session: `${P}/logout`,
    },
    cookies: {
      keys: keys.cookies,
      names: { session: 'vitrylo_sso', interaction: 'vitrylo_sign_in', resume: 'vitrylo_sign_in_resume' },
      long: sessionCookie(settings.origin),
      short: { httpOnly: true, sameSite: 'lax', secure },
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      backchannelLogout: { enabled: true }, // the tokens are sent by ./backchannel.ts
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: SCOPES,
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    pkce: { required: () => true },
    scopes: SCOPES.split(' '),
    claims: claimsByScope,
    conformIdTokenClaims: false,
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx: Context, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
    formats: { customizers: { jwt: (_ctx: Context, token: StoredToken, jwt: JwtParts) => asKeycloak(pool, token, jwt) } },
    extraParams: ['kc_action'],
    interactions: { policy: policy(), url: (_ctx: Context, { uid }: { uid: string }) => `${REALM_PATH}/login/${uid}` },
    findAccount: (ctx: Context, id: string) => findAccount(pool, ctx, id),
    loadExistingGrant: (ctx: GrantContext) => loadGrant(provider, ctx),
    renderError: renderErrorPage,
    clientBasedCORS: () => false,
    clockTolerance: 5,
    ttl: {
      AccessToken: TOKEN_SECONDS,
      ClientCredentials: TOKEN_SECONDS,
      IdToken: TOKEN_SECONDS,
      AuthorizationCode: 60,
      Interaction: 30 * 60,
      Grant: SESSION_SECONDS,
      RefreshToken: SESSION_SECONDS,
      Session: (_ctx: Context, { loginTs }: { loginTs?: number }) =>
        loginTs ? Math.max(1, loginTs + SESSION_SECONDS - now()) : 60 * 60,
    },
  })
  provider.proxy = true
  return provider
}

/** After the sign-in whatever action the client asks for, as at Keycloak: a password of the person's own. */
function policy() {
  const { base, Check, Prompt } = interactionPolicy
  const asks = ({ oidc: { params, result } }: Context) => params?.['kc_action'] === UPDATE_PASSWORD && result?.[PASSWORD_PROMPT] === undefined
  const all = base()
  all.add(new Prompt({ name: PASSWORD_PROMPT, requestable: false }, new Check('action_asked', 'the person is to take another password', asks)))
  return all
}

function clientMetadata(client: ClientSettings, { backchannelLogoutUrl }: IssuerSettings) {
  const common = { client_id: client.id, client_secret: client.secret, token_endpoint_auth_method: 'client_secret_basic' }
  if (!client.redirectUris) {
    return { ...common, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }
  }
  return {
    ...common,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: client.redirectUris,
    post_logout_redirect_uris: client.postLogoutRedirectUris ?? [],
    // Without these two the tokens would have no `sid`.
    backchannel_logout_uri: backchannelLogoutUrl,
    backchannel_logout_session_required: true,
  }
}

/** Access tokens: the header and the claims that Keycloak's have and oidc-provider's have not. */
async function asKeycloak(pool: Pool, token: StoredToken, jwt: JwtParts): Promise<void> {
  const user = token.accountId ? await findUser(pool, token.accountId) : await findServiceAccount(pool, token.clientId)
  if (!user || user.disabled) throw Object.assign(new Error('invalid_grant'), INVALID_GRANT)
  jwt.header = { typ: 'JWT' }
  Object.assign(jwt.payload, userClaims(user), { typ: 'Bearer', azp: token.clientId, sid: token.sid })
}

const INVALID_GRANT = { statusCode: 400, status: 400, expose: true, error_description: 'account disabled' }

async function findAccount(pool: Pool, ctx: Context, id: string) {
  const user = await findUser(pool, id)
  if (!user || user.disabled) return undefined
  return { accountId: id, claims: () => ({ ...userClaims(user), typ: 'ID', azp: ctx.oidc.client?.clientId }) }
}

type GrantContext = Context & {
  oidc: { client: { clientId: string }; session: { accountId: string; grantIdFor(clientId: string): string | undefined } }
}

/** Our own clients need nobody's consent. */
async function loadGrant(provider: Provider, { oidc: { client, session } }: GrantContext) {
  const known = session.grantIdFor(client.clientId)
  const found = known && (await provider.Grant.find(known))
  if (found) return found
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId })
  grant.addOIDCScope(SCOPES)
  grant.addResourceScope(API, SCOPES)
  await grant.save()
  return grant
}
