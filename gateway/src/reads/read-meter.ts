/** Counts what callers read; calls back when one goes over what was agreed, once in a window. */
export type ReadMeter = (key: string, threshold: number, records: number, over: (records: number) => void) => void

export const WINDOW_MS = 3_600_000
const MAX_KEYS = 20_000

type Entry = { since: number; current: number; previous: number; told: number }

/**
 * An hour that slides: the present one and what is left of the one before, which costs two numbers for a caller and no
 * timer. Each replica counts for itself, as the limits of requests do.
 */
export function createReadMeter(now: () => number): ReadMeter {
  const entries = new Map<string, Entry>()
  return (key, threshold, records, over) => {
    const at = now()
    let entry = entries.get(key)
    if (entry === undefined) {
      if (entries.size >= MAX_KEYS) entries.delete(entries.keys().next().value!)
      entries.set(key, (entry = { since: at, current: 0, previous: 0, told: -Infinity }))
    }
    const passed = Math.floor((at - entry.since) / WINDOW_MS)
    if (passed > 0) Object.assign(entry, { previous: passed === 1 ? entry.current : 0, current: 0, since: entry.since + passed * WINDOW_MS })
    entry.current += records
    const read = Math.round(entry.current + entry.previous * (1 - (at - entry.since) / WINDOW_MS))
    if (read <= threshold || at - entry.told < WINDOW_MS) return
    entry.told = at
    over(read)
  }
}
