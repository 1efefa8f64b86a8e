import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'

// Below those that systems give to outgoing connections (Linux from 32768): none of them takes one between its choice and its use. And below a cluster's node ports.
const FIRST = 10_240
const END = 30_000

/** Loopback ports that nobody listens on. All are held at once before the first is let go, so no two are the same. */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = []
  while (held.length < count) {
    const server = createServer().listen(randomInt(FIRST, END), '127.0.0.1')
    try {
      await once(server, 'listening')
      held.push(server)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
  const ports = held.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(held.map((server) => once(server.close(), 'close')))
  return ports
}

export const freePort = async (): Promise<number> => (await freePorts(1))[0]!
