import { AppError } from '@vitrylo/errors'
import type { FastifyReply } from 'fastify'
import { sendProblem } from '../http/problem.ts'
import { documentOf, escaped } from './xml.ts'

const XML = 'application/xml; charset=utf-8'

export const multistatus = (reply: FastifyReply, responses: string): FastifyReply =>
  reply.code(207).header('cache-control', 'no-store').type(XML).send(documentOf('d:multistatus', responses))

/** A condition of the protocols that does not hold: `d:valid-sync-token`. The reason stands beside it for people. */
export class Precondition extends Error {
  readonly status: number
  readonly condition: string

  constructor(status: number, condition: string, reason = '') {
    super(reason)
    this.status = status
    this.condition = condition
  }
}

const CONDITIONS: Readonly<Record<string, [number, string]>> = {
  SYNC_TOKEN_UNKNOWN: [403, 'd:valid-sync-token'],
  UID_TAKEN: [409, 'card:no-uid-conflict'],
  CARD_INVALID: [403, 'card:valid-address-data'],
  CARD_VERSION: [403, 'card:supported-address-data'],
  CARD_TOO_LARGE: [403, 'card:max-resource-size'],
  BOOK_TOO_LARGE: [507, 'd:number-of-matches-within-limits'],
  BOOK_TAKES_NONE: [403, 'd:need-privileges'],
  RIGHT_MISSING: [403, 'd:need-privileges'],
  SCOPE_EXCEEDED: [403, 'd:need-privileges'],
  FIELD_LIMITED: [403, 'd:cannot-modify-protected-property'],
}

/** A refusal in the words of WebDAV where it has some, else as everywhere. */
export function refusal(reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof Precondition) return sendCondition(reply, error.status, error.condition, error.message)
  if (!(error instanceof AppError)) throw error
  if (error.code === 'UNAUTHENTICATED') {
    return sendProblem(reply.header('www-authenticate', 'Basic realm="Vitrylo", charset="UTF-8"'), error)
  }
  const known = Object.hasOwn(CONDITIONS, error.reason) ? CONDITIONS[error.reason] : undefined
  if (known !== undefined) return sendCondition(reply, known[0], known[1], error.message)
  return error.reason === 'ETAG_MISMATCH' ? reply.code(412).header('cache-control', 'no-store').send() : sendProblem(reply, error)
}

const sendCondition = (reply: FastifyReply, status: number, condition: string, reason: string): FastifyReply =>
  reply.code(status).header('cache-control', 'no-store').type(XML)
    .send(documentOf('d:error', `<${condition}/>${reason === '' ? '' : `<v:reason xmlns:v="urn:vitrylo">${escaped(reason)}</v:reason>`}`))
