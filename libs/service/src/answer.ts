import type { Metadata, ServerWritableStream } from '@grpc/grpc-js'
import { AppError, toStatus } from '@vitrylo/errors'
import { withTraceparent } from '@vitrylo/events'
import type { Method } from '@vitrylo/proto/contract.ts'
import type { Logger } from 'pino'
import { fromStore } from './store-error.ts'

type Done = (error: object | null, value?: unknown) => void

/** Runs a call to its end: answer or mapped error to the caller, one line to the log. */
export async function answer(work: () => Promise<unknown>, method: Method, metadata: Metadata, log: Logger, done: Done): Promise<void> {
  const started = performance.now()
  const traceparent = metadata.get('traceparent')[0]?.toString()
  let failure: AppError | undefined
  try {
    done(null, await withTraceparent(traceparent, work))
  } catch (thrown) {
    const error = fromStore(thrown)
    failure = error instanceof AppError ? error : new AppError('INTERNAL', 'INTERNAL', 'internal error', {}, [], error)
    done(toStatus(failure))
  }
  writeLine(log, { rpc: method.grpcPath, ms: Math.round(performance.now() - started), trace: traceparent }, failure)
}

// Ids, never messages: personal data stays out of the log.
function writeLine(log: Logger, line: object, failure: AppError | undefined): void {
  if (failure === undefined) return log.info(line, 'call')
  const { code, reason } = failure
  if (code === 'INTERNAL') log.error({ ...line, reason, err: failure.cause }, 'call failed')
  else if (code === 'UNAVAILABLE') log.warn({ ...line, code, reason, cause: String(failure.cause) }, 'call refused')
  else log.info({ ...line, code, reason }, 'call refused')
}

/** Writes parts no faster than the other side reads them. */
export async function pour(stream: ServerWritableStream<unknown, unknown>, parts: AsyncIterable<unknown>): Promise<void> {
  for await (const part of parts) {
    if (!stream.write(part)) await new Promise<void>((resolve) => stream.once('drain', resolve))
  }
}
