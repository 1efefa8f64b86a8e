import { diag, DiagLogLevel, type Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { resourceOf } from './resource.ts'
import { samplerOf } from './sampler.ts'
import type { Env, Log } from './start.ts'

const FLUSH_MS = 1_500
const COMPLAIN_EVERY_MS = 60_000

/** Spans by OTLP over HTTP. A collector that is away costs the spans and nothing else: the queue is bounded. */
export function startTraces(env: Env, service: string, log: Log): { tracer: Tracer; stop(): Promise<void> } {
  complainTo(log)
  const provider = new TracerProvider({
    sampler: samplerOf(env),
    resource: resourceOf(env, service),
    // No text of ours is longer; what somebody else puts in must not fill the collector.
    spanLimits: { attributeValueLengthLimit: 2_000, attributeCountLimit: 32 },
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: 1_000 })],
  })
  return {
    tracer: provider.getTracer('vitrylo'),
    async stop() {
      // What waits is sent if the collector takes it at once; the end of a process never waits for it longer.
      await Promise.race([provider.shutdown().catch(() => {}), new Promise((resolve) => setTimeout(resolve, FLUSH_MS).unref())])
    },
  }
}

/** The SDK reports every batch that it loses: said once a minute, that it is so and why. */
function complainTo(log: Log): void {
  let saidAt = Number.NEGATIVE_INFINITY
  const say = (message: string): void => {
    const now = performance.now()
    if (now - saidAt < COMPLAIN_EVERY_MS) return
    saidAt = now
    log.warn({ reason: message.slice(0, 200) }, 'spans cannot be delivered')
  }
  const silent = (): void => {}
  diag.setLogger({ error: say, warn: silent, info: silent, debug: silent, verbose: silent }, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true })
}
