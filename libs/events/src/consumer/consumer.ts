import { inTx, one, sql } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import type { Bus } from '../bus.ts'
import type { BusEvent } from '../event.ts'
import { reasonOf } from '../log.ts'
import type { Log } from '../log.ts'
import { createBackoff, pause } from '../pause.ts'
import { countApplied } from '../trace.ts'
import { applyNew, bury } from './inbox.ts'
import { routesOf } from './on.ts'
import type { Handler, Routes } from './on.ts'

export type Consumer = {
  stop(): Promise<void>
  /** Resolves when everything that was on the bus at the time of the call has been applied (or is a dead letter). */
  caughtUp(): Promise<void>
  /** How many events wait, by topic. Cheap enough to ask every 15 s; rejects while the bus is away. */
  lag(): Promise<Record<string, number>>
}

export type ConsumerOptions = {
  pool: Pool
  bus: Bus
  group: string
  handlers: readonly Handler[]
  log: Log
  from?: 'beginning' | 'end' | Date
  /** As in `SubscribeOptions`. */
  restMs?: number
  /** Called after each batch that was applied: the handlers may have put events into the outbox. */
  committed?: () => void
}

const MAX_ATTEMPTS = 5

/**
 * Applies events to the database of `pool`, a batch per transaction. When a batch fails its events go one by one; one
 * that fails five times becomes a dead letter and the others go on. While the database is away nothing is counted and
 * nothing is skipped: the batch goes back to the bus.
 */
export async function startConsumer({ bus, handlers, ...options }: ConsumerOptions): Promise<Consumer> {
  const stopping = new AbortController()
  const work: Work = { ...options, routes: routesOf(handlers), signal: stopping.signal }
  const topics = [...new Set(handlers.map((handler) => handler.topic))]
  const onBatch = async (events: BusEvent[]) => {
    await applyBatch(work, events)
    work.committed?.()
  }
  const subscription = await bus.subscribe({ group: work.group, topics, from: work.from, restMs: work.restMs, onBatch })
  return {
    caughtUp: () => subscription.caughtUp(),
    lag: () => bus.lag(work.group, topics),
    stop() {
      stopping.abort()
      return subscription.stop()
    },
  }
}

type Work = Omit<ConsumerOptions, 'bus' | 'handlers'> & { routes: Routes; signal: AbortSignal }

async function applyBatch(work: Work, events: BusEvent[]): Promise<void> {
  const mine = events.filter(({ type, headers }) => work.routes.has(type) || headers.undecodable !== undefined)
  if (mine.length === 0) return
  try {
    await inTx(work.pool, (tx) => applyNew(tx, work.group, work.routes, mine))
    countApplied(work.group, mine)
  } catch (error) {
    work.log.warn({ group: work.group, ...reasonOf(error) }, 'batch failed, applying its events one by one')
    for (const event of mine) await applyPatiently(work, event)
  }
}

async function applyPatiently(work: Work, event: BusEvent): Promise<void> {
  const { pool, group, routes, log, signal } = work
  const backoff = createBackoff(50, 1_000)
  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) throw new Error('consumer is stopping')
    try {
      await inTx(pool, (tx) => applyNew(tx, group, routes, [event]))
      return countApplied(group, [event])
    } catch (error) {
      await throwIfOutage(pool, error)
      if (attempt === MAX_ATTEMPTS) {
        log.error({ group, event: event.id, type: event.type, ...reasonOf(error) }, 'event became a dead letter')
        return inTx(pool, (tx) => bury(tx, group, event, String(error), attempt))
      }
      await pause(backoff.next(), signal)
    }
  }
}

// Lost the race for a lock, or the server is short of something or going down: no fault of the event.
const NOT_THE_EVENT = /^(08|53|55P03|57P|40001|40P01|25006)/

/**
 * Tells a fault of the event from an outage, which has no bound of attempts. The driver gives lost connections no code,
 * so the database itself is asked whether it answers.
 */
async function throwIfOutage(pool: Pool, error: unknown): Promise<void> {
  if (NOT_THE_EVENT.test(String((error as { code?: unknown } | null)?.code ?? ''))) throw error
  await one(pool, sql`select 1`)
}
