import { AppError } from '@vitrylo/errors'
import type { FastifyInstance } from 'fastify'
import { sendProblem } from '../http/problem.ts'

export type Readiness = { isReady(): Promise<boolean> }

const ANONYMOUS = { config: { access: 'anonymous' } } as const
const PATIENCE_MS = 2_000

/**
 * Live: the event loop turns; never asks a store, so that a dead database does not get the process killed. Ready: its
 * own database answers and its copy of the rights is complete.
 */
export function addHealth(app: FastifyInstance, { isReady }: Readiness): void {
  app.get('/health/live', ANONYMOUS, async () => ({ status: 'live' }))
  app.get('/health/ready', ANONYMOUS, async (_request, reply) => {
    const ready = await Promise.race([isReady().catch(() => false), after(PATIENCE_MS)])
    if (ready) return { status: 'ready' }
    return sendProblem(reply, new AppError('UNAVAILABLE', 'NOT_READY', 'a store that the gateway needs does not answer'))
  })
}

function after(ms: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), ms).unref()
  })
}
