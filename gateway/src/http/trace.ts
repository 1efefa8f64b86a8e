import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Trace } from './types.ts'

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** Goes on with the caller's trace, or begins one (not sampled: that is the caller's decision). */
export function traceOf(header: string | string[] | undefined): Trace {
  if (typeof header === 'string') {
    const id = TRACEPARENT.exec(header)?.[1]
    if (id !== undefined) return { id, parent: header }
  }
  const id = randomUUID().replaceAll('-', '')
  return { id, parent: `00-${id}-${randomUUID().slice(19).replaceAll('-', '')}-00` }
}

/** Gives every request its trace before anything else may fail. */
export function addTrace(app: FastifyInstance): void {
  app.decorateRequest('trace', null as never)
  app.addHook('onRequest', async (request, reply) => {
    request.trace = traceOf(request.headers.traceparent)
    reply.header('x-request-id', request.trace.id)
  })
}
