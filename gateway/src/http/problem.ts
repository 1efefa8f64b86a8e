import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { AppError, toProblem, type Problem } from '@vitrylo/errors'
import { fromStore } from '@vitrylo/service'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { traceOf } from './trace.ts'

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** Fastify's own refusals in our words; the rest of its 4xx are malformed requests. */
const FASTIFY_REASONS: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'CONTENT_TYPE_UNSUPPORTED',
}

/** Every refusal leaves as problem+json, whoever refused. */
export function addProblems(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = knownError(error, request)
    if (known.code === 'INTERNAL') log.error({ err: known.cause ?? known, trace_id: request.trace.id }, 'request failed')
    return sendProblem(reply, known)
  })
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, noRoute()))
}

const MIB = 1024 * 1024

/** `what` was sent: a file, or a body of JSON. */
export function tooLarge(bytes: number, what: string): AppError {
  const most = bytes >= MIB ? `${Math.floor(bytes / MIB)} MiB` : `${bytes} bytes`
  return new AppError('INVALID_ARGUMENT', 'BODY_TOO_LARGE', `${what} may have ${most} at most`, { most })
}

export function noRoute(): AppError {
  return new AppError('NOT_FOUND', 'ROUTE_NOT_FOUND', 'nothing lives at this address')
}

export function sendProblem(reply: FastifyReply, error: AppError): FastifyReply {
  const problem = problemOf(reply.request, error)
  if (problem.status === 401 && !reply.hasHeader('www-authenticate')) reply.header('www-authenticate', 'Bearer')
  if (problem.status === 429 || problem.status === 503) reply.header('retry-after', error.metadata.retryAfter ?? '1')
  return reply.code(problem.status).header('cache-control', 'no-store').type(PROBLEM_TYPE).send(JSON.stringify(problem))
}

function problemOf(request: FastifyRequest, error: AppError): Problem {
  const problem = toProblem(error, {
    instance: pathOf(request.url),
    traceId: request.trace.id,
    ifMatch: request.headers['if-match'] !== undefined,
  })
  const prefix = request.routeOptions.config.bodyField
  if (prefix === undefined) return problem
  // As the client wrote it: the body has no `counterparty.` in front of its fields.
  const errors = problem.errors.map((e) => (e.field.startsWith(prefix) ? { ...e, field: e.field.slice(prefix.length) } : e))
  return { ...problem, errors, detail: problem.detail.replaceAll(prefix, '') }
}

function knownError(error: FastifyError | AppError, { routeOptions }: FastifyRequest): AppError {
  const known = fromStore(error)
  if (known instanceof AppError) return known
  const { statusCode = 500, code, message } = error as FastifyError
  if (statusCode >= 500) return new AppError('INTERNAL', 'INTERNAL', 'internal error', {}, [], error)
  const reason = FASTIFY_REASONS[code] ?? 'REQUEST_MALFORMED'
  if (reason === 'BODY_TOO_LARGE') return tooLarge(routeOptions.bodyLimit!, 'the body of a request')
  return new AppError('INVALID_ARGUMENT', reason, message)
}

/** Without the query: it may hold names and phones. */
export function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

/** Bytes that are no HTTP request, or headers beyond 16 kB: no Fastify request exists to answer with. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const reason = tooLarge ? 'HEADERS_TOO_LARGE' : late ? 'REQUEST_TIMEOUT' : 'REQUEST_MALFORMED'
  const message = tooLarge ? 'the headers exceed 16 kB' : late ? 'the request took too long' : 'this is not HTTP'
  const problem = toProblem(new AppError('INVALID_ARGUMENT', reason, message), { instance: '', traceId: traceOf(undefined).id })
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'x-content-type-options: nosniff',
    'connection: close',
  ]
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}
