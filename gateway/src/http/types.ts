import type { Claims } from '@vitrylo/auth'
import type { OpenSpan } from '@vitrylo/telemetry'

/** Who asks: the user's own access token and what it says. */
export type Identity = {
  token: string
  claims: Claims
  /** Key of limits: one per user and client. */
  key: string
  /** Present when the browser's cookie brought the request. */
  sessionId: string | undefined
  /** Its name among people, which opens nothing. */
  publicSessionId: string | undefined
}

/** What a route asks of its caller. Every route declares it; one that does not stops the start. */
export type Access = 'anonymous' | 'signed-in' | { section: string; action: string }

/** W3C Trace Context of a request: `parent` goes on to services, `id` stands in problems and in the log. */
export type Trace = { id: string; parent: string; span?: OpenSpan }

declare module 'fastify' {
  interface FastifyRequest {
    trace: Trace
    identity: Identity | undefined
  }
  interface FastifyContextConfig {
    access?: Access
    /** Name in front of the fields of the body, as the request message has it: `counterparty.`. */
    bodyField?: string
  }
}
