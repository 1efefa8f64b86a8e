import { isIP } from 'node:net'
import type { Metadata } from '@grpc/grpc-js'
import type { Caller } from '@vitrylo/auth'
import { GATEWAY } from './peers.ts'

/** Where a call came from, as the audit keeps it. */
export type From = { address: string; sessionId: string | undefined; caller?: Caller }

/**
 * The client's address and session are what the gateway says of them. Where peers prove who they are nobody else is believed;
 * where they do not, services listen where only their own installation reaches them.
 */
export function fromOf(call: object, metadata: Metadata, peer: string | undefined): From {
  const believed = peer === undefined || peer === GATEWAY
  const told = believed ? metadata.get('client-address')[0]?.toString().replace(/^::ffff:(?=\d+\.)/, '') : undefined
  return {
    address: told !== undefined && isIP(told) !== 0 ? told : transportOf(call),
    sessionId: believed ? metadata.get('session-id')[0]?.toString() : undefined,
  }
}

/** `127.0.0.1:4711` or `[::1]:4711`. */
function transportOf(call: object): string {
  const address = (call as { getPeer?: () => string }).getPeer?.() ?? ''
  return address.slice(0, Math.max(address.lastIndexOf(':'), 0)).replace(/^\[|\]$/g, '')
}
