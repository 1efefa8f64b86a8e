import type { Metadata, ServerWritableStream } from '@grpc/grpc-js'
import { AppError, toStatus } from '@vitrylo/errors'
import type { Method } from '@vitrylo/proto/contract.ts'
import { histogram, openSpanUnder, SECONDS, withTraceparent } from '@vitrylo/telemetry'
import type { Logger } from 'pino'
import { isRefusal } from './audit/index.ts'
import { fromStore } from './store-error.ts'

type Done = (error: object | null, value?: unknown) => void

const CALLS = histogram('rpc_server_call_duration_seconds', 'Calls that a service has answered', SECONDS)
// The rest is the caller's doing.
const FAULTS = new Set(['INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'DATA_LOSS', 'UNKNOWN', 'UNIMPLEMENTED'])

type Answering = { method: Method; metadata: Metadata; log: Logger; refused: (error: AppError) => void }

/** Runs a call to its end: answer or mapped error to the caller, one line to the log; a refusal to the audit. */
export async function answer(work: () => Promise<unknown>, { method, metadata, log, refused }: Answering, done: Done): Promise<void> {
  const started = performance.now()
  const traceparent = metadata.get('traceparent')[0]?.toString()
  const rpc = method.grpcPath.slice(1)
  const span = openSpanUnder(traceparent, rpc, { kind: 'server', root: true, attributes: { 'rpc.system.name': 'grpc', 'rpc.method': rpc } })
  const whole = async (): Promise<void> => {
    let failure: AppError | undefined
    try {
      done(null, await work())
    } catch (thrown) {
      const error = fromStore(thrown)
      failure = error instanceof AppError ? error : new AppError('INTERNAL', 'INTERNAL', 'internal error', {}, [], error)
      done(toStatus(failure))
      if (isRefusal(failure)) refused(failure)
    }
    const ms = performance.now() - started
    const code = failure?.code ?? 'OK'
    CALLS.record(ms / 1000, { rpc_method: rpc, rpc_response_status_code: code })
    span?.end({ 'rpc.response.status_code': code }, FAULTS.has(code) ? failure?.reason : undefined)
    writeLine(log, { rpc: method.grpcPath, ms: Math.round(ms) }, failure)
  }
  await (span === undefined ? withTraceparent(traceparent, whole) : span.within(whole))
}

// Ids, never messages: personal data stays out of the log.
function writeLine(log: Logger, line: object, failure: AppError | undefined): void {
  if (failure === undefined) return log.info(line, 'call')
  const { code, reason } = failure
  if (code === 'INTERNAL') log.error({ ...line, reason, err: failure.cause }, 'call failed')
  else if (code === 'UNAVAILABLE' || code === 'DATA_LOSS') log.warn({ ...line, code, reason, cause: String(failure.cause) }, 'call refused')
  else log.info({ ...line, code, reason }, 'call refused')
}

/** Writes parts no faster than the other side reads them. `begins`: done when the first is there, before it leaves. */
export async function pour(stream: ServerWritableStream<unknown, unknown>, parts: AsyncIterable<unknown>, begins?: () => Promise<unknown>): Promise<void> {
  let first = begins
  for await (const part of parts) {
    await first?.()
    first = undefined
    if (stream.cancelled) return
    if (!stream.write(part)) await hasRoom(stream)
  }
}

/** Who has left takes nothing more: waiting for that alone would wait for good. */
function hasRoom(stream: ServerWritableStream<unknown, unknown>): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      stream.off('drain', go).off('cancelled', go)
      resolve()
    }
    stream.on('drain', go).on('cancelled', go)
  })
}
