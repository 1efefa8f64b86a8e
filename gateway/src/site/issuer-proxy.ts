import httpProxy from '@fastify/http-proxy'
import { AppError } from '@vitrylo/errors'
import type { FastifyInstance } from 'fastify'
import type { SignInLimit } from '../http/rate-limit.ts'

/** What a sign-in page and a token request need. Headers that name a user or another address are not among them. */
const PASSED = new Set([
  'accept', 'accept-language', 'authorization', 'content-length', 'content-type', 'cookie', 'origin', 'referer',
  'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'transfer-encoding', 'user-agent',
])

/** On one machine the issuer lives behind the same address: its pages and endpoints are passed on as they are. */
export function addIssuerProxy(app: FastifyInstance, upstream: string, origin: string, limit: SignInLimit): void {
  // Pages of Keycloak take their styles and scripts from the second; nothing can be sent there.
  addPrefix(app, { upstream, prefix: '/realms', origin, limit, httpMethods: ['GET', 'HEAD', 'POST', 'OPTIONS'] })
  addPrefix(app, { upstream, prefix: '/resources', origin, limit, httpMethods: ['GET', 'HEAD'] })
}

type Passing = { upstream: string; prefix: string; origin: string; limit: SignInLimit; httpMethods: string[] }

function addPrefix(app: FastifyInstance, { upstream, prefix, origin, limit, httpMethods }: Passing): void {
  const { host, protocol } = new URL(origin)
  app.register(httpProxy, {
    upstream,
    prefix,
    rewritePrefix: prefix,
    httpMethods,
    config: { access: 'anonymous' },
    preHandler: async (request) => {
      // Passwords and codes are tried here.
      if (request.method === 'POST') limit(request)
    },
    replyOptions: {
      onError: (reply, { error }) => void reply.send(new AppError('UNAVAILABLE', 'ISSUER_UNAVAILABLE', 'the sign-in service does not answer', {}, [], error)),
      rewriteRequestHeaders: (request, headers) => ({
        ...Object.fromEntries(Object.entries(headers).filter(([name]) => PASSED.has(name))),
        host,
        'x-forwarded-host': host,
        'x-forwarded-proto': protocol.slice(0, -1),
        'x-forwarded-for': request.ip,
        traceparent: request.trace.parent,
      }),
    },
  })
}
