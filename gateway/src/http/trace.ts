import { randomUUID } from 'node:crypto'
import { histogram, openSpanUnder, parseTraceparent, SECONDS, withTraceparent, type OpenSpan } from '@vitrylo/telemetry'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Trace } from './types.ts'

const REQUESTS = histogram('http_server_request_duration_seconds', 'Requests that the gateway has answered', SECONDS)

/** Goes on with the caller's trace, or begins one (not sampled: that is the caller's decision). */
export function traceOf(header: string | string[] | undefined): Trace {
  const given = parseTraceparent(header)
  if (given !== undefined) return { id: given.traceId, parent: header as string }
  const id = randomUUID().replaceAll('-', '')
  return { id, parent: `00-${id}-${randomUUID().slice(19).replaceAll('-', '')}-00` }
}

/** Gives every request its trace before anything else may fail. */
export function addTrace(app: FastifyInstance): void {
  app.decorateRequest('trace', null as never)
  app.addHook('onRequest', (request, reply, done) => {
    const span = spanOf(request)
    const trace = traceOf(span?.traceparent ?? request.headers.traceparent)
    request.trace = { ...trace, span }
    reply.header('x-request-id', trace.id)
    within(request.trace, done)
  })
  // The body arrives by events of the socket, which know nothing of the request.
  app.addHook('preValidation', (request, _reply, done) => within(request.trace, done))
  app.addHook('onResponse', async (request, reply) => finish(request, reply))
}

/** The pattern of the route, never the address: that may hold names and phones, and is another one for every record. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'none'

function within({ span, parent }: Trace, work: () => void): void {
  if (span === undefined) withTraceparent(parent, work)
  else span.within(work)
}

function spanOf(request: FastifyRequest): OpenSpan | undefined {
  const { method, headers } = request
  const route = routeOf(request)
  if (QUIET.test(route)) return undefined
  const attributes = { 'http.request.method': method, 'http.route': route }
  const caller = typeof headers.traceparent === 'string' ? headers.traceparent : undefined
  return openSpanUnder(caller, `${method} ${route}`, { kind: 'server', root: true, attributes })
}

// Asked all the time by machines, or open for hours.
const QUIET = /^\/(health\/|api\/v1\/events$)/

function finish(request: FastifyRequest, reply: FastifyReply): void {
  const route = routeOf(request)
  const { method } = request
  const { statusCode } = reply
  request.trace.span?.end({ 'http.response.status_code': statusCode }, statusCode >= 500 ? String(statusCode) : undefined)
  if (QUIET.test(route)) return
  const labels = { http_request_method: method, http_route: route, http_response_status_code: String(statusCode) }
  REQUESTS.record(reply.elapsedTime / 1000, labels)
}
