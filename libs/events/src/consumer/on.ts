import type { Tx } from '@vitrylo/pg'
import type { BusEvent, EventType } from '../event.ts'
import { processingOne } from '../trace.ts'

/** What a service does with events of these types. It gets those that stand together in a batch, in their order. */
export type Handler = { topic: string; types: readonly string[]; handle(tx: Tx, events: readonly BusEvent[]): Promise<void> }

/**
 * What a service does when an event arrives. `apply` runs in the transaction that also marks the event as applied: its
 * effects in the database happen exactly once. It is repeated on failure, so nothing outside the database belongs here.
 */
export function on<T>(type: EventType<T>, apply: (tx: Tx, message: T, event: BusEvent) => Promise<void>): Handler {
  return {
    topic: type.topic,
    types: [type.type],
    async handle(tx, events) {
      for (const event of events) {
        await processingOne(event, () => apply(tx, type.codec.fromJSON(event.data), event))
      }
    },
  }
}

export type Received<T> = { message: T; event: BusEvent }

/**
 * As `on`, for projections that take many events with one statement. Types of one topic that are given together are
 * received together, so that their order holds. A key may come several times.
 */
export function onMany<T>(types: readonly EventType<T>[], apply: (tx: Tx, received: Received<T>[]) => Promise<void>): Handler {
  const codecs = new Map(types.map(({ type, codec }) => [type, codec]))
  return {
    topic: types[0]!.topic,
    types: types.map(({ type }) => type),
    async handle(tx, events) {
      const received = events.map((event) => ({ message: codecs.get(event.type)!.fromJSON(event.data), event }))
      await apply(tx, received)
    },
  }
}

/** The newest event of each key, by its revision: for projections of the newest state, which an `insert … on conflict` meets once a key. */
export function newest<T>(received: readonly Received<T>[]): Received<T>[] {
  const found = new Map<string, Received<T>>()
  for (const one of received) {
    const known = found.get(one.event.key)
    if (known === undefined || known.event.revision <= one.event.revision) found.set(one.event.key, one)
  }
  return [...found.values()]
}

export type Routes = ReadonlyMap<string, readonly Handler[]>

/** Handlers by event type; several for one type run in the order given. Types with the same handlers share one list. */
export function routesOf(handlers: readonly Handler[]): Routes {
  const lists = new Map<string, Handler[]>()
  const routes = new Map<string, readonly Handler[]>()
  for (const type of new Set(handlers.flatMap(({ types }) => types))) {
    const mine = handlers.flatMap((handler, index) => (handler.types.includes(type) ? [{ handler, index }] : []))
    const name = mine.map(({ index }) => index).join()
    if (!lists.has(name)) lists.set(name, mine.map(({ handler }) => handler))
    routes.set(type, lists.get(name)!)
  }
  return routes
}
