import { checkSchema, createPool, migrate } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import { EventsRejected, OldBusSchema } from '../bus.ts'
import type { Bus, Erasure, SubscribeOptions, Subscription } from '../bus.ts'
import type { BusEvent } from '../event.ts'
import { createLimiter } from '../limiter.ts'
import { reasonOf } from '../log.ts'
import type { Log } from '../log.ts'
import { busMigrations } from '../migrations.ts'
import { createBackoff, pause } from '../pause.ts'
import { declaredTopics } from '../topics.ts'
import type { Topic } from '../topics.ts'
import { compact } from './compact.ts'
import { floodOf } from './flood.ts'
import { startListener } from './listener.ts'
import { behind, countBehind, endOf, ensurePositions, eraseEvents, forgetPositions, hasReached, insertEvents } from './pg-bus-sql.ts'
import { startReader } from './reader.ts'
import type { Reader } from './reader.ts'

// Readers hold a connection while their handlers run; the two that they cannot have are for publishing and polling.
const CONNECTIONS = 6
const READING = 4
const POLL_MS = 500
const REST_MS = 20
const FIRST_COMPACTION_MS = 10 * 60_000
const COMPACT_EVERY_MS = 6 * 3_600_000

export type PgBusOptions = {
  url: string
  log: Log
  /** False: the tables are only compared; `applyTopics` is who brings them forward. */
  migrates?: boolean
}

/** The bus for one machine: a log in PostgreSQL. Idle it keeps two connections, one that listens and one that polls. */
export function createPgBus(options: PgBusOptions): Bus {
  return new PgBus(options)
}

class PgBus implements Bus {
  readonly #url: string
  readonly #log: Log
  readonly #migrates: boolean
  readonly #pool: Pool
  readonly #limit = createLimiter(READING)
  readonly #readers = new Set<Reader>()
  readonly #closing = new AbortController()
  #prepared: Promise<void> | undefined
  #watching: { stop(): Promise<void> } | undefined

  constructor({ url, log, migrates = true }: PgBusOptions) {
    this.#url = url
    this.#log = log
    this.#migrates = migrates
    this.#pool = createPool({ url, name: 'bus', max: CONNECTIONS })
  }

  async publish(events: BusEvent[]): Promise<void> {
    if (events.length === 0) return
    await this.#ready()
    try {
      await insertEvents(this.#pool, events)
    } catch (error) {
      throw isRejection(error) ? new EventsRejected(error) : error
    }
  }

  async subscribe({ group, topics, from = 'beginning', restMs = REST_MS, onBatch }: SubscribeOptions): Promise<Subscription> {
    await this.#takePlace(group, topics, from)
    const readers = topics.map((topic) =>
      startReader({ pool: this.#pool, place: { group, topic }, flood: floodOf(this.#url, topic), log: this.#log, restMs, onBatch, limit: this.#limit }),
    )
    for (const reader of readers) this.#readers.add(reader)
    this.#watching ??= this.#watch()
    const stop = async () => {
      for (const reader of readers) this.#readers.delete(reader)
      await Promise.all(readers.map((reader) => reader.stop()))
    }
    return { stop, caughtUp: () => this.#caughtUp(group, topics) }
  }

  /** A topic begins with its first event: there is nothing to make but the tables. */
  async applyTopics(): Promise<void> {
    await migrate(this.#url, [busMigrations])
  }

  async lag(group: string, topics: readonly string[]): Promise<Record<string, number>> {
    await this.#ready()
    return countBehind(this.#pool, group, topics)
  }

  forget(group: string): Promise<void> {
    return forgetPositions(this.#pool, group)
  }

  async erase(what: Erasure): Promise<void> {
    await this.#ready()
    await eraseEvents(this.#pool, what)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#readers].map((reader) => reader.stop()))
    await this.#watching?.stop()
    await this.#pool.end()
  }

  /** The first call applies or compares the migrations; a failed one does not count. */
  #ready(): Promise<void> {
    return (this.#prepared ??= (this.#migrates ? this.applyTopics() : this.#compare()).catch((error: unknown) => {
      this.#prepared = undefined
      throw error
    }))
  }

  async #compare(): Promise<void> {
    const { missing } = await checkSchema(this.#url, [busMigrations])
    if (missing.length > 0) throw new OldBusSchema(missing)
  }

  async #takePlace(group: string, topics: string[], from: 'beginning' | 'end' | Date): Promise<void> {
    await this.#patiently(group, async () => {
      await this.#ready()
      await ensurePositions(this.#pool, group, topics, from)
    })
  }

  async #caughtUp(group: string, topics: string[]): Promise<void> {
    const end = (await this.#patiently(group, () => endOf(this.#pool, topics))) ?? 0
    while (!(await this.#patiently(group, () => hasReached(this.#pool, group, topics, end)))) {
      if (this.#closing.signal.aborted) return
      await pause(20, this.#closing.signal)
    }
  }

  /** A bus that is not there yet, or not any more, is waited for. Undefined when this one is closed. */
  async #patiently<T>(group: string, ask: () => Promise<T>): Promise<T | undefined> {
    const backoff = createBackoff(100, 5_000)
    while (!this.#closing.signal.aborted) {
      try {
        return await ask()
      } catch (error) {
        if (error instanceof OldBusSchema) throw error
        this.#log.warn({ group, ...reasonOf(error) }, 'bus is away, will try again')
        await pause(backoff.next(), this.#closing.signal)
      }
    }
    return undefined
  }

  #watch(): { stop(): Promise<void> } {
    const wakeAll = () => this.#readers.forEach((reader) => reader.wake())
    const onTopic = (topic: string) => this.#readers.forEach((reader) => reader.place.topic === topic && reader.wake())
    const listener = startListener({ url: this.#url, log: this.#log, onTopic, onConnect: wakeAll })
    const running = [this.#poll(), this.#compact(declaredTopics)]
    return {
      async stop() {
        await Promise.all([listener.stop(), ...running])
      },
    }
  }

  async #poll(): Promise<void> {
    const { signal } = this.#closing
    for (;;) {
      await pause(POLL_MS, signal)
      if (signal.aborted) return
      const readers = [...this.#readers]
      const late = await behind(this.#pool, readers.map((reader) => reader.place)).catch(() => []) // readers report it
      for (const { group, topic } of late) {
        for (const { place, wake } of readers) if (place.group === group && place.topic === topic) wake()
      }
    }
  }

  /** Every process offers to do it, one does. */
  async #compact(topics: readonly Topic[]): Promise<void> {
    const { signal } = this.#closing
    for (let wait = FIRST_COMPACTION_MS; ; wait = COMPACT_EVERY_MS) {
      await pause(wait, signal)
      if (signal.aborted) return
      await compact(this.#pool, topics).then(
        (removed) => this.#log.debug({ removed }, 'bus log compacted'),
        (error: unknown) => this.#log.warn(reasonOf(error), 'bus log not compacted, will try again'),
      )
    }
  }
}

/** Data exception, constraint violation, program limit: the same rows would fail again. */
function isRejection(error: unknown): boolean {
  return /^(22|23|54)/.test(String((error as { code?: unknown }).code ?? ''))
}
