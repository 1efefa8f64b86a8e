import { setMeter } from './instruments.ts'
import { observeProcess } from './process.ts'
import { setTracer } from './span.ts'

export type Env = Readonly<Record<string, string | undefined>>
export type Log = { warn(fields: object, message: string): void }

type Started = { text?: () => Promise<string>; stop(): Promise<void> }

let running: Promise<Started> | undefined
let users = 0

/**
 * Starts what the environment asks for: traces with OTEL_EXPORTER_OTLP_ENDPOINT, metrics with VITRYLO_METRICS=1; with
 * neither nothing is loaded. Services that share a process share what is started, under the name of the first. Gives
 * its end, which is over when the last of them has ended.
 */
export async function startTelemetry(env: Env, service: string, log: Log): Promise<() => Promise<void>> {
  const wanted = wishesOf(env)
  if (!wanted.traces && !wanted.metrics) return async () => {}
  users++
  running ??= start(env, service, log)
  const mine = running
  await mine.catch((error: unknown) => {
    users--
    running = undefined
    throw error
  })
  let ended = false
  return async () => {
    if (ended) return
    ended = true
    if (--users > 0) return
    running = undefined
    await (await mine).stop()
  }
}

/** All metrics of the process as Prometheus reads them; empty when none are kept. */
export async function metricsText(): Promise<string> {
  return (await (await running)?.text?.()) ?? ''
}

function wishesOf(env: Env): { traces: boolean; metrics: boolean } {
  const off = env.OTEL_SDK_DISABLED === 'true'
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT
  return { traces: !off && Boolean(endpoint), metrics: env.VITRYLO_METRICS === '1' }
}

async function start(env: Env, service: string, log: Log): Promise<Started> {
  const wanted = wishesOf(env)
  const { startTraces } = wanted.traces ? await import('./sdk-traces.ts') : {}
  const { startMetrics } = wanted.metrics ? await import('./sdk-metrics.ts') : {}
  const traces = startTraces?.(env, service, log)
  const metrics = startMetrics?.(env, service)
  setTracer(traces?.tracer)
  setMeter(metrics?.meter)
  const unobserve = metrics && observeProcess()
  return {
    text: metrics?.text,
    async stop() {
      setTracer(undefined)
      setMeter(undefined)
      unobserve?.()
      await Promise.all([traces?.stop(), metrics?.stop()])
    },
  }
}
