import type { Grants, LogoutNotice, RefusedSignIn, Verify } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import { inTx, type Pool } from '@vitrylo/pg'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { unsupported } from '../http/body.ts'
import { refuseForeignPage, refuseNoPage } from '../http/csrf.ts'
import type { RateLimit, SignInLimit } from '../http/rate-limit.ts'
import type { Cookies } from './cookies.ts'
import { fromOf } from './from.ts'
import type { EmployeeOf } from './employee-of.ts'
import { noteRefusal, noteRefusals } from './journal-sql.ts'
import { signInFailedPage } from './pages.ts'
import { safeReturnTo } from './return-to.ts'
import { randomToken, sha256 } from './seal.ts'
import { insertSignIn, takeSignIn, type SignIn } from './session-sql.ts'
import type { Sessions } from './sessions.ts'

export type SignInDeps = {
  pool: Pool
  sessions: Sessions
  cookies: Cookies
  grants: Grants
  verify: Verify
  verifyLogout(token: string): Promise<LogoutNotice>
  verifyRefusals(token: string): Promise<RefusedSignIn[]>
  employeeOf: EmployeeOf
  /** Something was told: the relay may go. */
  committed(): void
  limit: SignInLimit
  /** Of what was begun by `limit`. */
  callbackLimit: RateLimit
  /** Of refusals that the journal takes from one address: a flood tells no more than its beginning. */
  noteLimit: RateLimit
  /** Of what the issuer tells: a flood of it must not hold up the ends of sessions, which come from the same address. */
  eventLimit: RateLimit
  log: Logger
  now(): number
  origin: string
  issuer: string
  clientId: string
}

const SIGN_IN_MS = 600_000
const ANONYMOUS = { config: { access: 'anonymous' } } as const

/** Sign-in by code + PKCE, and sign-out. */
export function addSignIn(app: FastifyInstance, deps: SignInDeps): void {
  app.get('/auth/login', ANONYMOUS, (request, reply) => login(deps, request, reply))
  app.get('/auth/callback', ANONYMOUS, (request, reply) => callback(deps, request, reply))
  app.post('/auth/logout', ANONYMOUS, (request, reply) => logout(deps, request, reply))
}

async function login(deps: SignInDeps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  refuseNoPage(request)
  deps.limit(request)
  const id = randomToken()
  const { returnTo, action, language } = request.query as Record<string, unknown>
  const signIn = { state: randomToken(), nonce: randomToken(), verifier: randomToken(), returnTo: safeReturnTo(returnTo, deps.origin) }
  await insertSignIn(deps.pool, sha256(id), signIn, new Date(deps.now() + SIGN_IN_MS))
  deps.cookies.write(reply, 'vitrylo_login', id)
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: deps.clientId,
    redirect_uri: `${deps.origin}/auth/callback`,
    scope: 'openid profile email',
    state: signIn.state,
    nonce: signIn.nonce,
    code_challenge: sha256(signIn.verifier).toString('base64url'),
    code_challenge_method: 'S256',
    // An action that a client asks for (Keycloak's AIA); the embedded issuer knows it too. Given up or done, it ends at the callback like any sign-in.
    ...(action === 'password' && { kc_action: 'UPDATE_PASSWORD' }),
    // Who comes from the client reads on in its language, whatever the browser's is.
    ...((language === 'uk' || language === 'en') && { ui_locales: language }),
  })
  return reply.header('cache-control', 'no-store').redirect(`${deps.issuer}/protocol/openid-connect/auth?${query}`, 303)
}

async function callback(deps: SignInDeps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store')
  const id = deps.cookies.read(request, 'vitrylo_login')
  // Without it nothing is asked of anybody, and any page may lead here; with it somebody may come back from an issuer of another site.
  if (id !== undefined) deps.callbackLimit(request.ip)
  deps.cookies.clear(reply, 'vitrylo_login')
  const begun = id === undefined ? undefined : await takeSignIn(deps.pool, sha256(id), new Date(deps.now()))
  try {
    await finishSignIn(deps, begun, request, reply)
    return reply.redirect(begun!.returnTo, 303)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'UNAUTHENTICATED') throw error
    // Only what began here: whoever opens the address by hand fills no journal.
    if (begun !== undefined && isWithin(deps.noteLimit, request.ip)) await noteRefusal(deps.pool, { ...fromOf(request), at: new Date(deps.now()), reason: error.reason })
    deps.log.info({ reason: error.reason, why: error.message, err: error.cause, trace: request.trace.id }, 'sign-in refused')
    return reply.code(400).type('text/html; charset=utf-8').send(signInFailedPage())
  }
}

async function finishSignIn(deps: SignInDeps, signIn: SignIn | undefined, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { code, state, iss, error } = request.query as Record<string, unknown>
  if (signIn === undefined || typeof state !== 'string' || state !== signIn.state) throw refused('the state does not fit this browser')
  if (iss !== undefined && iss !== deps.issuer) throw refused('another issuer answered')
  if (error !== undefined) throw refused('the issuer refused')
  if (typeof code !== 'string') throw refused('there is no code')
  const redirectUri = `${deps.origin}/auth/callback`
  const grant = await deps.grants.exchange({ code, verifier: signIn.verifier, redirectUri, nonce: signIn.nonce })
  const claims = await deps.verify(grant.accessToken)
  const former = deps.cookies.read(request, 'vitrylo_session')
  const session = await deps.sessions.begin({ grant, claims, former, from: fromOf(request) })
  deps.cookies.write(reply, 'vitrylo_session', session.id)
}

async function logout(deps: SignInDeps, request: FastifyRequest, reply: FastifyReply): Promise<object> {
  refuseForeignPage(request, deps.origin)
  const id = deps.cookies.read(request, 'vitrylo_session')
  const ended = id !== undefined && (await deps.sessions.end(id))
  deps.cookies.clear(reply, 'vitrylo_session')
  reply.header('cache-control', 'no-store')
  if (ended) return { location: `${deps.origin}/` }
  // The issuer asks the user then: id_token_hint would spare the question, but put a token into the browser.
  const query = new URLSearchParams({ client_id: deps.clientId, post_logout_redirect_uri: `${deps.origin}/` })
  return { location: `${deps.issuer}/protocol/openid-connect/logout?${query}` }
}

/** The issuer's notice that a session ended. A form, not JSON, so it lives in a scope with its own body parser. */
export function addBackChannelLogout(app: FastifyInstance, deps: SignInDeps): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 32_768 }, (_request, body, done) =>
      done(null, new URLSearchParams(body as string)),
    )
    scope.post('/auth/backchannel-logout', ANONYMOUS, async (request, reply) => {
      deps.limit(request)
      if (!(request.body instanceof URLSearchParams)) throw unsupported('application/x-www-form-urlencoded')
      const tokens = request.body.getAll('logout_token')
      if (tokens.length !== 1) throw new AppError('INVALID_ARGUMENT', 'LOGOUT_TOKEN_INVALID', 'exactly one logout_token is needed')
      const ended = await deps.sessions.endOf(await deps.verifyLogout(tokens[0]!))
      deps.log.info({ ended, trace: request.trace.id }, 'sessions ended by the issuer')
      return reply.code(200).header('cache-control', 'no-store').send()
    })
  })
}

/** What the issuer refused (RFC 8935: push of security event tokens). Taken in scope of its own, as a text. */
export function addSecurityEvents(app: FastifyInstance, deps: SignInDeps): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/secevent+jwt', { parseAs: 'string', bodyLimit: 262_144 }, (_request, body, done) => done(null, body))
    scope.post('/auth/security-events', ANONYMOUS, async (request, reply) => {
      deps.eventLimit(request.ip)
      if (typeof request.body !== 'string') throw unsupported('application/secevent+jwt')
      const told = await deps.verifyRefusals(request.body)
      await inTx(deps.pool, (tx) => noteRefusals(tx, told, { employeeOf: deps.employeeOf, now: new Date(deps.now()) }))
      deps.committed()
      return reply.code(202).header('cache-control', 'no-store').send()
    })
  })
}

function isWithin(limit: RateLimit, key: string): boolean {
  try {
    limit(key)
    return true
  } catch {
    return false
  }
}

function refused(why: string): AppError {
  return new AppError('UNAUTHENTICATED', 'SIGN_IN_REFUSED', `the sign-in was refused: ${why}`)
}
