import type { Contract } from '@vitrylo/proto/contract.ts'
import type { Readiness } from '@vitrylo/service'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { cutUnreadBodies, ignoreBodies } from './http/body.ts'
import { addCanonicalHost } from './http/canonical-host.ts'
import { addDrain } from './http/drain.ts'
import { addProblems, answerClientError } from './http/problem.ts'
import type { RateLimit } from './http/rate-limit.ts'
import { addRequestLog } from './http/request-log.ts'
import { addSecurityHeaders } from './http/security-headers.ts'
import { addTrace } from './http/trace.ts'
import { addLiveEvents, type LiveDeps } from './live/routes.ts'
import { addDocs } from './openapi/routes.ts'
import type { Plan } from './rest/plan.ts'
import { addCards, type CardDeps } from './carddav/routes.ts'
import { addMethodNotAllowed, addRest } from './rest/routes.ts'
import type { RestDeps } from './rest/unary.ts'
import { addScim } from './scim/routes.ts'
import { addAuthentication, type CallerLimits, type Identify, type OnRefused } from './sign-in/authenticate.ts'
import { addBackChannelLogout, addSecurityEvents, addSignIn, type SignInDeps } from './sign-in/routes.ts'
import { addHealth } from './site/health.ts'
import { addIssuerProxy } from './site/issuer-proxy.ts'
import { addWeb } from './site/web.ts'

export type AppDeps = {
  config: Config
  log: Logger
  contract: Contract
  plans: Plan[]
  rest: RestDeps
  identify: Identify
  refused: OnRefused
  signIn: SignInDeps
  live: LiveDeps
  cards: CardDeps
  readiness: Readiness
  limits: CallerLimits & { address: RateLimit }
}

const BODY_BYTES = 1_048_576
const HEADER_BYTES = 16_384

/** The gateway's HTTP side: every door, in the order in which a request meets what stands before it. */
export function buildApp(deps: AppDeps): FastifyInstance {
  const { config, log } = deps
  const app = Fastify({
    bodyLimit: BODY_BYTES,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    // The longest legal request is an upload; slow heads and bodies of other requests are cut earlier.
    requestTimeout: config.streamDeadlineMs,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: { maxHeaderSize: HEADER_BYTES, headersTimeout: 20_000, connectionsCheckingInterval: 5_000 },
    clientErrorHandler: answerClientError,
    routerOptions: { maxParamLength: 200 },
    logger: false,
  })
  addTrace(app)
  addRequestLog(app, log)
  cutUnreadBodies(app)
  addSecurityHeaders(app, config.origin)
  addCanonicalHost(app, config.origin)
  app.addHook('onRequest', async (request) => deps.limits.address(request.ip))
  addAuthentication(app, deps.identify, deps.limits, deps.refused)
  addProblems(app, log)
  addHealth(app, deps.readiness)
  addDocs(app, { contract: deps.contract, identify: deps.identify, rights: deps.live.rights })
  app.register(async (scope) => {
    ignoreBodies(scope)
    addSignIn(scope, deps.signIn)
    addLiveEvents(scope, deps.live)
    addMethodNotAllowed(scope, '/api/v1/events', ['GET'])
  })
  addBackChannelLogout(app, deps.signIn)
  addSecurityEvents(app, deps.signIn)
  addScim(app, { contract: deps.contract, rest: deps.rest, rights: deps.live.rights, origin: config.origin, log })
  addRest(app, deps.plans, deps.rest)
  addCards(app, deps.cards)
  if (config.issuerUpstream !== undefined) addIssuerProxy(app, config.issuerUpstream, config.origin, deps.signIn.limit)
  if (config.webDir !== undefined) addWeb(app, config.webDir, deps.signIn.cookies)
  // Last: live streams have ended by then.
  app.register(async (scope) => addDrain(scope, app.server, config.drainMs))
  return app
}
