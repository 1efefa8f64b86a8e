import type { BusEvent } from './event.ts'

export type Subscription = {
  /** Resolves when the batch in hand is finished; nothing is delivered afterwards. */
  stop(): Promise<void>
  /** Resolves when the group has finished everything that the topics held at the time of the call. */
  caughtUp(): Promise<void>
}

export type SubscribeOptions = {
  group: string
  topics: string[]
  /** Where a group starts that has no position yet. */
  from?: 'beginning' | 'end'
  /** In order per key. When it throws, the same events come again, after a pause. */
  onBatch(events: BusEvent[]): Promise<void>
}

/** Delivery is at least once, in order per key. Groups are independent; members of a group share the work. */
export type Bus = {
  /** Resolves when the events are stored for good. An id that is already there is not an error. */
  publish(events: BusEvent[]): Promise<void>
  subscribe(options: SubscribeOptions): Promise<Subscription>
  ensureTopics(names: string[]): Promise<void>
  close(): Promise<void>
}

/** The bus refuses these events as such: sending them again is useless. Anything else is worth another try. */
export class EventsRejected extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'EventsRejected'
  }
}
