import { logIds } from '@vitrylo/telemetry'
import { pino, type Logger } from 'pino'

/** The log of a process: lines of JSON on stdout, each with the trace that it belongs to. */
export const createLog = (name: string, level: string): Logger => pino({ name, level, mixin: logIds, serializers: { err: bareError } })

/**
 * PostgreSQL repeats values of rows in the texts of its errors, and a parser repeats what it could not read: of these
 * only what they are and where they come from is written down.
 */
export function bareError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code, severity, table, constraint } = error as Error & Record<string, unknown>
  const cause = error.cause === undefined ? undefined : bareError(error.cause)
  if (severity === undefined && !(error instanceof SyntaxError)) return { type: error.name, message: error.message, code, stack: error.stack, cause }
  return { type: error.name, code, severity, table, constraint, stack: framesOf(error), cause }
}

/** Somebody else's message up to where it repeats the text of an error: `Failed task 7 (import, 3 ms)`. */
export const withoutError = (message: string): string => message.replace(/(:\s| with error)[^]*$/, '')

const framesOf = ({ stack = '' }: Error): string => stack.split('\n').filter((line) => /^\s+at /.test(line)).join('\n')
