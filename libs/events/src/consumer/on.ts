import type { Tx } from '@vitrylo/pg'
import type { BusEvent, EventType } from '../event.ts'

export type Handler = { topic: string; type: string; handle(tx: Tx, event: BusEvent): Promise<void> }

/**
 * What a service does when an event arrives. `apply` runs in the transaction that also marks the event as applied: its
 * effects in the database happen exactly once. It is repeated on failure, so nothing outside the database belongs here.
 */
export function on<T>(type: EventType<T>, apply: (tx: Tx, message: T, event: BusEvent) => Promise<void>): Handler {
  return {
    topic: type.topic,
    type: type.type,
    handle: (tx, event) => apply(tx, type.codec.fromJSON(event.data), event),
  }
}

export type Routes = Map<string, Handler[]>

/** Handlers by event type; several for one type run in the order given. */
export function routesOf(handlers: readonly Handler[]): Routes {
  const routes: Routes = new Map()
  for (const handler of handlers) routes.set(handler.type, [...(routes.get(handler.type) ?? []), handler])
  return routes
}
