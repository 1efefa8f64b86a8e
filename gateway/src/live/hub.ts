import type { Pool } from '@vitrylo/pg'
import type { Logger } from 'pino'
import type { Connection } from './connection.ts'
import { liveEventsAfter, liveSpan, PAGE } from './live-event-sql.ts'
import { measurePops, observeStreams } from './measures.ts'
import { startTail } from './tail.ts'

export type Hub = {
  /** Where a stream begins that has no position of its own. */
  position(): number
  /** False when events after the position are no longer kept, or never were given out by this table. */
  canGoOnFrom(position: number): Promise<boolean>
  /** Sends what the reader missed, then what happens. */
  join(connection: Connection): Promise<void>
  leave(connection: Connection): void
  stop(): Promise<void>
}

/** Hands new events to every open stream of this replica. */
export async function startHub(options: { pool: Pool; url: string; log: Logger }): Promise<Hub> {
  const { pool } = options
  const live = new Set<Connection>()
  const tail = await startTail({
    ...options,
    hasReaders: () => live.size > 0,
    onEvents(events) {
      live.forEach((connection) => connection.send(events))
      measurePops(events, live)
    },
  })
  const unobserve = observeStreams(live)
  return {
    position: tail.position,
    async canGoOnFrom(position) {
      const { first, last } = await liveSpan(pool)
      return position <= last && position >= first - 1
    },
    async join(connection) {
      // Between the check and `add` nothing else runs, so no event falls between the past and the present.
      while (connection.isOpen() && connection.position < tail.position()) {
        const target = tail.position()
        const missed = await liveEventsAfter(pool, connection.position)
        connection.send(missed)
        // A short page holds all there is up to the target; rows that were pruned are passed over.
        if (missed.length < PAGE) connection.position = Math.max(connection.position, target)
      }
      if (connection.isOpen()) live.add(connection)
    },
    leave: (connection) => void live.delete(connection),
    async stop() {
      unobserve()
      await tail.stop()
      for (const connection of live) connection.close()
    },
  }
}
