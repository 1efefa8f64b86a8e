import type { BusEvent } from './event.ts'
import type { Topic } from './topics.ts'

export type Subscription = {
  /** Resolves when the batch in hand is finished; nothing is delivered afterwards. */
  stop(): Promise<void>
  /** Resolves when the group has finished everything that the topics held at the time of the call. */
  caughtUp(): Promise<void>
}

export type SubscribeOptions = {
  group: string
  topics: string[]
  /** Where a group starts that has no position yet; a time: at the first event that the bus took then or later. */
  from?: 'beginning' | 'end' | Date
  /**
   * The longest pause between two batches in a flood, 20 ms if not given: what comes meanwhile shares a transaction and
   * costs a fraction. An event after a silence is never kept waiting. Kafka gathers by itself and does not look at it.
   */
  restMs?: number
  /** In order per key. When it throws, the same events come again, after a pause. */
  onBatch(events: BusEvent[]): Promise<void>
}

/** Events of topics that begin so, published before another one; `undefined`: all of them. */
export type ErasureMark = {
  topics: string
  beforeId: string | undefined
  /** Those that the bus took before this moment. */
  before?: Date
  /** A group that must have taken them first: until then the erasure is refused, and is to be tried again. */
  takenBy?: string
}

/** Events by their key, the header `counterparty`, or any mention of an id. */
export type Erasure = { ids: readonly string[]; marks: readonly ErasureMark[] }

/** Delivery is at least once, in order per key. Groups are independent; members of a group share the work. */
export type Bus = {
  /** Resolves when the events are stored for good. An id that is already there is not an error. */
  publish(events: BusEvent[]): Promise<void>
  /** Waits for a bus that is away. Rejects with `MissingTopics` or `OldBusSchema` when it is there and not made ready. */
  subscribe(options: SubscribeOptions): Promise<Subscription>
  /** Makes what is missing and corrects what differs from the list. Takes nothing away: neither topics nor partitions. */
  applyTopics(topics: readonly Topic[]): Promise<void>
  /** How many events of each topic the group has not finished. */
  lag(group: string, topics: readonly string[]): Promise<Record<string, number>>
  /** Forgets the place of a group whose members are gone. */
  forget(group: string): Promise<void>
  /**
   * Removes from the log what tells of a person who was erased. A log in PostgreSQL does so at once, the first time after it has read itself (a minute for a million events); Kafka removes no
   * single events: there they go with compaction (docs/operations.md).
   */
  erase(what: Erasure): Promise<void>
  close(): Promise<void>
}

/** The bus refuses these events as such: sending them again is useless. Anything else is worth another try. */
export class EventsRejected extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'EventsRejected'
  }
}

/** The bus answers, but the declared topics were not made on it. A process that only starts again does not mend that. */
export class MissingTopics extends Error {
  constructor(names: readonly string[]) {
    const what = names.length === 1 ? `topic ${names[0]}` : `topics ${names.join(', ')}`
    super(`Kafka has no ${what}: run "node services/directory/src/main.ts topics" first (any service will do)`)
    this.name = 'MissingTopics'
  }
}

/** The bus is a database that answers and lacks tables of this release, and this process is not to make them. */
export class OldBusSchema extends Error {
  constructor(missing: readonly string[]) {
    super(`the bus in PostgreSQL is older than this release, it lacks "${missing[0]}": run the command topics of any service, or set VITRYLO_MIGRATE=1`)
    this.name = 'OldBusSchema'
  }
}

/** The bus answers and does not let us in: wrong user, password or certificate. */
export class AccessRefused extends Error {
  constructor(why: string, cause: unknown) {
    super(why, { cause })
    this.name = 'AccessRefused'
  }
}
