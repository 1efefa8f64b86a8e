import type { Pool, Tx } from '@vitrylo/pg'
import { EventsRejected } from '../bus.ts'
import type { Bus } from '../bus.ts'
import type { Log } from '../log.ts'
import { reasonOf } from '../log.ts'
import { createBackoff, pause, within } from '../pause.ts'
import { publishing } from '../trace.ts'
import { createWaker } from '../waker.ts'
import { BATCH, hasUnpublished, nextUnpublished, park, removePublished, tryLead } from './outbox-sql.ts'
import type { OutboxRow } from './outbox-sql.ts'

export type Relay = {
  /** There is something new, call it after the commit. Costs nothing, many calls count once. */
  kick(): void
  /** Finishes the batch in hand, unless the broker keeps it longer than 5 s: then it will be published again. */
  stop(): Promise<void>
  /** Resolves when everything committed so far is on the bus (or parked). */
  drained(): Promise<void>
}

export type RelayOptions = { pool: Pool; bus: Bus; name: string; log: Log }

const POLL_MS = 250
const ELECTION_MS = 1_000
const NOTIFY_EVERY_MS = 20
// What comes meanwhile goes as one batch: under load each costs a few statements here and in every reader.
const restOf = (events: number): number => Math.min(10, events)
const STOP_GRACE_MS = 5_000

/**
 * Takes committed events from the outbox to the bus, in the order of their ids. One relay at a time per `name`: two
 * could overtake each other within a key. The lock lives in the session that also reads and deletes, so a relay that
 * has lost the lock can do neither.
 */
export function startRelay(options: RelayOptions): Relay {
  return new OutboxRelay(options)
}

class OutboxRelay implements Relay {
  readonly #options: RelayOptions
  readonly #stopping = new AbortController()
  readonly #waker = createWaker()
  readonly #backoff = createBackoff(100, 5_000)
  readonly #running: Promise<void>
  #release: (() => void) | undefined
  #leading = false
  #notifying = false

  constructor(options: RelayOptions) {
    this.#options = options
    this.#running = this.#run()
  }

  kick(): void {
    if (this.#leading) this.#waker.wake()
    else void this.#notifyLeader()
  }

  async drained(): Promise<void> {
    const { pool } = this.#options
    while (!this.#stopping.signal.aborted) {
      this.kick()
      if (!(await hasUnpublished(pool))) return
      await pause(10, this.#stopping.signal)
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#waker.wake()
    await within(STOP_GRACE_MS, this.#running, () => {})
    this.#release?.()
  }

  async #run(): Promise<void> {
    const { name, log } = this.#options
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        const led = await this.#withSession(async (session) => (await tryLead(session, name)) && this.#lead(session))
        if (!led) await pause(ELECTION_MS, signal)
      } catch (error) {
        if (signal.aborted) return
        log.warn({ relay: name, ...reasonOf(error) }, 'relay lost its database session')
        await pause(this.#backoff.next(), signal)
      }
    }
  }

  async #withSession<T>(work: (session: Tx) => Promise<T>): Promise<T> {
    const session = await this.#options.pool.connect()
    session.on('notification', this.#waker.wake)
    // Destroyed, not lent again: that ends the lock and the LISTEN with it.
    const release = () => {
      if (this.#release === release) session.release(true)
      this.#release = undefined
    }
    this.#release = release
    try {
      return await work(session)
    } finally {
      this.#leading = false
      release()
    }
  }

  async #lead(session: Tx): Promise<true> {
    const { name, log } = this.#options
    await session.query('listen outbox')
    this.#leading = true
    log.debug({ relay: name }, 'relay leads')
    while (!this.#stopping.signal.aborted) {
      const rows = await nextUnpublished(session)
      if (rows.length === 0) await this.#waker.wait(POLL_MS)
      else await this.#publish(session, rows)
      if (rows.length > 0 && rows.length < BATCH) await pause(restOf(rows.length), this.#stopping.signal)
    }
    return true
  }

  async #publish(session: Tx, rows: OutboxRow[]): Promise<void> {
    const { bus, name, log } = this.#options
    try {
      await publishing(rows.map((row) => row.event), (events) => bus.publish(events))
    } catch (error) {
      if (!(error instanceof EventsRejected)) {
        log.warn({ relay: name, ...reasonOf(error) }, 'bus does not take events, will try again')
        return pause(this.#backoff.next(), this.#stopping.signal)
      }
      if (rows.length > 1) return this.#publishSingly(session, rows)
      return this.#park(session, rows[0] as OutboxRow, error)
    }
    this.#backoff.reset()
    await removePublished(session, rows)
  }

  /** The bus refuses something in this batch: find out what, and let the rest through. */
  async #publishSingly(session: Tx, rows: OutboxRow[]): Promise<void> {
    const { bus } = this.#options
    for (const row of rows) {
      if (this.#stopping.signal.aborted) return
      try {
        await bus.publish([row.event])
      } catch (error) {
        if (!(error instanceof EventsRejected)) return // an outage: the rest is still there for the next round
        await this.#park(session, row, error)
        continue
      }
      await removePublished(session, [row])
    }
  }

  async #park(session: Tx, row: OutboxRow, error: Error): Promise<void> {
    const { id, type, topic } = row.event
    this.#options.log.error({ relay: this.#options.name, event: id, type, topic }, 'bus refuses an event, parked')
    await park(session, row, error.message)
  }

  /** The leader is another process. NOTIFY here, after the commit: inside it would serialise all commits. */
  async #notifyLeader(): Promise<void> {
    if (this.#notifying || this.#stopping.signal.aborted) return
    this.#notifying = true
    await pause(NOTIFY_EVERY_MS, this.#stopping.signal)
    this.#notifying = false
    if (this.#leading) return this.#waker.wake()
    if (this.#stopping.signal.aborted) return
    await this.#options.pool.query('notify outbox').catch(() => {}) // a hint only, the leader polls as well
  }
}
