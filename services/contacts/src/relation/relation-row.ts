import { scopeOf, type Caller } from '@vitrylo/auth'
import { sql, type Sql } from '@vitrylo/pg'
import type { Relation } from '@vitrylo/proto/vitrylo/contacts/v1/relation.ts'

export type RelationRow = {
  id: string
  kind_id: string
  from_id: string
  to_id: string
  start_on: string | null
  end_on: string | null
  note: string
  revision: number
  created_at: Date
  updated_at: Date
  from_name: string
  to_name: string
  from_removed: boolean
  to_removed: boolean
}

export const relationColumns = sql`r.id, r.kind_id, r.from_id, r.to_id, r.start_on, r.end_on, r.note, r.revision, r.created_at, r.updated_at,
  f.display_name as from_name, t.display_name as to_name, f.deleted_at is not null as from_removed, t.deleted_at is not null as to_removed`

export const fromRelationRow = (row: RelationRow): Relation => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  kindId: row.kind_id,
  fromId: row.from_id,
  toId: row.to_id,
  startDate: row.start_on ?? '',
  endDate: row.end_on ?? '',
  note: row.note,
  fromName: row.from_name,
  toName: row.to_name,
  fromRemoved: row.from_removed,
  toRemoved: row.to_removed,
})

/** The right over a counterparty that stands in the statement under `alias`. */
export const endScope = (caller: Caller, action: string, alias: Sql): Sql =>
  scopeOf(caller, 'counterparties', action, { branch: sql`${alias}.branch_id`, owner: sql`${alias}.responsible_id`, record: sql`${alias}.id` })

/** The other end `e` of a relation, for who may see it: one that was removed stands in no picture and meets no filter. */
export const otherEnd = (caller: Caller): Sql => sql`e.deleted_at is null and ${endScope(caller, 'view', sql`e`)}`

/** Relations `r` with both ends `f` and `t`: whoever does not see one of them does not see the relation. */
export const seenRelations = (caller: Caller, relations: Sql = sql`relation`): Sql =>
  sql`${relations} r join counterparty f on f.id = r.from_id and ${endScope(caller, 'view', sql`f`)}
      join counterparty t on t.id = r.to_id and ${endScope(caller, 'view', sql`t`)}`

/** Whether relation `r` holds on a day. */
export const holdsOn = (day: string): Sql =>
  sql`(r.start_on is null or r.start_on <= ${day}::date) and (r.end_on is null or r.end_on >= ${day}::date)`
