import type { Caller } from '@vitrylo/auth'
import { scopeOf } from '@vitrylo/auth'
import { invalid, notFound } from '@vitrylo/errors'
import { pageOf, type ListDefinition } from '@vitrylo/lists'
import { many, one, sql, type Db, type Sql } from '@vitrylo/pg'
import type { ListTimelineRequest } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { livingId } from '@vitrylo/service'
import { endScope } from '../relation/relation-row.ts'
import type { TimelineEntry } from '@vitrylo/proto/vitrylo/contacts/v1/timeline.ts'

/** Sections that have entries here. */
export const SECTIONS = ['counterparties', 'contact-persons', 'relations', 'interactions', 'opportunities', 'requests', 'calls'] as const

/** Of these the entries are our own, and stay when those of other services are told anew. */
export const OWN_SECTIONS = ['counterparties', 'contact-persons', 'relations', 'interactions'] as const

/** An entry of our own making: who may read it is decided by the counterparty, for interactions by their own branch and owner, for relations by both ends. */
export type OwnEntry = {
  id: string
  counterpartyId: string
  at: Date
  kind: string
  section: (typeof OWN_SECTIONS)[number]
  recordId?: string
  actorId: string
  branchId?: string | undefined
  ownerId?: string | undefined
  data: Record<string, string>
}

/** Puts our own entries on the timelines. A statement that saves records takes it along: `with told as (…)`. */
export function ownEntries(entries: readonly OwnEntry[]): Sql {
  const rows = entries.map((e) => ({
    id: e.id, counterparty_id: e.counterpartyId, at: e.at, kind: e.kind, section: e.section, record_id: e.recordId ?? null,
    actor_id: e.actorId || null, branch_id: e.branchId ?? null, owner_id: e.ownerId ?? null, data: e.data,
  }))
  return sql`insert into timeline (id, counterparty_id, at, kind, section, record_id, actor_id, branch_id, owner_id, data)
        select id, counterparty_id, at, kind, section, record_id, actor_id, branch_id, owner_id, data
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, counterparty_id uuid, at timestamptz, kind text,
          section text, record_id uuid, actor_id uuid, branch_id uuid, owner_id uuid, data jsonb)
        on conflict (id, counterparty_id) do update set at = excluded.at, branch_id = excluded.branch_id, owner_id = excluded.owner_id, data = excluded.data`
}

export type EntryRow = {
  id: string
  at: Date | string
  kind: string
  section: string
  record_id: string | null
  actor_id: string | null
  data: Record<string, string>
}

export const entryColumns = (caller: Caller): Sql => sql`t.id, t.at, t.kind, t.section, t.record_id, t.actor_id, ${dataFor(caller)} as data`

/** The request in which the work goes on is named to those who see that one; a merge that was taken back says so. */
const dataFor = (caller: Caller): Sql =>
  sql`case when t.kind = 'counterparty-merged' and exists (select from counterparty_merge m where m.id = (t.data ->> 'mergeId')::uuid and m.undone_at is not null)
      then t.data || '{"undone": "true"}' when t.data ? 'sameAs' and not exists (
        select from related_record k where k.section = 'requests' and k.id = (t.data ->> 'sameAsId')::uuid
          and ${scopeOf(caller, 'requests', 'view', { branch: sql`k.branch_id`, owner: sql`k.owner_id`, record: sql`k.id` })})
      then t.data - 'sameAs' - 'sameAsId' else t.data end`

export const toEntry = (row: EntryRow): TimelineEntry => ({
  id: row.id,
  kind: row.kind,
  time: new Date(row.at),
  section: row.section,
  recordId: row.record_id ?? '',
  actorId: row.actor_id ?? '',
  data: row.data,
})

type Rows = { section: Sql; branch: Sql; owner: Sql; record: Sql }

/**
 * What the caller may see in the sections: entries on the counterparty itself whenever they see it, those on a relation when
 * they see its other end too, others by their record.
 */
function sectionScope(caller: Caller, rows: Rows, counterparty: { branch: Sql; owner: Sql }): Sql {
  const parts = SECTIONS.map((section) => {
    if (section === 'counterparties') return sql`${rows.section} = 'counterparties'`
    if (section === 'relations') return sql`(${rows.section} = 'relations' and exists (select from counterparty e where e.id = ${followed(rows.record)} and ${endScope(caller, 'view', sql`e`)}))`
    const scope = scopeOf(caller, section, 'view', section === 'contact-persons' ? counterparty : rows)
    return sql`(${rows.section} = ${section} and ${scope})`
  })
  return sql`(${sql.join(parts, ' or ')})`
}

export const entryScope = (caller: Caller): Sql =>
  sectionScope(
    caller,
    { section: sql`t.section`, branch: sql`t.branch_id`, owner: sql`t.owner_id`, record: sql`t.record_id` },
    { branch: sql`c.branch_id`, owner: sql`c.responsible_id` },
  )

/** The other end may have been merged since. */
const followed = (id: Sql): Sql => sql`coalesce((select a.survivor_id from party_alias a where a.merged_id = ${id}), ${id})`

const list: ListDefinition = {
  id: sql`t.id`,
  fields: {},
  orders: { time: { column: sql`t.at`, type: 'timestamptz' } },
  defaultOrder: 'time desc',
}

export type TimelineQuestion = Pick<ListTimelineRequest, 'counterpartyId' | 'sections' | 'fromTime' | 'toTime' | 'kinds' | 'actorIds'>

/** The page after the entries that a card shows goes on where they end: both use these tokens, each for its own question. */
export function timelinePage({ counterpartyId, sections, fromTime, toTime, kinds, actorIds }: TimelineQuestion, pageSize: number, pageToken = '') {
  const bound = JSON.stringify([counterpartyId, [...sections].sort(), fromTime, toTime, [...kinds].sort(), [...actorIds].sort()])
  return pageOf(list, { pageSize, pageToken, filter: '', orderBy: '', bound })
}

export async function listTimeline(db: Db, caller: Caller, request: ListTimelineRequest) {
  const { counterpartyId, sections, fromTime, toTime, kinds, actorIds } = request
  const unknown = sections.findIndex((section) => !(SECTIONS as readonly string[]).includes(section))
  if (unknown >= 0) {
    throw invalid([{ field: `sections[${unknown}]`, rule: 'choice', description: `must be one of ${SECTIONS.join(', ')}` }])
  }
  const page = timelinePage(request, request.pageSize, request.pageToken)
  const conditions = [sql`c.id = ${livingId(counterpartyId)}`, counterpartyScope(caller, 'view'), entryScope(caller), page.where]
  if (sections.length > 0) conditions.push(sql`t.section = any(${sections}::text[])`)
  if (kinds.length > 0) conditions.push(sql`t.kind = any(${kinds}::text[])`)
  if (actorIds.length > 0) conditions.push(sql`t.actor_id = any(${actorIds}::uuid[])`)
  if (fromTime !== undefined) conditions.push(sql`t.at >= ${fromTime}`)
  if (toTime !== undefined) conditions.push(sql`t.at < ${toTime}`)
  const found = await many<EntryRow & { page_key: string }>(
    db,
    sql`select ${entryColumns(caller)}, ${page.pageKey} as page_key
        from counterparty c join timeline t on t.counterparty_id = c.id
        where ${sql.join(conditions, ' and ')} order by ${page.orderBy} limit ${page.limit}`,
  )
  if (found.length === 0) await assertReached(db, caller, 'view', counterpartyId)
  const { rows, nextPageToken } = page.finish(found)
  return { entries: rows.map(toEntry), nextPageToken }
}

const counterpartyScope = (caller: Caller, action: string): Sql =>
  scopeOf(caller, 'counterparties', action, { branch: sql`c.branch_id`, owner: sql`c.responsible_id`, record: sql`c.id` })

/** Refuses a counterparty that a right does not reach as one that is not there. */
export async function assertReached(db: Db, caller: Caller, action: string, id: string): Promise<void> {
  const row = await one(db, sql`select 1 as yes from counterparty c where c.id = ${livingId(id)} and ${counterpartyScope(caller, action)}`)
  if (row === undefined) throw notFound('counterparty', id)
}
