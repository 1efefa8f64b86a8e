import type { status } from '@grpc/grpc-js'

/** A gRPC status name other than OK. */
export type Code = Exclude<keyof typeof status, 'OK'>

/** One wrong field, named as the client wrote it: `phones[0].number`. `params`: what the rule asks for, for texts in other languages: `min`, `max`, `example`. */
export type Violation = { field: string; rule: string; description: string; params?: Readonly<Record<string, string>> }

/** The only error that may leave a service. `reason` and the keys of `metadata` are stable, texts are not. */
export class AppError extends Error {
  readonly code: Code
  readonly reason: string
  readonly metadata: Record<string, string>
  readonly violations: Violation[]

  constructor(
    code: Code,
    reason: string,
    message: string,
    metadata: Record<string, string> = {},
    violations: Violation[] = [],
    cause?: unknown,
  ) {
    super(message, { cause })
    this.name = 'AppError'
    this.code = code
    this.reason = reason
    this.metadata = metadata
    this.violations = violations
  }
}

/** The request is wrong whatever the state; every wrong field is named. */
export function invalid(violations: Violation[]): AppError {
  return new AppError('INVALID_ARGUMENT', 'FIELDS_INVALID', summaryOf(violations), {}, violations)
}

/** Absent and invisible records get the same answer, so that nobody learns what exists. */
export function notFound(kind: string, id: string): AppError {
  return new AppError('NOT_FOUND', 'NOT_FOUND', `no ${kind} ${id}`, { kind, id })
}

/** The caller changed an older revision than the stored one. */
export function etagMismatch(kind: string, id: string): AppError {
  return new AppError('ABORTED', 'ETAG_MISMATCH', `${kind} ${id} was changed meanwhile`, { kind, id })
}

function summaryOf(violations: Violation[]): string {
  const fields = [...new Set(violations.map((violation) => violation.field))].filter((field) => field !== '')
  if (fields.length === 0) return 'the request is not valid'
  const shown = fields.slice(0, 5).map((field) => field.slice(0, 80))
  return `not valid: ${shown.join(', ')}${fields.length > shown.length ? ' …' : ''}`
}
