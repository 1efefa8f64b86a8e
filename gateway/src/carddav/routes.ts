import type { Claims, RightsStore } from '@vitrylo/auth'
import type { Pool } from '@vitrylo/pg'
import type { Contract } from '@vitrylo/proto/contract.ts'
import type { FastifyInstance, HTTPMethods } from 'fastify'
import type { Logger } from 'pino'
import type { ServiceTokens } from '../app-passwords/service-tokens.ts'
import { cutSlowBody, hasBody } from '../http/body.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import type { NoteRead } from '../reads/bulk-reads.ts'
import type { Channels } from '../rest/channels.ts'

export type CardDeps = {
  contract: Contract
  channels: Channels
  pool: Pool
  rights: RightsStore
  log: Logger
  now(): number
  origin: string
  deadlineMs: number
  tokens: ServiceTokens
  limit: RateLimit
  /** Of refused passwords, by address. */
  guesses: RateLimit
  noteRead: NoteRead
  perMinute(claims: Claims): number | undefined
}

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST', 'PATCH', 'PROPFIND', 'PROPPATCH', 'REPORT', 'MKCOL', 'COPY', 'MOVE', 'LOCK', 'UNLOCK'] as const
const ANONYMOUS = { access: 'anonymous' } as const
const BODY_BYTES = 1024 * 1024 + 1024

/** Address books for phones. All but these routes is loaded by the first one that asks. */
export function addCards(app: FastifyInstance, deps: CardDeps): void {
  for (const method of METHODS) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true })
  const methods = METHODS as unknown as HTTPMethods[]
  app.get('/auth/keys', { config: ANONYMOUS }, (_request, reply) => reply.header('cache-control', 'public, max-age=60').type('application/json; charset=utf-8').send(JSON.stringify(deps.tokens.keys)))
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.addHook('onRequest', async (request) => {
      if (hasBody(request)) cutSlowBody(request)
    })
    scope.route({ method: methods, url: '/.well-known/carddav', exposeHeadRoute: false, config: ANONYMOUS, handler: (_request, reply) => reply.redirect('/carddav/', 301) })
    for (const url of ['/carddav', '/carddav/*']) {
      scope.route({
        method: methods, url, exposeHeadRoute: false, config: ANONYMOUS, bodyLimit: BODY_BYTES,
        handler: async (request, reply) => (await import('./serve-cards.ts')).serveCards(deps, request, reply),
      })
    }
  })
}
