import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

const PATIENCE_MS = 2_000

/**
 * Lets go of connections that clients hold open before the server closes. Fastify asks for the end of each in its next
 * answer; closing all that rest just now would cut requests that are on their way. What stays silent is closed after: Node
 * does it with those that had an answer, and would wait a minute for those that browsers open ahead of need and never use.
 */
export function addDrain(app: FastifyInstance, server: Server): void {
  const open = new Set<Socket>()
  const unused = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    unused.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      unused.delete(socket)
    })
  })
  server.on('request', ({ socket }: IncomingMessage) => unused.delete(socket))
  app.addHook('preClose', async () => {
    for (const deadline = Date.now() + PATIENCE_MS; open.size > 0 && Date.now() < deadline; ) await delay(20)
    for (const socket of unused) socket.destroy()
  })
}
