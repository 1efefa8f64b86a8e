import { exec, inTx, one, sql } from '@vitrylo/pg'
import type { Pool, Tx } from '@vitrylo/pg'
import type { BusEvent } from '../event.ts'
import { apply } from './inbox.ts'
import { routesOf } from './on.ts'
import type { Handler, Routes } from './on.ts'

export type Replayed = { applied: number; failed: number }

type Row = Omit<BusEvent, 'id'> & { id: number; event_id: string }

/** `group` where several consumers of one database handle the same types; `id` for one letter. */
type Which = { group?: string; id?: number }

/**
 * Applies dead letters again, oldest first, each in its own transaction: done ones disappear, the others stay with
 * their new error. What came after them in their key was applied long ago: handlers compare revisions.
 */
export async function replayDeadLetters(pool: Pool, handlers: readonly Handler[], which: Which = {}): Promise<Replayed> {
  const routes = routesOf(handlers)
  const result: Replayed = { applied: 0, failed: 0 }
  for (let after = 0; ; ) {
    const step = await inTx(pool, (tx) => replayNext(tx, routes, after, which))
    if (step === undefined) return result
    result[step.outcome]++
    after = step.id
  }
}

async function replayNext(tx: Tx, routes: Routes, after: number, { group, id: only }: Which) {
  const row = await one<Row>(tx, sql`
    select id, event_id, topic, key, type, time, revision, data, headers
    from dead_letter
    where id > ${after} and type = any(${[...routes.keys()]}::text[]) and discarded_at is null
      and consumer = coalesce(${group ?? null}, consumer) and id = coalesce(${only ?? null}, id)
    order by id limit 1 for update skip locked`)
  if (row === undefined) return undefined
  const { id, event_id, ...event } = row
  await tx.query('savepoint replay')
  try {
    await apply(tx, routes, [{ ...event, id: event_id }])
  } catch (error) {
    await tx.query('rollback to savepoint replay')
    await exec(tx, sql`
      update dead_letter set error = ${String(error)}, attempts = attempts + 1, failed_at = now() where id = ${id}`)
    return { id, outcome: 'failed' as const }
  }
  await exec(tx, sql`delete from dead_letter where id = ${id}`)
  return { id, outcome: 'applied' as const }
}
