import { inTx } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import type { BusEvent } from '../event.ts'
import { reasonOf } from '../log.ts'
import type { Log } from '../log.ts'
import { createBackoff, pause } from '../pause.ts'
import { createWaker } from '../waker.ts'
import type { Flood } from './flood.ts'
import { lockAndRead, moveTo } from './pg-bus-sql.ts'
import type { Place } from './pg-bus-sql.ts'
import { declaredTopics } from '../topics.ts'

export type Reader = { place: Place; wake(): void; stop(): Promise<void> }

type ReaderOptions = {
  pool: Pool
  place: Place
  flood: Flood
  log: Log
  /** Longest pause between two batches. */
  restMs: number
  onBatch(events: BusEvent[]): Promise<void>
  limit<T>(task: () => Promise<T>): Promise<T>
}

// What comes meanwhile shares the transaction and its statements: the more came last time, the more is worth a wait.
const REST_MS_PER_EVENT = 5
const rests = new Map(declaredTopics.map(({ name, restMs }) => [name, restMs]))

/** Reads one topic for one group. The row lock on the position lets one member of the group read at a time. */
export function startReader({ pool, place, flood, log, restMs, onBatch, limit }: ReaderOptions): Reader {
  const stopping = new AbortController()
  const { signal } = stopping
  const waker = createWaker()
  const backoff = createBackoff(100, 5_000)

  const readBatch = () =>
    inTx(pool, async (tx) => {
      const { rows, atEnd } = await lockAndRead(tx, place, flood)
      const last = rows.at(-1)
      if (last !== undefined) {
        await onBatch(rows.map((row) => row.event))
        await moveTo(tx, place, last.seq)
      }
      return { read: rows.length, atEnd }
    })

  // No look at an end that was just read: what comes later rings, and what did not ring the poll finds.
  const run = async () => {
    while (!signal.aborted) {
      try {
        const { read, atEnd } = await limit(readBatch)
        if (read > 0) backoff.reset()
        if (!atEnd) continue
        if (read > 0) await pause(rests.get(place.topic) ?? Math.min(restMs, REST_MS_PER_EVENT * read), signal)
        if (!signal.aborted) await waker.wait()
      } catch (error) {
        if (!signal.aborted) log.warn({ ...place, ...reasonOf(error) }, 'batch not finished, will come again')
        await pause(backoff.next(), signal)
      }
    }
  }
  const running = run()

  return {
    place,
    wake: waker.wake,
    async stop() {
      stopping.abort()
      waker.wake()
      await running
    },
  }
}
