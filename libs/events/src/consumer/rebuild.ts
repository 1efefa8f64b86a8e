import { exec, inTx, one, sql } from '@vitrylo/pg'
import type { Pool, Tx } from '@vitrylo/pg'
import type { Bus } from '../bus.ts'
import type { Log } from '../log.ts'
import { startConsumer } from './consumer.ts'
import { turnOf } from './inbox.ts'
import type { Handler } from './on.ts'

/** Tables that are made of events alone. */
export type Projection = {
  name: string
  /** All that write it, and nothing else: no handler that publishes. An event that comes again must change nothing. */
  handlers: readonly Handler[]
  clear(tx: Tx): Promise<unknown>
}

export type Rebuilt = { events: number; deadLetters: number }

type Options = {
  pool: Pool
  bus: Bus
  /** The consumer that keeps the projection in daily life. It waits meanwhile, on all replicas. */
  group: string
  projection: Projection
  /** Only what the bus took then or later is applied once more, and nothing is cleared before. */
  since?: Date
  log: Log
}

const PATIENCE = '60s'

/**
 * Makes a projection anew from the log: cleared, then every event from the first to the last, in order per key. The log
 * is read as a group of its own, so the place of `group` stays. What breaks off begins anew at the next call.
 */
export async function rebuild(options: Options): Promise<Rebuilt> {
  const session = await options.pool.connect()
  try {
    await session.query(`set statement_timeout = '${PATIENCE}'`)
    await exec(session, sql`select pg_advisory_lock(${turnOf(options.group)})`)
    return await rebuildAlone(options)
  } finally {
    session.release(true) // with it the lock
  }
}

async function rebuildAlone({ pool, bus, group, projection, since, log }: Options): Promise<Rebuilt> {
  const reader = `${group}.rebuild.${projection.name}`
  const { handlers } = projection
  await bus.forget(reader) // of a rebuild that broke off
  await inTx(pool, async (tx) => {
    await exec(tx, sql`delete from inbox where consumer = ${reader}`)
    await exec(tx, sql`delete from dead_letter where consumer = ${reader}`)
    if (since === undefined) await projection.clear(tx)
  })
  const consumer = await startConsumer({ pool, bus, group: reader, handlers, log, from: since ?? 'beginning' })
  try {
    await consumer.caughtUp()
  } finally {
    await consumer.stop()
  }
  const rebuilt = await inTx(pool, (tx) => handOver(tx, reader, group, handlers))
  await bus.forget(reader)
  return rebuilt
}

/** Letters of the group that came again are done, or are letters still. */
async function handOver(tx: Tx, reader: string, group: string, handlers: readonly Handler[]): Promise<Rebuilt> {
  const types = handlers.flatMap((handler) => handler.types)
  await exec(tx, sql`
    delete from dead_letter d where d.consumer = ${group} and d.type = any(${types}::text[])
      and exists (select from inbox i where i.consumer = ${reader} and i.event_id = d.event_id)`)
  const { rowCount } = await exec(tx, sql`update dead_letter set consumer = ${group} where consumer = ${reader}`)
  const read = await one<{ events: number }>(tx, sql`select count(*) as events from inbox where consumer = ${reader}`)
  await exec(tx, sql`delete from inbox where consumer = ${reader}`)
  return { events: read?.events ?? 0, deadLetters: rowCount ?? 0 }
}
