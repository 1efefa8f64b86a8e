import type { FastifyRequest } from 'fastify'

/** Where a request came from, as the journal keeps it. */
export type From = { address: string; agent: string }

const MAX_AGENT = 400

export function fromOf({ ip, headers }: FastifyRequest): From {
  // PostgreSQL keeps no zero bytes; other odd letters are only shown as text.
  return { address: ip, agent: (headers['user-agent'] ?? '').replaceAll('\0', '').slice(0, MAX_AGENT) }
}
