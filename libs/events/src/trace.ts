import { areMetricsOn, currentTraceparent, errorType, histogram, isTracing, openSpanUnder, withTraceparent, type OpenSpan } from '@vitrylo/telemetry'
import type { BusEvent } from './event.ts'

const APPLIED = histogram('vitrylo_event_applied_seconds', 'Events applied, by the time since they happened', [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
])

/** Sends events to the bus, each as a step of the trace that it comes from: the receiver goes on from that step. */
export async function publishing(events: BusEvent[], send: (events: BusEvent[]) => Promise<void>): Promise<void> {
  if (!isTracing()) return send(events)
  const spans: OpenSpan[] = []
  const traced = events.map((event) => {
    const span = openSpanUnder(event.headers.traceparent, `publish ${event.topic}`, { kind: 'producer', attributes: attributesOf(event) })
    if (span === undefined) return event
    spans.push(span)
    return { ...event, headers: { ...event.headers, traceparent: span.traceparent } }
  })
  await ending(spans, () => send(traced))
}

const stepOf = new WeakMap<BusEvent, OpenSpan>()

/** Applies events that come together. Each of them gets its step; what is done for all at once stands in the first. */
export async function processing(events: readonly BusEvent[], work: () => Promise<void>): Promise<void> {
  if (!isTracing()) return withTraceparent(events[0]?.headers.traceparent, work)
  const spans: OpenSpan[] = []
  for (const event of events) {
    const span = openSpanUnder(event.headers.traceparent, `process ${event.topic}`, { kind: 'consumer', attributes: attributesOf(event) })
    if (span === undefined) continue
    spans.push(span)
    stepOf.set(event, span)
  }
  const [first] = spans
  await ending(spans, () => (first === undefined ? work() : first.within(work)))
}

/** What is done for one event of several. */
export function processingOne<T>(event: BusEvent, work: () => T): T {
  const step = stepOf.get(event)
  return step === undefined ? withTraceparent(event.headers.traceparent, work) : step.within(work)
}

/** Counts events whose effect is committed. */
export function countApplied(group: string, events: readonly BusEvent[]): void {
  if (!areMetricsOn()) return
  const now = Date.now()
  for (const { type, time } of events) APPLIED.record(Math.max(0, now - Date.parse(time)) / 1000, { group, type })
}

function attributesOf({ id, topic, type }: BusEvent): Record<string, string> {
  return { 'messaging.destination.name': topic, 'messaging.message.id': id, 'vitrylo.event.type': type }
}

async function ending(spans: readonly OpenSpan[], work: () => Promise<void>): Promise<void> {
  try {
    await work()
    for (const span of spans) span.end()
  } catch (error) {
    for (const span of spans) span.end({}, errorType(error))
    throw error
  }
}

export { currentTraceparent, withTraceparent }
