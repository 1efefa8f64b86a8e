import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate as polled, setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

// There is none under a flood of new connections.
const QUIET_MS = 500

/**
 * Lets go of connections that clients hold open before the server closes. Fastify asks for the end of each in its answer to
 * a later request, this does so for those under way; what has rested for `restMs` is closed. A client may send its next request
 * at just that moment, and that request is lost to it: so what has arrived is read first, and each connection is closed after a
 * turn of the event loop that brought nothing. Seen without it: a busy process closed one or two of 300 that rested over a
 * request which it had not read yet.
 */
export function addDrain(app: FastifyInstance, server: Server, restMs: number): void {
  const open = new Set<Socket>()
  const answers = new Map<Socket, ServerResponse>()
  let asked = 0
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.on('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
    asked++
    answers.set(socket, answer)
    answer.once('close', () => answers.get(socket) === answer && answers.delete(socket))
  })
  /** A turn of the event loop that brought no request; any turn, once `deadline` has passed. */
  const quietTurn = async (deadline: number): Promise<void> => {
    let before: number
    do {
      before = asked
      await polled()
    } while (before !== asked && Date.now() < deadline)
  }
  app.addHook('preClose', async () => {
    for (const answer of answers.values()) answer.shouldKeepAlive = false
    for (const over = Date.now() + restMs; open.size > 0 && Date.now() < over; ) await delay(20)
    const deadline = Date.now() + QUIET_MS
    // Of this moment: whoever comes now has its first answer before it.
    const resting = Array.from(open)
    for (const socket of resting) {
      await quietTurn(deadline)
      if (!answers.has(socket)) socket.destroy()
    }
    // The head of a long answer has promised to keep its connection; Node would hold it for as long as any.
    for (const answer of answers.values()) answer.once('close', () => server.closeIdleConnections())
  })
}
