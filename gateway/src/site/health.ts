import { readyAnswer, type Readiness } from '@vitrylo/service'
import type { FastifyInstance } from 'fastify'

const ANONYMOUS = { config: { access: 'anonymous' } } as const

/**
 * Live: the event loop turns; never asks a store, so that a dead database does not get the process killed. Ready: its
 * own database answers and its copy of the rights is complete; a service that is away is not its fault.
 */
export function addHealth(app: FastifyInstance, readiness: Readiness): void {
  app.get('/health/live', ANONYMOUS, async () => ({ status: 'live' }))
  app.get('/health/ready', ANONYMOUS, async (_request, reply) => {
    const { status, type, body } = await readyAnswer(readiness)
    return reply.code(status).type(type).header('cache-control', 'no-store').send(body)
  })
}
