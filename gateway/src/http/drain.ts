import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

const PATIENCE_MS = 2_000

/**
 * Lets go of connections that clients hold open before the server closes. Fastify asks for the end of each in its next
 * answer; closing all that rest just now would cut requests that are on their way. What stays silent is closed after.
 */
export function addDrain(app: FastifyInstance, server: Server): void {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  app.addHook('preClose', async () => {
    for (const deadline = Date.now() + PATIENCE_MS; open.size > 0 && Date.now() < deadline; ) await delay(20)
  })
}
