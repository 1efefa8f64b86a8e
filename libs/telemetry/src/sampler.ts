import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, TraceIdRatioBasedSampler, type Sampler } from '@opentelemetry/sdk-trace'

type Env = Readonly<Record<string, string | undefined>>

const ROOTS: Record<string, (env: Env) => Sampler> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (env) => new TraceIdRatioBasedSampler(ratioOf(env)),
}

/** OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG, with the names of OpenTelemetry; all traces when left out. */
export function samplerOf(env: Env): Sampler {
  const name = env.OTEL_TRACES_SAMPLER || 'parentbased_always_on'
  const root = ROOTS[name.replace(/^parentbased_/, '')]
  if (root === undefined) throw new Error('setting OTEL_TRACES_SAMPLER must be one of always_on, always_off, traceidratio, or the same after parentbased_')
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root: root(env) }) : root(env)
}

function ratioOf(env: Env): number {
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG || 1)
  if (ratio >= 0 && ratio <= 1) return ratio
  throw new Error('setting OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1')
}
