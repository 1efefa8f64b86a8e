import type { Caller } from '@vitrylo/auth'
import { AppError, etagMismatch, notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { Relation, RelationKind } from '@vitrylo/proto/vitrylo/contacts/v1/relation.ts'
import type { ListRelationsRequest } from '@vitrylo/proto/vitrylo/contacts/v1/relation_service.ts'
import { livingId, remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'
import { actorOf, scope } from '../counterparty/counterparty-sql.ts'
import { told } from '../timeline/publish.ts'
import { relationChanged, relationCreated, relationDeleted } from './relation-events.ts'
import { chartWord } from './relation-kind-sql.ts'
import { endScope, fromRelationRow, relationColumns, seenRelations, type RelationRow } from './relation-row.ts'

export const relationList: ListDefinition = {
  id: sql`r.id`,
  fields: {
    kindId: { column: sql`r.kind_id`, type: 'uuid', reference: 'relation-kinds' },
    fromId: { column: sql`r.from_id`, type: 'uuid', reference: 'counterparties' },
    toId: { column: sql`r.to_id`, type: 'uuid', reference: 'counterparties' },
    startDate: { column: sql`r.start_on`, type: 'date', nullable: true },
    endDate: { column: sql`r.end_on`, type: 'date', nullable: true },
    createTime: { column: sql`r.created_at`, type: 'time' },
  },
  orders: {
    createTime: { column: sql`r.created_at`, type: 'timestamptz' },
    startDate: { column: sql`coalesce(r.start_on, '-infinity'::date)`, type: 'date' },
  },
  defaultOrder: 'createTime desc',
}

export async function getRelation(db: Db, caller: Caller, id: string): Promise<Relation> {
  const row = await one<RelationRow>(db, sql`select ${relationColumns} from ${seenRelations(caller)} where r.id = ${id}`)
  if (row === undefined) throw notFound('relation', id)
  return fromRelationRow(row)
}

export async function listRelations(pool: Pool, asker: Asker, { counterpartyId, ...request }: ListRelationsRequest) {
  const page = pageOf(relationList, { ...request, bound: counterpartyId }, asker)
  const of = counterpartyId === '' ? undefined : livingId(counterpartyId)
  // Two indexes are read side by side in the order of the page: with an `or` all relations of a hub would be sorted for fifty.
  const relations = of && sql`(select * from relation where from_id = ${of} union all select * from relation where to_id = ${of})`
  const { rows, nextPageToken } = await page.read<RelationRow>(
    pool,
    sql`select ${relationColumns}, ${page.pageKey} as page_key from ${seenRelations(asker.caller, relations)}
        where ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { relations: rows.map(fromRelationRow), nextPageToken }
}

/** The ends that the caller sees, with their names; waits for a merge that has begun, and keeps one that would leave the relation behind. */
export async function lockEnds(tx: Tx, caller: Caller, ids: readonly string[]): Promise<Map<string, { name: string; mayChange: boolean }>> {
  const rows = await many<{ id: string; name: string; may_change: boolean }>(
    tx,
    sql`select c.id, c.display_name as name, coalesce(${scope(caller, 'change')}, false) as may_change from counterparty c
        where c.id = any(${ids}::uuid[]) and c.deleted_at is null and ${scope(caller, 'view')} order by c.id for key share of c`,
  )
  return new Map(rows.map(({ id, name, may_change: mayChange }) => [id, { name, mayChange }]))
}

/** A relation belongs to both ends: who may change one of them and sees the other may change it. */
export async function lockRelation(tx: Tx, caller: Caller, id: string, etag: string): Promise<Relation> {
  const known = await getRelation(tx, caller, id)
  // Before the relation itself, in the order in which a merge locks.
  await many(tx, sql`select c.id from counterparty c where c.id = any(${[known.fromId, known.toId]}::uuid[]) order by c.id for key share of c`)
  const row = await one<RelationRow & { may_change: boolean | null }>(
    tx,
    sql`select ${relationColumns}, (${endScope(caller, 'change', sql`f`)} or ${endScope(caller, 'change', sql`t`)}) as may_change
        from ${seenRelations(caller)} where r.id = ${id} for update of r`,
  )
  if (row === undefined) throw notFound('relation', id)
  if (row.may_change !== true) throw beyondReach()
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('relation', id)
  return remembered(fromRelationRow(row))
}

export const beyondReach = (): AppError =>
  new AppError('PERMISSION_DENIED', 'SCOPE_EXCEEDED', 'your right to change reaches neither end of the relation', { section: 'counterparties', action: 'change' })

export async function insertRelation(tx: Tx, given: Relation, kind: RelationKind, caller: Caller, now: Date): Promise<Relation> {
  const saved = { ...given, etag: '1', createTime: now, updateTime: now, fromRemoved: false, toRemoved: false }
  const actor = actorOf(caller)
  await explained(
    exec(
      tx,
      sql`with ${told([relationCreated({ relation: saved, kind, caller, now })])}
          insert into relation (id, kind_id, chart, mutual, from_id, to_id, start_on, end_on, note, revision, created_at, created_by, updated_at, updated_by)
          values (${saved.id}, ${saved.kindId}, ${chartWord(kind.chart)}, ${kind.symmetric}, ${saved.fromId}, ${saved.toId}, ${saved.startDate || null}::date,
            ${saved.endDate || null}::date, ${saved.note}, 1, ${now}, ${actor}, ${now}, ${actor})`,
    ),
  )
  return saved
}

/** Saves a change of a relation that is locked. */
export async function updateRelation(tx: Tx, next: Relation, changed: string[], kind: RelationKind, caller: Caller, now: Date): Promise<Relation> {
  const saved = { ...next, etag: String(Number(next.etag) + 1), updateTime: now }
  await explained(
    exec(
      tx,
      sql`with ${told([relationChanged({ relation: saved, kind, caller, now }, changed)])}
          update relation set start_on = ${saved.startDate || null}::date, end_on = ${saved.endDate || null}::date, note = ${saved.note},
            revision = revision + 1, updated_at = ${now}, updated_by = ${actorOf(caller)} where id = ${saved.id}`,
    ),
  )
  return saved
}

export async function deleteRelation(tx: Tx, gone: Relation, kind: RelationKind, caller: Caller, now: Date): Promise<void> {
  await exec(tx, sql`with ${told([relationDeleted({ relation: gone, kind, caller, now })])} delete from relation where id = ${gone.id}`)
}
