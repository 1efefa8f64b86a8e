import { AppError } from '@vitrylo/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parseStrictJson } from './strict-json.ts'

// The one spelling of the type that is taken. Laxer matching let bodies past validation in Fastify more than once.
const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i
const BODY_TIMEOUT_MS = 30_000
const UNREAD_MS = 2_000

/** Bodies are JSON in UTF-8 and nothing else; uploads are read by their own route. */
export function addJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) throw unsupported('application/json')
      done(null, parseStrictJson(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
  app.addHook('onRequest', async (request) => {
    if (!hasBody(request)) return
    if (request.method === 'GET' || request.method === 'HEAD') throw new AppError('INVALID_ARGUMENT', 'BODY_UNEXPECTED', 'this method takes no body')
    if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) throw unsupported('application/json')
    cutSlowBody(request)
  })
}

/** Leaves bodies in the socket: for routes that take none, and for those that read it themselves. */
export function ignoreBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
}

/** An answer that did not wait for the body (401, 403, 413) must not leave a connection that feeds it for minutes. */
export function cutUnreadBodies(app: FastifyInstance): void {
  app.addHook('onResponse', async ({ raw }) => {
    if (raw.complete || raw.socket.destroyed) return
    setTimeout(() => raw.complete || raw.socket.destroy(), UNREAD_MS).unref()
  })
}

/** A body that trickles in holds a connection for nobody. */
export function cutSlowBody({ raw }: FastifyRequest): void {
  const timer = setTimeout(() => raw.destroy(), BODY_TIMEOUT_MS)
  timer.unref()
  const clear = () => clearTimeout(timer)
  raw.once('end', clear)
  raw.once('close', clear)
}

export function hasBody({ headers }: FastifyRequest): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}

export function unsupported(expected: string): AppError {
  return new AppError('INVALID_ARGUMENT', 'CONTENT_TYPE_UNSUPPORTED', `send the body as ${expected}`, { expected })
}
