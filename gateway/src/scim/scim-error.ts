import { AppError } from '@vitrylo/errors'
import { fromStore } from '@vitrylo/service'

const STATUS: Record<string, number> = {
  INVALID_ARGUMENT: 400, FAILED_PRECONDITION: 400, UNAUTHENTICATED: 401, PERMISSION_DENIED: 403, NOT_FOUND: 404, UNIMPLEMENTED: 405, ALREADY_EXISTS: 409, ABORTED: 412,
  RESOURCE_EXHAUSTED: 429, UNAVAILABLE: 503, DEADLINE_EXCEEDED: 504,
}
const TYPES: Record<string, string> = { INVALID_ARGUMENT: 'invalidValue', ALREADY_EXISTS: 'uniqueness', FAILED_PRECONDITION: 'mutability' }

export type ScimError = { status: number; scimType: string | undefined; message: string }

/** Any refusal in the words of RFC 7644. */
export function scimError(error: unknown): ScimError {
  // Of the library: its words are about the request.
  if ((error as Error).name === 'SCIMError') return error as unknown as ScimError
  const known = fromStore(error)
  if (known instanceof AppError) {
    const told = known.violations.map(({ field, description }) => `${field}: ${description}`).join('; ')
    return { status: STATUS[known.code] ?? 500, scimType: known.reason === 'REQUEST_MALFORMED' ? 'invalidSyntax' : TYPES[known.code], message: told || known.message }
  }
  const { statusCode = 500, message } = error as { statusCode?: number; message: string }
  return statusCode < 500 ? { status: statusCode, scimType: 'invalidSyntax', message } : { status: 500, scimType: undefined, message: 'internal error' }
}
