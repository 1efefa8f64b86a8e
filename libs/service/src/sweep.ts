import type { Logger } from 'pino'
import type { Stop } from './define.ts'

/** What a service looks through again and again: work that a process left when it died, rows whose time is over. */
export type Sweep = {
  /** Of the work, for the log. */
  name: string
  everyMs: number
  each: () => Promise<unknown>
  /** Done once before the service is ready; a store that is away is waited for. */
  first?: () => Promise<unknown>
}

/** A round that fails is logged; the next one comes all the same. */
export async function startSweep({ name, everyMs, each, first }: Sweep, log: Logger): Promise<Stop> {
  await first?.()
  const timer = setInterval(() => {
    each().catch((err) => log.warn({ err, sweep: name }, 'a sweep failed'))
  }, everyMs)
  timer.unref()
  return async () => clearInterval(timer)
}
