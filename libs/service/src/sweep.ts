import type { Log } from '@vitrylo/events'
import type { Stop } from './define.ts'

/** What a service looks through again and again: work that a process left when it died, rows whose time is over. */
export type Sweep = {
  /** Of the work, for the log. */
  name: string
  everyMs: number
  /** `ending`: the process stops; what takes long ends at its next step. */
  each: (ending?: AbortSignal) => Promise<unknown>
  /** Done once before the service is ready; a store that is away is waited for. */
  first?: () => Promise<unknown>
}

/** One round at a time: what takes longer than its pause is not begun beside itself. One that fails is logged; the next comes all the same. The stop waits for it. */
export async function startSweep({ name, everyMs, each, first }: Sweep, log: Pick<Log, 'warn'>): Promise<Stop> {
  await first?.()
  const stopping = new AbortController()
  let round: Promise<unknown> | undefined
  const timer = setInterval(() => {
    round ??= each(stopping.signal)
      .catch((err) => log.warn({ err, sweep: name }, 'a sweep failed'))
      .finally(() => (round = undefined))
  }, everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    stopping.abort()
    await round
  }
}
