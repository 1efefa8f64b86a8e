import type { Attributes, Meter } from '@opentelemetry/api'

type Labels = Record<string, string>
export type Histogram = { record(value: number, labels: Labels): void }
/** Read at every scrape; a total only grows. */
export type Gauge = { name: string; help: string; unit: string; kind: 'Gauge' | 'Counter' }
/** One value of one gauge. */
export type Reading = [gauge: Gauge, value: number, labels?: Labels]

// An instrument is declared where it is used and made when somebody wants metrics; until then it does nothing.
let meter: Meter | undefined
const histograms = new Map<string, ReturnType<Meter['createHistogram']>>()
const PATIENCE_MS = 2_000
const watchers = new Set<() => void>()

/** Metrics are kept from now on; undefined: no more. */
export function setMeter(next: Meter | undefined): void {
  meter = next
  histograms.clear()
  if (next !== undefined) for (const start of watchers) start()
}

export const areMetricsOn = (): boolean => meter !== undefined

/** Bounds in the unit of the name, ascending. */
export function histogram(name: string, help: string, bounds: readonly number[]): Histogram {
  return {
    record(value, labels) {
      if (meter === undefined || !Number.isFinite(value)) return
      let made = histograms.get(name)
      if (made === undefined) {
        made = meter.createHistogram(name, { description: help, unit: 's', advice: { explicitBucketBoundaries: [...bounds] } })
        histograms.set(name, made)
      }
      made.record(value, labels)
    },
  }
}

export const gauge = (name: string, help: string, unit = ''): Gauge => ({ name, help, unit, kind: 'Gauge' })
export const total = (name: string, help: string, unit = ''): Gauge => ({ name, help, unit, kind: 'Counter' })

/** Asks for these gauges at every scrape. What cannot be read now is left out. Gives its end. */
export function observe(gauges: readonly Gauge[], read: () => Reading[] | Promise<Reading[]>): () => void {
  let stop = (): void => {}
  const start = (): void => {
    const of = meter!
    const made = new Map(gauges.map(({ name, help, unit, kind }) => [name, of[`createObservable${kind}`](name, { description: help, unit })]))
    let pending: Promise<Reading[]> | undefined
    const callback = async (result: { observe(gauge: any, value: number, labels?: Attributes): void }): Promise<void> => {
      // A store that hangs is asked once, however often somebody looks.
      if (pending !== undefined) return
      pending = Promise.resolve().then(read)
      const readings = await within(pending.finally(() => (pending = undefined)))
      for (const [{ name }, value, labels] of readings) result.observe(made.get(name)!, value, labels)
    }
    of.addBatchObservableCallback(callback, [...made.values()])
    stop = () => of.removeBatchObservableCallback(callback, [...made.values()])
  }
  watchers.add(start)
  if (meter !== undefined) start()
  return () => {
    watchers.delete(start)
    stop()
  }
}

/** What could be read in time. */
function within(reading: Promise<Reading[]>): Promise<Reading[]> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Reading[]>((resolve) => {
    timer = setTimeout(() => resolve([]), PATIENCE_MS)
  })
  return Promise.race([reading.catch(() => []), late]).finally(() => clearTimeout(timer))
}

export const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const
