import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import { userClaims } from './claims.ts'
import { authenticateClient, type ClientDeps } from './clients.ts'
import { readForm, Refusal, sendJson } from './http.ts'
import type { Tokens } from './tokens.ts'

export type TokenInfoDeps = ClientDeps & { tokens: Tokens; provider: Provider }

// oidc-provider refuses access tokens in JWT form at both endpoints, so these two are our own.

export async function handleUserinfo({ tokens }: TokenInfoDeps, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const [, token] = /^Bearer\s+(\S+)$/i.exec(req.headers.authorization ?? '') ?? []
  const active = token && (await tokens.activeAccess(token))
  if (!active) {
    res.setHeader('www-authenticate', 'Bearer error="invalid_token"')
    return sendJson(res, 401, { error: 'invalid_token' })
  }
  sendJson(res, 200, userClaims(active.user))
}

export async function handleIntrospection(deps: TokenInfoDeps, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const form = await readForm(req)
  await authenticateClient(deps, req, form)
  const token = form.get('token')
  if (!token) throw new Refusal(400, 'invalid_request', 'token is missing')
  const active = await deps.tokens.activeAccess(token)
  if (active) return sendJson(res, 200, { ...active.claims, active: true, client_id: active.claims.azp })
  const refresh = await deps.provider.RefreshToken.find(token)
  if (!refresh) return sendJson(res, 200, { active: false })
  const { accountId: sub, clientId: client_id, exp, scope, sid } = refresh
  sendJson(res, 200, { active: true, typ: 'Refresh', sub, client_id, exp, scope, sid })
}

