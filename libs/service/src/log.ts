import { logIds } from '@vitrylo/telemetry'
import { pino, type Logger, type LoggerOptions } from 'pino'

// A write for every line costs up to a tenth of an answered call. A pipe takes so many bytes as one piece, so that lines
// of two threads do not mix; nobody waits longer for a line than this, and whatever is worse than usual is written at once.
const GATHERED_BYTES = 3_072
const GATHERED_MS = 100
const WARNING = 40

let gathering: ReturnType<typeof pino.destination> | undefined

function destination(): ReturnType<typeof pino.destination> {
  if (gathering === undefined) {
    const stdout = pino.destination({ dest: 1, minLength: GATHERED_BYTES, periodicFlush: GATHERED_MS })
    process.once('exit', () => stdout.flushSync())
    gathering = stdout
  }
  return gathering
}

/** The log of a process: lines of JSON on stdout, each with the trace that it belongs to. A kill -9 may cost its last tenth of a second. */
export function createLog(name: string, level: string): Logger {
  const stdout = destination()
  const hooks: LoggerOptions['hooks'] = {
    logMethod(line, write, severity) {
      write.apply(this, line)
      if (severity >= WARNING) stdout.flushSync()
    },
  }
  return pino({ name, level, mixin: logIds, serializers: { err: bareError }, hooks }, stdout)
}

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
