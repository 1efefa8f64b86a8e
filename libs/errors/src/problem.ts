import type { AppError, Code, Violation } from './app-error.ts'

const HTTP: Record<Code, number> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  UNKNOWN: 500,
  INTERNAL: 500,
  DATA_LOSS: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
}

/** Reasons whose HTTP status says more than the one of their code. */
const BY_REASON: Record<string, number> = {
  ETAG_MISMATCH: 412,
  IDEMPOTENCY_KEY_REUSED: 422,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  CONTENT_TYPE_UNSUPPORTED: 415,
  HEADERS_TOO_LARGE: 431,
}

export type ProblemContext = { instance: string; traceId: string; ifMatch?: boolean }

/** Body of `application/problem+json` (RFC 9457) with our stable members. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  code: Code
  reason: string
  metadata: Record<string, string>
  errors: Violation[]
  traceId: string
}

/** A lost race is 412 for a client that named a revision, 409 for one that did not. */
export function httpStatusOf(error: AppError, ifMatch = false): number {
  const byReason = BY_REASON[error.reason]
  if (byReason !== undefined) return byReason
  return error.code === 'ABORTED' && ifMatch ? 412 : HTTP[error.code]
}

export function toProblem(error: AppError, context: ProblemContext): Problem {
  return {
    type: `urn:vitrylo:problem:${error.reason}`,
    title: error.reason.toLowerCase().replaceAll('_', ' '),
    status: httpStatusOf(error, context.ifMatch),
    detail: error.message,
    instance: context.instance,
    code: error.code,
    reason: error.reason,
    metadata: error.metadata,
    errors: error.violations,
    traceId: context.traceId,
  }
}
