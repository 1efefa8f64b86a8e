import { exec, many, sql } from '@vitrylo/pg'
import type { Sql, Tx } from '@vitrylo/pg'
import type { BusEvent } from '../event.ts'
import { processing } from '../trace.ts'
import type { Routes } from './on.ts'

/** Held shared by every batch until its commit, and alone by a rebuild: batches wait for its end. */
export const turnOf = (consumer: string): Sql => sql`hashtextextended(${`vitrylo.consumer.${consumer}`}, 0)`

/** Marks events as applied by this consumer and gives the ids of those that were not yet. */
async function claim(tx: Tx, consumer: string, events: readonly BusEvent[]): Promise<Set<string>> {
  const rows = await many<{ event_id: string }>(tx, sql`
    with turn as materialized (select pg_advisory_xact_lock_shared(${turnOf(consumer)}))
    insert into inbox (consumer, event_id)
    select ${consumer}, e.id from turn, unnest(${events.map((event) => event.id)}::uuid[]) as e (id)
    on conflict do nothing returning event_id`)
  return new Set(rows.map((row) => row.event_id))
}

/** Applies what is new, in order, in the given transaction. */
export async function applyNew(tx: Tx, consumer: string, routes: Routes, events: readonly BusEvent[]): Promise<void> {
  const fresh = await claim(tx, consumer, events)
  await apply(tx, routes, events.filter((event) => fresh.delete(event.id))) // delete: a batch may hold an event twice
}

/** Events that stand together and have the same handlers go to them together. */
export async function apply(tx: Tx, routes: Routes, events: readonly BusEvent[]): Promise<void> {
  for (let start = 0, end: number; start < events.length; start = end) {
    const handlers = routes.get(events[start]!.type) ?? []
    for (end = start + 1; end < events.length && routes.get(events[end]!.type) === handlers; ) end++
    const run = events.slice(start, end)
    const unreadable = run.find(({ headers }) => headers.undecodable)
    if (unreadable !== undefined) throw new Error(unreadable.headers.undecodable)
    await processing(run, async () => {
      for (const handler of handlers) await handler.handle(tx, run)
    })
  }
}

/** Puts an event aside, once, and marks it as done with, so that it does not come back by redelivery. */
export async function bury(tx: Tx, consumer: string, event: BusEvent, error: string, attempts: number): Promise<void> {
  await claim(tx, consumer, [event])
  await exec(tx, sql`
    insert into dead_letter (consumer, event_id, topic, key, type, time, revision, data, headers, error, attempts)
    values (${consumer}, ${event.id}, ${event.topic}, ${event.key}, ${event.type}, ${event.time}, ${event.revision},
      ${JSON.stringify(event.data)}, ${JSON.stringify(event.headers)}, ${error}, ${attempts})
    on conflict (consumer, event_id) do nothing`)
}
