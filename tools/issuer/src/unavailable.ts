const CODES = /^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|08|53|57P|58)/

/** True when the database is away or full: an answer of 503 and a later attempt, not a bug. */
export function isUnavailable(error: unknown): boolean {
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string }
  if (typeof code === 'string' && CODES.test(code)) return true
  return /connection terminated|timeout exceeded when trying to connect/i.test(message)
}
