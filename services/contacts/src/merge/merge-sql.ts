import type { Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { pageOf, type ListDefinition } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Tx } from '@vitrylo/pg'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import type { CounterpartyMerge } from '@vitrylo/proto/vitrylo/contacts/v1/merge.ts'
import { scope } from '../counterparty/counterparty-sql.ts'
import type { Moved } from './references.ts'

/** So long a merge can be taken back; then the copies of both records are forgotten. */
export const UNDO_DAYS = 30

export type Snapshot = { survivor: Counterparty; merged: Counterparty; after: Counterparty; moved: Moved[] }

export type MergeRow = {
  id: string
  survivor_id: string
  merged_id: string
  merged_name: string
  actor: string
  created_at: Date
  undone_at: Date | null
  snapshot: { survivor: unknown; merged: unknown; after: unknown; moved: Moved[] } | null
}

const columns = sql`m.id, m.survivor_id, m.merged_id, m.merged_name, m.actor, m.created_at, m.undone_at`

export const toMerge = (row: MergeRow): CounterpartyMerge => ({
  id: row.id,
  survivorId: row.survivor_id,
  mergedId: row.merged_id,
  mergedName: row.merged_name,
  actorId: row.actor,
  createTime: row.created_at,
  expireTime: new Date(row.created_at.getTime() + UNDO_DAYS * 86_400_000),
  undoTime: row.undone_at ?? undefined,
})

export const snapshotOf = ({ snapshot }: MergeRow): Snapshot | undefined =>
  snapshot === null
    ? undefined
    : {
        survivor: Counterparty.fromJSON(snapshot.survivor),
        merged: Counterparty.fromJSON(snapshot.merged),
        after: Counterparty.fromJSON(snapshot.after),
        moved: snapshot.moved,
      }

export async function insertMerge(tx: Tx, id: string, { survivor, merged, after, moved }: Snapshot, actor: string, now: Date): Promise<MergeRow> {
  const snapshot = JSON.stringify({ survivor: Counterparty.toJSON(survivor), merged: Counterparty.toJSON(merged), after: Counterparty.toJSON(after), moved })
  const row = await one<MergeRow>(
    tx,
    sql`insert into counterparty_merge as m (id, survivor_id, merged_id, merged_name, actor, created_at, snapshot)
        values (${id}, ${survivor.id}, ${merged.id}, ${merged.displayName}, ${actor}, ${now}, ${snapshot}::jsonb) returning ${columns}, m.snapshot`,
  )
  return row!
}

/** The merge by which a counterparty is gone, if it is. */
export const mergeOf = (db: Db, mergedId: string): Promise<MergeRow | undefined> =>
  one<MergeRow>(db, sql`select ${columns}, m.snapshot from counterparty_merge m where m.merged_id = ${mergedId} and m.undone_at is null`)

/** Who may see where it went may see it. */
const visible = (caller: Caller, action: string) =>
  sql`exists (select from counterparty c where c.id = coalesce((select a.survivor_id from party_alias a where a.merged_id = m.survivor_id), m.survivor_id)
        and ${scope(caller, action)})`

export async function getMerge(db: Db, caller: Caller, action: string, id: string): Promise<MergeRow> {
  const row = await one<MergeRow>(db, sql`select ${columns}, m.snapshot from counterparty_merge m where m.id = ${id} and ${visible(caller, action)}`)
  if (row === undefined) throw notFound('counterparty-merge', id)
  return row
}

const list: ListDefinition = {
  id: sql`m.id`,
  fields: {},
  orders: { createTime: { column: sql`m.created_at`, type: 'timestamptz' } },
  defaultOrder: 'createTime desc',
}

export async function listMerges(db: Db, caller: Caller, request: { counterpartyId: string; pageSize: number; pageToken: string }) {
  const { counterpartyId, pageSize, pageToken } = request
  const page = pageOf(list, { pageSize, pageToken, filter: '', orderBy: '', bound: counterpartyId })
  const found = await many<MergeRow & { page_key: string }>(
    db,
    sql`select ${columns}, ${page.pageKey} as page_key from counterparty_merge m
        where m.survivor_id = ${counterpartyId} and ${visible(caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return page.finish(found)
}

export const endMerge = (tx: Tx, id: string, now: Date): Promise<MergeRow | undefined> =>
  one<MergeRow>(tx, sql`update counterparty_merge m set undone_at = ${now}, snapshot = null where m.id = ${id} returning ${columns}, m.snapshot`)

/** Forgets the copies that nobody may use any more. */
export const forgetSnapshots = (db: Db, now: Date) =>
  exec(
    db,
    sql`update counterparty_merge set snapshot = null
        where snapshot is not null and created_at < ${now}::timestamptz - make_interval(days => ${UNDO_DAYS})`,
  )

/**
 * Entries follow what they were told of first, wherever that is to be found now. One that stands on both timelines (a
 * person with a place in both) stays where it is: nobody reads the timeline of a merged one.
 */
export async function followEntries(tx: Tx, mergedId: string): Promise<void> {
  await exec(
    tx,
    sql`with recursive
          below as (
            select ${mergedId}::uuid as id
            union select m.merged_id from below b join counterparty_merge m on m.survivor_id = b.id and m.undone_at is null
          ),
          target as (select b.id, coalesce(a.survivor_id, b.id) as living from below b left join party_alias a on a.merged_id = b.id)
        update timeline t set counterparty_id = target.living, origin_id = nullif(target.id, target.living)
        from target
        where ((t.counterparty_id = target.id and t.origin_id is null) or t.origin_id = target.id)
          and t.counterparty_id <> target.living
          and not exists (select from timeline o where o.id = t.id and o.counterparty_id = target.living)`,
  )
}
