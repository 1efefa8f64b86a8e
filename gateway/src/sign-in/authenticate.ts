import type { Claims } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { refuseForeignPage } from '../http/csrf.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import type { Identity } from '../http/types.ts'
import type { CheckBearer } from './bearer.ts'
import type { Cookies } from './cookies.ts'
import { fromOf } from './from.ts'
import type { Sessions } from './sessions.ts'

export type Identify = (request: FastifyRequest) => Promise<Identity>

type Deps = { checkBearer: CheckBearer; sessions: Sessions; cookies: Cookies; origin: string }

/** Who asks: a bearer token wins over the cookie, which a browser adds without being asked. */
export function createIdentify({ checkBearer, sessions, cookies, origin }: Deps): Identify {
  return async (request) => {
    const { authorization } = request.headers
    const from = fromOf(request)
    if (authorization !== undefined) {
      const token = bearerOf(authorization)
      const claims = await checkBearer(token, from)
      return { token, claims, key: `${claims.subject} ${claims.client}`, sessionId: undefined, publicSessionId: undefined }
    }
    const id = cookies.read(request, 'vitrylo_session')
    const session = id === undefined ? undefined : await sessions.find(id, from)
    if (session === undefined) throw new AppError('UNAUTHENTICATED', 'SIGN_IN_REQUIRED', 'sign in first')
    refuseForeignPage(request, origin)
    const { token, claims, publicId } = session
    return { token, claims, key: `${claims.subject} ${claims.client}`, sessionId: session.id, publicSessionId: publicId }
  }
}

function bearerOf(authorization: string): string {
  if (/^Bearer [\x21-\x7e]+$/i.test(authorization)) return authorization.slice(7)
  throw new AppError('UNAUTHENTICATED', 'TOKEN_INVALID', 'the header Authorization must be: Bearer <access token>')
}

export type CallerLimits = {
  session: RateLimit
  token: RateLimit
  /** What the caller's groups set; the others go by the settings. */
  perMinute: (claims: Claims) => number | undefined
}

/** Told of whom no service got to see. */
export type OnRefused = (request: FastifyRequest, error: unknown) => void

/** Deny by default: a route without a declared access stops the start, any but an anonymous one needs a caller. */
export function addAuthentication(app: FastifyInstance, identify: Identify, limits: CallerLimits, refused: OnRefused): void {
  app.decorateRequest('identity', undefined)
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`${String(method)} ${url} declares no access`)
  })
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config
    if (access === undefined || access === 'anonymous') return
    try {
      request.identity = await identify(request)
      const limit = request.identity.sessionId === undefined ? limits.token : limits.session
      limit(request.identity.key, limits.perMinute(request.identity.claims))
    } catch (error) {
      refused(request, error)
      throw error
    }
  })
}
