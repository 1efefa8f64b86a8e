import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Span, type Tracer } from '@opentelemetry/api'
import { contextOf, formatTraceparent } from './context.ts'

export type SpanOptions = {
  kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal'
  attributes?: Attributes
  /** Begins a trace when there is none to go on with. Other spans are then left out. */
  root?: boolean
  /** Milliseconds since 1970; now when left out. */
  startTime?: number
}

/** A span that is ended by hand. */
export type OpenSpan = {
  /** Parent of what this span causes. */
  traceparent: string
  /** Runs `work` as part of the span. */
  within<T>(work: () => T): T
  /** `error`: what went wrong, as a code; never a text, which may hold personal data. */
  end(attributes?: Attributes, error?: string): void
}

const KIND = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
}

let tracer: Tracer | undefined

/** Spans are made from now on; undefined: no more. */
export function setTracer(next: Tracer | undefined): void {
  tracer = next
}

/** Whether spans are made at all. */
export const isTracing = (): boolean => tracer !== undefined

/** Whether somebody records what runs now. False for most requests, so that what it guards costs them nothing. */
export function isRecording(): boolean {
  return tracer !== undefined && isSampled(context.active())
}

/** Opens a span under the running one; undefined when nobody records it. */
export function openSpan(name: string, options: SpanOptions): OpenSpan | undefined {
  return open(name, options, context.active())
}

/** Opens a span under the one of a header. */
export function openSpanUnder(traceparent: string | undefined, name: string, options: SpanOptions): OpenSpan | undefined {
  return tracer === undefined ? undefined : open(name, options, contextOf(traceparent))
}

/** Runs `work` in a span that ends with it. */
export async function inSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  const span = openSpan(name, options)
  if (span === undefined) return work()
  try {
    const result = await span.within(work)
    span.end()
    return result
  } catch (error) {
    span.end({}, errorType(error))
    throw error
  }
}

/** The code or class of an error. Its text stays out: PostgreSQL repeats values of rows in its texts. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : error.name
}

function open(name: string, options: SpanOptions, parent: Context): OpenSpan | undefined {
  if (tracer === undefined) return undefined
  const hasParent = trace.getSpanContext(parent) !== undefined
  if (hasParent ? !isSampled(parent) : options.root !== true) return undefined
  const { kind, attributes, startTime } = options
  return opened(tracer.startSpan(name, { kind: KIND[kind], attributes, startTime }, parent), parent)
}

function opened(span: Span, parent: Context): OpenSpan {
  return {
    traceparent: formatTraceparent(span.spanContext()),
    within: (work) => context.with(trace.setSpan(parent, span), work),
    end(attributes, error) {
      if (attributes !== undefined) span.setAttributes(attributes)
      if (error !== undefined) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    },
  }
}

function isSampled(at: Context): boolean {
  return ((trace.getSpanContext(at)?.traceFlags ?? 0) & 1) === 1
}

