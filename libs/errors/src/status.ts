import { Metadata, status, type ServiceError, type StatusObject } from '@grpc/grpc-js'
import { BadRequest, ErrorInfo } from '@vitrylo/proto/google/rpc/error_details.ts'
import { Status } from '@vitrylo/proto/google/rpc/status.ts'
import { AppError, type Code, type Violation } from './app-error.ts'

const DOMAIN = 'vitrylo'
const TYPE = 'type.googleapis.com/google.rpc.'
const DETAILS = 'grpc-status-details-bin'
// Trailers are one HTTP/2 header block, which Node refuses above 64 kB; base64 adds a third.
const MAX_VIOLATION_BYTES = 24_000

/** What a gRPC server answers. Anything but an AppError is a bug: SQL, stacks and causes stay inside. */
export function toStatus(error: unknown): Partial<StatusObject> & { code: status } {
  const app = error instanceof AppError ? error : new AppError('INTERNAL', 'INTERNAL', 'internal error')
  const info = ErrorInfo.fromPartial({ reason: app.reason, domain: DOMAIN, metadata: app.metadata })
  const details = [any('ErrorInfo', ErrorInfo.encode(info).finish())]
  if (app.violations.length > 0) details.push(any('BadRequest', encodeViolations(app.violations)))
  const body = Status.fromPartial({ code: status[app.code], message: app.message, details })
  const metadata = new Metadata()
  metadata.set(DETAILS, Buffer.from(Status.encode(body).finish()))
  return { code: status[app.code], details: app.message, metadata }
}

/** What a gRPC client got. Without our details it is a failure on the way, not an answer of ours. */
export function fromStatus(error: ServiceError): AppError {
  const code = (status[error.code] ?? 'UNKNOWN') as Code
  const bytes = error.metadata?.get(DETAILS)[0]
  if (!Buffer.isBuffer(bytes)) return transportError(code, error)
  const details = Status.decode(bytes).details
  const of = (name: string) => details.find((detail) => detail.typeUrl === TYPE + name)?.value ?? new Uint8Array()
  const info = ErrorInfo.decode(of('ErrorInfo'))
  const violations = BadRequest.decode(of('BadRequest')).fieldViolations.map(
    ({ field, reason, description }): Violation => ({ field, rule: reason, description }),
  )
  return new AppError(code, info.reason || code, error.details, info.metadata, violations, error)
}

function transportError(code: Code, error: ServiceError): AppError {
  // A dying grpc-js server answers CANCELLED, a dead one UNAVAILABLE.
  if (code === 'UNAVAILABLE' || code === 'CANCELLED') {
    return new AppError('UNAVAILABLE', 'SERVICE_UNAVAILABLE', 'the service is not reachable', {}, [], error)
  }
  if (code === 'DEADLINE_EXCEEDED') {
    return new AppError(code, 'DEADLINE_EXCEEDED', 'the service took too long', {}, [], error)
  }
  return new AppError(code, code, 'the call failed', {}, [], error)
}

function encodeViolations(violations: Violation[]): Uint8Array {
  let bytes = 0
  const kept = violations.filter(({ field, description }) => {
    bytes += Buffer.byteLength(field) + Buffer.byteLength(description) + 32
    return bytes <= MAX_VIOLATION_BYTES
  })
  const fieldViolations = kept.map(({ field, rule, description }) => ({ field, reason: rule, description }))
  return BadRequest.encode(BadRequest.fromPartial({ fieldViolations })).finish()
}

function any(name: string, value: Uint8Array): { typeUrl: string; value: Buffer } {
  return { typeUrl: TYPE + name, value: Buffer.from(value) }
}
