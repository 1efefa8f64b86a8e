import type { IncomingMessage, ServerResponse } from 'node:http'
import { secretIntoHeader } from './clients.ts'
import { sendAsset } from './assets.ts'
import { problemPage } from './error-page.ts'
import { hashSecret } from './integration-clients.ts'
import { Refusal, sendHtml, sendJson, setSecurityHeaders } from './http.ts'
import { handleInvitation, INVITATION_PATH } from './invitation.ts'
import { handleLogin } from './login.ts'
import type { PageDeps } from './change-password.ts'
import { handleLogout, handleRevocation } from './logout.ts'
import type { LogoutDeps } from './logout.ts'
import { PROTOCOL_PATH, REALM_PATH } from './settings.ts'
import { chooseLanguage } from './texts.ts'
import { handleIntrospection, handleUserinfo } from './token-info.ts'
import type { TokenInfoDeps } from './token-info.ts'
import { isUnavailable } from './unavailable.ts'

type Deps = PageDeps & LogoutDeps & TokenInfoDeps
type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>

/** Our own pages and endpoints first, the protocol library for everything else below the realm. */
export function createHandler(deps: Deps): Handler {
  const protocol = deps.provider.callback()
  const clean = (res: ServerResponse) => setSecurityHeaders(res, deps.origin, clientOrigins)
  // A session that may not be stored any more is found out when the answer is made already: nothing of it may leave.
  deps.provider.context.onerror = function onerror(error) {
    if (!error) return
    if (!this.res.headersSent) for (const name of this.res.getHeaderNames()) this.res.removeHeader(name)
    if (!this.res.headersSent) clean(this.res)
    answerError(deps, error, this.req, this.res)
  }
  const redirectUris = deps.clients.flatMap(({ redirectUris: after = [], postLogoutRedirectUris: out = [] }) => [...after, ...out])
  const clientOrigins = [...new Set(redirectUris.map((uri) => new URL(uri).origin))].join(' ')
  return async (req, res) => {
    clean(res)
    const url = new URL(req.url ?? '/', deps.origin)
    try {
      const path = url.pathname.startsWith(REALM_PATH + '/') ? url.pathname.slice(REALM_PATH.length) : undefined
      if (path === undefined) throw new Refusal(404, 'not_found', 'there is nothing at this address')
      // Behind the gateway the connection is plain; what browsers use stands in the origin.
      req.headers['x-forwarded-proto'] = new URL(deps.origin).protocol.slice(0, -1)
      if (await handleOwn(deps, { path, req, res, url })) return
      const forward = path === `${PROTOCOL_PATH}/token` && req.method === 'POST' ? await secretIntoHeader(req) : req
      if (path === `${PROTOCOL_PATH}/token`) hashSecret(forward, deps.clients)
      Object.assign(forward, { originalUrl: forward.url, url: forward.url!.slice(REALM_PATH.length) })
      protocol(forward, res)
    } catch (error) {
      answerError(deps, error, req, res)
    }
  }
}

type Route = { path: string; req: IncomingMessage; res: ServerResponse; url: URL }

async function handleOwn(deps: Deps, { path, req, res, url }: Route): Promise<boolean> {
  if (path.startsWith('/assets/')) {
    if (!sendAsset(res, path.slice('/assets/'.length))) throw new Refusal(404, 'not_found', 'no such file')
  } else if (/^\/login\/[\w-]{1,64}$/.test(path)) await handleLogin(deps, req, res, url)
  else if (path === INVITATION_PATH || path.startsWith(`${INVITATION_PATH}/`)) await handleInvitation(deps, { req, res, url })
  else if (path === `${PROTOCOL_PATH}/userinfo`) await handleUserinfo(deps, req, res)
  else if (path === `${PROTOCOL_PATH}/token/introspect`) await handleIntrospection(deps, req, res)
  else if (path === `${PROTOCOL_PATH}/revoke`) await handleRevocation(deps, req, res)
  else if (/^\/logout(\/confirm)?$/.test(path.replace(PROTOCOL_PATH, ''))) await handleLogout(deps, req, res, url)
  else return false
  return true
}

function answerError({ origin, log }: Deps, error: unknown, req: IncomingMessage, res: ServerResponse): void {
  const expected = error instanceof Refusal || (error as Error).name === 'SessionNotFound'
  if (!expected) log.error({ err: error }, 'a sign-in request failed')
  if (res.headersSent) return void res.destroy()
  if (req.headers.accept?.includes('text/html')) {
    const shown = problemPage(error, origin, chooseLanguage(req.headers['accept-language']))
    return sendHtml(res, shown.status, shown.html)
  }
  if (error instanceof Refusal) {
    return sendJson(res, error.status, { error: error.error, error_description: error.message })
  }
  if (isUnavailable(error)) return sendJson(res, 503, { error: 'temporarily_unavailable' })
  sendJson(res, expected ? 400 : 500, { error: expected ? 'invalid_request' : 'server_error' })
}
