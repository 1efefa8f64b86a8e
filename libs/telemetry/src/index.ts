export { currentTraceparent, formatTraceparent, logIds, parseTraceparent, withTraceparent } from './context.ts'
export { areMetricsOn, gauge, histogram, observe, SECONDS, type Gauge, type Reading } from './instruments.ts'
export { errorType, inSpan, isRecording, isTracing, openSpan, openSpanUnder, type OpenSpan, type SpanOptions } from './span.ts'
export { metricsText, startTelemetry } from './start.ts'
