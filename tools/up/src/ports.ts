import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { Refusal } from './refusal.ts'

export async function requireFreePort(port: number, host: string, key = 'VITRYLO_PORT'): Promise<void> {
  try {
    await close(await listen(port, host))
  } catch (error) {
    throw new Refusal(sentence(error as NodeJS.ErrnoException, port, host, key))
  }
}

function sentence({ code, message }: NodeJS.ErrnoException, port: number, host: string, key: string): string {
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another program; set ${key} to a free one.`
  if (code === 'EACCES') return `Port ${port} needs more rights than this user has; set ${key} to one above 1023.`
  return `Vitrylo cannot listen on ${host}:${port}: ${message}.`
}

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer().listen(port, host)
  await once(server, 'listening')
  return server
}

async function close(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
