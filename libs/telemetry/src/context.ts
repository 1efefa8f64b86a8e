import { context, isSpanContextValid, trace, type Context, type SpanContext } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'

// The one place that knows on whose behalf code runs. It works without an SDK, so that log lines and events carry the
// trace of their request in any installation. Whoever preloads an SDK of his own keeps its manager.
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** Reads a W3C traceparent; undefined when it is none. */
export function parseTraceparent(header: unknown): SpanContext | undefined {
  const parts = typeof header === 'string' ? TRACEPARENT.exec(header) : null
  if (parts === null) return undefined
  const parsed = { traceId: parts[1]!, spanId: parts[2]!, traceFlags: Number.parseInt(parts[3]!, 16), isRemote: true }
  return isSpanContextValid(parsed) ? parsed : undefined
}

export const formatTraceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`

/** What runs inside `work` belongs to the caller's trace; a header that is none leaves it without one. */
export function withTraceparent<T>(header: string | undefined, work: () => T): T {
  return context.with(contextOf(header), work)
}

/** The context that goes on with a caller's trace. */
export function contextOf(header: string | undefined): Context {
  const parent = parseTraceparent(header)
  return parent === undefined ? trace.deleteSpan(context.active()) : trace.setSpanContext(context.active(), parent)
}

/** What the next one down the road gets as its parent. */
export function currentTraceparent(): string | undefined {
  const current = trace.getSpanContext(context.active())
  return current === undefined ? undefined : formatTraceparent(current)
}

/** For pino's `mixin`: every line written on behalf of a request names its trace and span. */
export function logIds(): { trace_id?: string; span_id?: string } {
  const current = trace.getSpanContext(context.active())
  return current === undefined ? {} : { trace_id: current.traceId, span_id: current.spanId }
}
