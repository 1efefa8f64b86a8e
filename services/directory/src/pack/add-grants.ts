import type { Cell } from '@vitrylo/auth'
import { one, sql, type Tx } from '@vitrylo/pg'
import { newId } from '@vitrylo/service'
import { keepingAdministrable } from '../group/administrable.ts'
import { insertGrants, publishGrants } from '../group/grant-sql.ts'
import { groupById, insertGroup, updateGroup } from '../group/group-sql.ts'
import { assertCellsExist } from '../group/sections.ts'
import type { PackGroup } from './pack-files.ts'

/** A group with the rights that it lacks; told to every service. */
export async function addGrants(tx: Tx, { name, title }: PackGroup, cells: Cell[], now: Date): Promise<{ id: string; cells: Cell[] }> {
  assertCellsExist(cells, (index) => `grants[${index}].`)
  const known = await one<{ id: string }>(tx, sql`select id from user_group where name = ${name} and employee_id is null for update`)
  const fresh = { id: newId(), etag: '', createTime: undefined, updateTime: undefined, name, title, memberCount: 0, employeeId: undefined, requestsPerMinute: 0, bulkReadsPerHour: 0 }
  const group = known === undefined ? await insertGroup(tx, fresh, now) : await groupById(tx, known.id)
  await insertGrants(tx, group.id, cells)
  await publishGrants(tx, known === undefined ? group : await updateGroup(tx, group, now))
  return { id: group.id, cells }
}

/** Takes rights back that were added; others that the group has stay. */
export async function takeGrants(tx: Tx, id: string, cells: readonly Cell[], now: Date): Promise<void> {
  const known = await one<{ id: string }>(tx, sql`select id from user_group where id = ${id} for update`)
  if (known === undefined || cells.length === 0) return
  const column = (of: (cell: Cell) => string) => cells.map(of)
  await keepingAdministrable(tx, () =>
    tx.query(
      `delete from group_grant r using unnest($2::text[], $3::text[], $4::text[]) as c (section, action, scope)
       where r.group_id = $1 and r.section = c.section and r.action = c.action and r.scope = c.scope and r.deny_scope is null and r.from_at is null and r.until_at is null`,
      [id, column(({ section }) => section), column(({ action }) => action), column(({ scope }) => scope)],
    ),
  )
  await publishGrants(tx, await updateGroup(tx, await groupById(tx, id), now))
}
