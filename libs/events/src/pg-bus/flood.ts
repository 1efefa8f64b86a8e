import type { BusEvent } from '../event.ts'

/** An event with its place in the log. */
export type Logged = { seq: number; event: BusEvent }

type Read = { after: number; rows: Promise<readonly Logged[]> }

/** So many events at once are a flood: groups are busy with them long enough to meet at the same places. */
const FLOOD = 100
/** Groups of a process go through a flood side by side: who is later than this reads for itself. */
const KEPT_MS = 1_000

/**
 * What was just read of one topic, for the other groups of this process: `make up` has all services in one, and in an
 * import each of them would fetch and parse the same thousands of events. What is kept is gone a second later.
 */
export class Flood {
  readonly #reads = new Set<Read>()

  get isOn(): boolean {
    return this.#reads.size > 0
  }

  /** What another group has read, or is reading, behind this place; undefined when there is none. */
  async known(after: number): Promise<readonly Logged[] | undefined> {
    for (const read of this.#reads) {
      if (read.after > after) continue
      const rows = (await read.rows.catch(() => [])).filter(({ seq }) => seq > after)
      if (rows.length > 0) return rows
    }
    return undefined
  }

  /** Others may have what is being read, if it turns out to be much. */
  async share(read: Read): Promise<readonly Logged[]> {
    this.#reads.add(read)
    let length = 0
    try {
      const rows = await read.rows
      length = rows.length
      return rows
    } finally {
      if (length < FLOOD) this.#reads.delete(read)
      else setTimeout(() => this.#reads.delete(read), KEPT_MS).unref()
    }
  }

  forget(): void {
    this.#reads.clear()
  }
}

const floods = new Map<string, Flood>()

/** The one of a topic of a log, which is named by its address. */
export function floodOf(url: string, topic: string): Flood {
  const name = `${url} ${topic}`
  let flood = floods.get(name)
  if (flood === undefined) floods.set(name, (flood = new Flood()))
  return flood
}

/** What was erased from a log is not given out from here. */
export function forgetFloods(): void {
  for (const flood of floods.values()) flood.forget()
}
