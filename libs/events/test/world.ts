import { createPool, exec, inTx, many, one, sql } from '@vitrylo/pg'
import type { Pool, Tx } from '@vitrylo/pg'
import { freshDatabase, until } from '@vitrylo/testkit'
import { randomUUID } from 'node:crypto'
import { appendOutbox, eventMigrations, on, startConsumer, startRelay } from '../src/index.ts'
import type { Bus, BusEvent, Consumer, EventType, Handler, Log, Relay, Topic } from '../src/index.ts'

export type Counted = { n: number }
export type Applied = { key: string; revision: number; n: number }
export type NewBus = () => Bus

export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} }

const migrations = [eventMigrations, { dir: new URL('./migrations/', import.meta.url), table: 'test_migrations' }]

/** One service with its database, on a topic of its own. */
export class World {
  readonly url: string
  readonly pool: Pool
  readonly bus: Bus
  readonly type: EventType<Counted>
  readonly group = `group-${randomUUID()}`
  readonly #newBus: NewBus
  readonly #closing: (() => Promise<unknown>)[] = []

  static async make(newBus: NewBus): Promise<World> {
    return new World(await freshDatabase('events', migrations), newBus)
  }

  private constructor(url: string, newBus: NewBus) {
    this.url = url
    this.#newBus = newBus
    this.pool = createPool({ url, name: 'service', max: 20 })
    this.type = countedEvent(`vitrylo.test.counter.v1.${randomUUID()}`)
    this.bus = this.otherBus()
  }

  /** As another process of the installation would have it. */
  otherBus(): Bus {
    const bus = this.#newBus()
    this.#closing.unshift(() => bus.close())
    return bus
  }

  relay(bus: Bus = this.bus): Relay {
    const relay = startRelay({ pool: this.pool, bus, name: 'test', log: quiet })
    this.#closing.unshift(() => relay.stop())
    return relay
  }

  async consumer(options: { group?: string; bus?: Bus; handlers?: Handler[]; from?: Date } = {}): Promise<Consumer> {
    const { group = this.group, bus = this.bus, handlers = [this.recording(group)], from } = options
    const consumer = await startConsumer({ pool: this.pool, bus, group, handlers, log: quiet, from })
    this.#closing.unshift(() => consumer.stop())
    return consumer
  }

  /** Writes what it is given into the table applied. */
  recording(group = this.group, before: (event: BusEvent) => void = () => {}): Handler {
    return on(this.type, async (tx, { n }, event) => {
      before(event)
      await exec(tx, sql`
        insert into applied (consumer, key, revision, n) values (${group}, ${event.key}, ${event.revision}, ${n})`)
    })
  }

  append(key: string, ...revisions: number[]): Promise<void> {
    return inTx(this.pool, (tx) => this.appendIn(tx, key, ...revisions))
  }

  appendIn(tx: Tx, key: string, ...revisions: number[]): Promise<void> {
    return appendOutbox(tx, revisions.map((revision) => ({ type: this.type, key, revision, data: { n: revision } })))
  }

  topic(settings: Partial<Topic> = {}): Topic {
    return { name: this.type.topic, partitions: 6, keep: 'all', ...settings }
  }

  event(key: string, revision: number): BusEvent {
    const { topic, type } = this.type
    const time = new Date().toISOString()
    return { id: randomUUID(), topic, type, key, revision, time, data: { n: revision }, headers: {} }
  }

  /** A moment after everything so far and before everything that follows, on this machine's clock. */
  async clock(): Promise<{ now: Date }> {
    const start = Date.now()
    await until(() => Date.now() > start + 1)
    const now = new Date()
    await until(() => Date.now() > now.getTime() + 1)
    return { now }
  }

  applied(group = this.group): Promise<Applied[]> {
    return many<Applied>(this.pool, sql`select key, revision, n from applied where consumer = ${group} order by id`)
  }

  async countApplied(group = this.group): Promise<number> {
    const row = await one<{ n: number }>(this.pool, sql`select count(*) as n from applied where consumer = ${group}`)
    return row?.n ?? 0
  }

  /** Revisions in the order in which they were applied, by key. */
  async revisions(group = this.group): Promise<Record<string, number[]>> {
    const byKey: Record<string, number[]> = {}
    for (const { key, revision } of await this.applied(group)) (byKey[key] ??= []).push(revision)
    return byKey
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close()
    await this.pool.end()
  }
}

function countedEvent(topic: string): EventType<Counted> {
  const codec = {
    toJSON: (message: Counted) => message,
    fromJSON: (json: unknown) => ({ n: (json as Counted).n }),
  }
  return { type: 'vitrylo.test.v1.Counted', topic, section: 'counters', live: false, codec }
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
