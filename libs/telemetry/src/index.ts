export { currentTraceparent, logIds, parseTraceparent, withTraceparent } from './context.ts'
export { areMetricsOn, gauge, histogram, observe, SECONDS, type Reading } from './instruments.ts'
export { errorType, inSpan, isRecording, isTracing, openSpanUnder, type OpenSpan } from './span.ts'
export { metricsText, startTelemetry } from './start.ts'
