import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { routeOf } from './trace.ts'

/** One line per request. Route pattern instead of the address, no query, no body: personal data stays out of the log. */
export function addRequestLog(app: FastifyInstance, log: Logger): void {
  app.addHook('onResponse', async (request, reply) => {
    log.info(
      {
        method: request.method,
        route: routeOf(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        trace_id: request.trace.id,
        subject: request.identity?.claims.subject,
      },
      'request',
    )
  })
}
