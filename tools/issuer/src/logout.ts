import type { IncomingMessage, ServerResponse } from 'node:http'
import { inTx } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import type { Provider } from 'oidc-provider'
import { authenticateClient, type ClientDeps } from './clients.ts'
import { messagePage } from './error-page.ts'
import { readForm, readOwnForm, Refusal, sendHtml } from './http.ts'
import { html, page } from './page.ts'
import { endSessionByUid, endSessionOfSid } from './sessions.ts'
import { REALM_PATH } from './settings.ts'
import type { ClientSettings } from './settings.ts'
import { chooseLanguage, TEXTS } from './texts.ts'
import type { Language } from './texts.ts'
import type { TokenClaims, Tokens } from './tokens.ts'

export type LogoutDeps = ClientDeps & {
  pool: Pool
  provider: Provider
  tokens: Tokens
  origin: string
  loggedOut: () => void
}

/**
 * Sign-out as Keycloak does it: at once when the id token shown belongs to the session, after a question otherwise,
 * and by a refresh token without a browser. oidc-provider always asks, with a script in the page.
 */
export async function handleLogout(deps: LogoutDeps, req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
  const language = chooseLanguage(url.searchParams.get('ui_locales'), req.headers['accept-language'])
  if (url.pathname.endsWith('/confirm')) return confirmed(deps, req, res, language)
  const params = req.method === 'POST' ? await readForm(req) : url.searchParams
  const refreshToken = params.get('refresh_token')
  if (refreshToken) return byRefreshToken(deps, { req, res, params, refreshToken })
  const hint = await readHint(deps, params)
  const target = redirectTarget(deps.clients, params, hint)
  const current = await deps.provider.Session.get(deps.provider.createContext(req, res))
  if (hint && (!current.accountId || current.accountId === hint.sub)) {
    await inTx(deps.pool, async (tx) => {
      if (hint.sid) await endSessionOfSid(tx, hint.sub, hint.azp, hint.sid)
      if (current.accountId) await endSessionByUid(tx, current.uid)
    })
    return leave(deps, { req, res, target, language })
  }
  if (!current.accountId) return leave(deps, { req, res, target, language })
  sendHtml(res, 200, questionPage(deps.origin, language, target))
}

async function readHint({ tokens }: LogoutDeps, params: URLSearchParams): Promise<TokenClaims | undefined> {
  const token = params.get('id_token_hint')
  if (!token) return undefined
  const hint = await tokens.idTokenHint(token)
  const clientId = params.get('client_id')
  if (!hint || (clientId !== null && clientId !== hint.azp)) {
    throw new Refusal(400, 'invalid_request', 'id_token_hint does not fit')
  }
  return hint
}

/** Only an address registered for the client that asks: anything else would be an open redirect. */
function redirectTarget(clients: ClientSettings[], params: URLSearchParams, hint?: TokenClaims): URL | undefined {
  const wanted = params.get('post_logout_redirect_uri')
  if (!wanted) return undefined
  const client = clients.find(({ id }) => id === (hint?.azp ?? params.get('client_id')))
  if (!client?.postLogoutRedirectUris?.includes(wanted)) {
    throw new Refusal(400, 'invalid_request', 'post_logout_redirect_uri is not registered')
  }
  const target = new URL(wanted)
  const state = params.get('state')
  if (state) target.searchParams.set('state', state)
  return target
}

type ByToken = { req: IncomingMessage; res: ServerResponse; params: URLSearchParams; refreshToken: string }

async function byRefreshToken(deps: LogoutDeps, { req, res, params, refreshToken }: ByToken): Promise<void> {
  await endByToken(deps, await authenticateClient(deps, req, params), refreshToken)
  res.writeHead(204, { 'cache-control': 'no-store' }).end()
}

/** As in Keycloak, a revoked refresh token takes its session along. Access tokens end by themselves within minutes. */
export async function handleRevocation(deps: LogoutDeps, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const form = await readForm(req)
  const client = await authenticateClient(deps, req, form)
  const token = form.get('token')
  if (!token) throw new Refusal(400, 'invalid_request', 'token is missing')
  await endByToken(deps, client, token)
  res.writeHead(200, { 'cache-control': 'no-store' }).end()
}

async function endByToken(deps: LogoutDeps, client: ClientSettings, refreshToken: string): Promise<void> {
  const token = await deps.provider.RefreshToken.find(refreshToken)
  if (token?.clientId !== client.id || !token.accountId || !token.sid) return
  const { accountId, clientId, sid } = token
  await inTx(deps.pool, (tx) => endSessionOfSid(tx, accountId, clientId, sid))
  deps.loggedOut()
}

async function confirmed(deps: LogoutDeps, req: IncomingMessage, res: ServerResponse, language: Language): Promise<void> {
  if (req.method !== 'POST') throw new Refusal(405, 'invalid_request', 'a form is expected')
  const form = await readOwnForm(deps.origin, req)
  const { accountId, uid } = await deps.provider.Session.get(deps.provider.createContext(req, res))
  if (accountId) await inTx(deps.pool, (tx) => endSessionByUid(tx, uid))
  const wanted = form.get('target')
  const registered = deps.clients.some(({ postLogoutRedirectUris = [] }) =>
    postLogoutRedirectUris.some((each) => wanted && new URL(each).href === withoutState(wanted)),
  )
  await leave(deps, { req, res, target: registered ? new URL(wanted!) : undefined, language })
}

function withoutState(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  url.searchParams.delete('state')
  return url.href
}

type Leave = { req: IncomingMessage; res: ServerResponse; target?: URL; language: Language }

async function leave(deps: LogoutDeps, { req, res, target, language }: Leave): Promise<void> {
  deps.loggedOut()
  deps.provider.createContext(req, res).cookies.set(deps.provider.cookieName('session'), null, { path: REALM_PATH })
  if (target) {
    res.writeHead(302, { location: target.href, 'cache-control': 'no-store' }).end()
    return
  }
  const { signedOutTitle: title, signedOut: text } = TEXTS[language]
  sendHtml(res, 200, messagePage({ title, text, origin: deps.origin, language }))
}

function questionPage(origin: string, language: Language, target?: URL): string {
  const t = TEXTS[language]
  const body = html`<h1>${t.signOutTitle}</h1>
<p>${t.signOutText}</p>
<form method="post" action="${REALM_PATH}/protocol/openid-connect/logout/confirm">
${target && html`<input type="hidden" name="target" value="${target.href}">`}
<button type="submit" class="primary">${t.signOut}</button>
<a class="quiet" href="${origin}/">${t.stay}</a>
</form>`
  return page({ language, host: new URL(origin).host, title: t.signOutTitle, languageLinks: false, body })
}
