import { scopeOf, type Caller, type Cell } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import { GroupGrantsChangedEvent } from '@vitrylo/proto/events.ts'
import { Scope, type Grant } from '@vitrylo/proto/vitrylo/directory/v1/grant.ts'
import type { Group } from '@vitrylo/proto/vitrylo/directory/v1/group.ts'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import { fromWord } from '@vitrylo/proto/words.ts'
import { newId } from '@vitrylo/service'
import { explained } from '../constraints.ts'
import { endInvitations } from '../employee/employee-sql.ts'
import { fieldLimitsOf } from './field-limit-sql.ts'

type Row = {
  id: string
  group_id: string
  section: string
  action: string
  scope: string
  deny_scope: string | null
  from_at: Date | null
  until_at: Date | null
}

const columns = sql`r.id, r.group_id, r.section, r.action, r.scope, r.deny_scope, r.from_at, r.until_at`

const fromRow = (row: Row): Grant => ({
  id: row.id,
  groupId: row.group_id,
  section: row.section,
  action: fromWord(Action, row.action),
  scope: fromWord(Scope, row.scope),
  denyScope: row.deny_scope === null ? undefined : fromWord(Scope, row.deny_scope),
  fromTime: row.from_at ?? undefined,
  untilTime: row.until_at ?? undefined,
})

const scope = (caller: Caller, action: string) =>
  scopeOf(caller, 'rights', action, { branch: sql`null::uuid`, owner: sql`null::uuid` })

const list: ListDefinition = {
  id: sql`r.id`,
  fields: {
    groupId: { column: sql`r.group_id`, type: 'uuid' },
    section: { column: sql`r.section`, type: 'text' },
    action: { column: sql`r.action`, type: 'text' },
    scope: { column: sql`r.scope`, type: 'text' },
  },
  orders: { section: { column: sql`r.section`, type: 'text' } },
  defaultOrder: 'section',
}

export async function getGrant(db: Db, caller: Caller, action: string, id: string): Promise<Grant> {
  const row = await one<Row>(db, sql`select ${columns} from group_grant r where r.id = ${id} and ${scope(caller, action)}`)
  if (row === undefined) throw notFound('grant', id)
  return fromRow(row)
}

export async function listGrants(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from group_grant r
        where ${scope(asker.caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { grants: rows.map(fromRow), nextPageToken }
}

export async function grantsOf(tx: Db, groupId: string): Promise<Grant[]> {
  const rows = await many<Row>(tx, sql`select ${columns} from group_grant r where r.group_id = ${groupId} order by section, action, id`)
  return rows.map(fromRow)
}

export async function insertGrants(tx: Tx, groupId: string, cells: readonly Cell[]): Promise<Grant[]> {
  const rows = await explained(
    many<Row>(
      tx,
      sql`insert into group_grant as r (id, group_id, section, action, scope, deny_scope, from_at, until_at)
          select * from unnest(${cells.map(newId)}::uuid[], ${cells.map(() => groupId)}::uuid[],
            ${cells.map(({ section }) => section)}::text[], ${cells.map(({ action }) => action)}::text[],
            ${cells.map(({ scope: reach }) => reach)}::text[], ${cells.map(({ denyScope }) => denyScope ?? null)}::text[],
            ${cells.map(({ from }) => from ?? null)}::timestamptz[], ${cells.map(({ until }) => until ?? null)}::timestamptz[])
          returning ${columns}`,
    ),
  )
  return rows.map(fromRow)
}

export const deleteGrant = (tx: Tx, id: string) => exec(tx, sql`delete from group_grant where id = ${id}`)
export const deleteGrantsOf = (tx: Tx, groupId: string) => exec(tx, sql`delete from group_grant where group_id = ${groupId}`)

/** Tells every service what the group gives now, and what it takes away of fields. */
export async function publishGrants(tx: Tx, group: Group, removed = false): Promise<Grant[]> {
  const grants = removed ? [] : await grantsOf(tx, group.id)
  const fieldLimits = removed ? [] : await fieldLimitsOf(tx, group.id)
  const data = { groupId: group.id, groupName: group.name, cells: grants, fieldLimits, requestsPerMinute: removed ? 0 : group.requestsPerMinute, bulkReadsPerHour: removed ? 0 : group.bulkReadsPerHour }
  const revision = Number(group.etag) + (removed ? 1 : 0)
  const bears = sql`(b.groups @> array[${group.name}]::text[] or b.id = ${group.employeeId ?? null}::uuid)`
  await endInvitations(tx, sql`exists (select from employee b where ${bears} and (b.id = e.id or b.substitutes @> jsonb_build_array(jsonb_build_object('employeeId', e.id))))`)
  await appendOutbox(tx, [{ type: GroupGrantsChangedEvent, key: group.id, revision, data }])
  return grants
}
