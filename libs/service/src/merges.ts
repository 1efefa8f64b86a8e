import { on, type Handler } from '@vitrylo/events'
import { exec, many, sql, type MigrationSet, type Sql, type Tx } from '@vitrylo/pg'
import { CounterpartyMergedEvent, CounterpartyMergeUndoneEvent } from '@vitrylo/proto/events.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'

/** Tables and trigger functions for services whose records belong to counterparties. */
export const mergeMigrations: MigrationSet = { dir: new URL('../merge-migrations/', import.meta.url), table: 'migrations_merges' }

export type PartyMerge = { mergeId: string; survivorId: string; mergedId: string; undone: boolean }

export type CounterpartyState = { counterparty: Counterparty; revision: number }

const stateOf = (counterparty: Counterparty): CounterpartyState => ({ counterparty, revision: Number(counterparty.etag) })

/**
 * A service's copy of both counterparties and all its records of them, in the transaction of the event: nobody ever
 * finds both, or one between them. `save` keeps states in the copy, `table` has the records.
 */
export function mergeHandlers(save: (tx: Tx, states: CounterpartyState[]) => Promise<unknown>, table: string): Handler[] {
  return [
    on(CounterpartyMergedEvent, async (tx, { mergeId, survivor, merged }) => {
      await save(tx, [stateOf(survivor!), stateOf(merged!)])
      await followMerge(tx, { mergeId, survivorId: survivor!.id, mergedId: merged!.id, undone: false }, [table])
    }),
    on(CounterpartyMergeUndoneEvent, async (tx, { mergeId, survivor, restored }) => {
      await save(tx, [stateOf(survivor!), stateOf(restored!)])
      await followMerge(tx, { mergeId, survivorId: survivor!.id, mergedId: restored!.id, undone: true }, [table])
    }),
  ]
}

/** The id under which a counterparty is to be found now: its own, or that of the one it was merged into. */
export const livingId = (id: string): Sql =>
  sql`coalesce((select a.survivor_id from party_alias a where a.merged_id = ${id}::uuid), ${id}::uuid)`

/**
 * Points the rows of `tables` where they belong after a merge or its undo. What a row was told to belong to first is kept
 * in origin_id, so that the outcome is the same in whatever order merges of several counterparties come, and however often.
 */
export async function followMerge(tx: Tx, { mergeId, survivorId, mergedId, undone }: PartyMerge, tables: readonly string[]): Promise<void> {
  // One at a time: of two at once neither would see the other, and a chain of them would end in its middle.
  await exec(tx, sql`select pg_advisory_xact_lock(hashtextextended('party_merge', 60))`)
  await exec(
    tx,
    sql`insert into party_merge as m (id, survivor_id, merged_id, undone) values (${mergeId}, ${survivorId}, ${mergedId}, ${undone})
        on conflict (id) do update set undone = m.undone or excluded.undone`,
  )
  const ids = (await many<{ id: string }>(tx, below(mergedId))).map(({ id }) => id)
  // Rows that are just being written for any of them, as the trigger follow_party found its way before.
  await exec(tx, sql`select pg_advisory_xact_lock(hashtextextended(i.id::text, 60)) from (select id from unnest(${ids}::uuid[]) id order by id) i`)
  await refreshAliases(tx, ids)
  await exec(tx, sql`select set_config('vitrylo.following', 'yes', true)`)
  for (const table of tables) await repoint(tx, sql([table]), ids)
  await exec(tx, sql`select set_config('vitrylo.following', 'no', true)`)
}

const below = (id: string): Sql =>
  sql`with recursive below as (
        select ${id}::uuid as id
        union select m.merged_id from below b join party_merge m on m.survivor_id = b.id and not m.undone
      ) select id from below`

async function refreshAliases(tx: Tx, ids: readonly string[]): Promise<void> {
  await exec(tx, sql`delete from party_alias where merged_id = any(${ids}::uuid[])`)
  await exec(
    tx,
    sql`with recursive way as (
          select m.merged_id, m.survivor_id, 1 as steps from party_merge m where m.merged_id = any(${ids}::uuid[]) and not m.undone
          union all
          select w.merged_id, m.survivor_id, w.steps + 1 from way w join party_merge m on m.merged_id = w.survivor_id and not m.undone
          where w.steps < 100
        )
        insert into party_alias (merged_id, survivor_id)
        select distinct on (merged_id) merged_id, survivor_id from way order by merged_id, steps desc
        on conflict (merged_id) do update set survivor_id = excluded.survivor_id`,
  )
}

const repoint = (tx: Tx, table: Sql, ids: readonly string[]) =>
  exec(
    tx,
    sql`with target as (
          select i.id, coalesce(a.survivor_id, i.id) as living
          from unnest(${ids}::uuid[]) as i (id) left join party_alias a on a.merged_id = i.id
        )
        update ${table} t set counterparty_id = target.living, origin_id = nullif(target.id, target.living)
        from target
        where ((t.counterparty_id = target.id and t.origin_id is null) or t.origin_id = target.id)
          and t.counterparty_id is distinct from target.living`,
  )
