type LogLine = (fields: object, message: string) => void

/** What this library needs of a logger; pino fits. */
export type Log = { debug: LogLine; info: LogLine; warn: LogLine; error: LogLine }

/** What may be said about an error. PostgreSQL repeats values of rows in its texts, so these stay out of the log. */
export function reasonOf(error: unknown): object {
  if (!(error instanceof Error)) return { reason: typeof error }
  const { code, severity, table, constraint } = error as Error & Record<string, unknown>
  if (severity !== undefined) return { reason: code, table, constraint }
  return { reason: error.message || error.name, code }
}
