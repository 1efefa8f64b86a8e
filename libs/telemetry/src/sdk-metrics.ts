import type { Meter } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { resourceOf } from './resource.ts'
import type { Env } from './start.ts'

// Under the ten seconds after which Prometheus gives a scrape up.
const SCRAPE_MS = 4_000

/** Metrics as Prometheus reads them. Opens no port: the health listener serves the text. */
export function startMetrics(env: Env, service: string): { meter: Meter; text(): Promise<string>; stop(): Promise<void> } {
  const reader = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ resource: resourceOf(env, service), readers: [reader] })
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true)
  return {
    meter: provider.getMeter('vitrylo'),
    async text() {
      const { resourceMetrics } = await reader.collect({ timeoutMillis: SCRAPE_MS })
      return `${serializer.serialize(resourceMetrics)}\n`
    },
    stop: () => provider.shutdown().catch(() => {}),
  }
}
