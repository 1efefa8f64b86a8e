import type { Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { many, sql, type Db } from '@vitrylo/pg'
import type { OrganisationChart } from '@vitrylo/proto/vitrylo/contacts/v1/relation.ts'
import { livingId } from '@vitrylo/service'
import { scope } from '../counterparty/counterparty-sql.ts'
import { holdsOn, otherEnd } from './relation-row.ts'

// So far the picture reaches from the one who was asked for; below one of the others only a count is given.
const ABOVE = 4
const BELOW = 2
const BESIDE = 20
const MOST = 200
const COUNTED = 1000

type Row = { id: string; parent_id: string | null; relation_id: string | null; display_name: string; child_count: number; more_above: boolean }

/**
 * The part of an organisation chart around a counterparty, in one statement. It goes from one that the caller sees to the
 * next: behind one that they do not see it ends, as if there were nobody. Whoever was asked for is in it however many
 * stand beside them. PostgreSQL makes no more rows of `tree`, which come level by level, than `shown` takes.
 */
export async function organisationChart(db: Db, caller: Caller, id: string, day: string): Promise<OrganisationChart> {
  const below = sql`relation r join counterparty e on e.id = r.to_id and ${otherEnd(caller)} where r.chart = 'organisation' and ${holdsOn(day)}`
  const rows = await many<Row>(
    db,
    sql`with recursive
          up as (
            select c.id, 0 as steps from counterparty c where c.id = ${livingId(id)} and ${scope(caller, 'view')}
            union all
            select e.id, u.steps + 1 from up u
              join relation r on r.to_id = u.id and r.chart = 'organisation' and ${holdsOn(day)}
              join counterparty e on e.id = r.from_id and ${otherEnd(caller)}
            where u.steps <= ${ABOVE}
          ),
          tree as (
            select u.id, null::uuid as parent_id, null::uuid as relation_id, 0 as level, case when u.steps = 0 then 0 end as below
            from up u where u.steps = (select max(steps) from up where steps <= ${ABOVE})
            union all
            select k.id, t.id, k.relation_id, t.level + 1, case when k.id = (select id from up where steps = 0) then 0 else t.below + 1 end
            from tree t cross join lateral (
              select e.id, r.id as relation_id from ${below} and r.from_id = t.id
              order by (e.id in (select id from up)) desc, e.display_name, e.id limit ${BESIDE}
            ) k
            where t.below < ${BELOW} or (t.below is null and t.id in (select id from up))
          ),
          shown as (select * from tree limit ${MOST})
        select s.id, s.parent_id, s.relation_id, c.display_name, n.child_count, (select max(steps) from up) > ${ABOVE} as more_above
        from shown s join counterparty c on c.id = s.id
          cross join lateral (select count(*)::int as child_count from (select from ${below} and r.from_id = s.id limit ${COUNTED}) k) n
        order by s.level, c.display_name, c.id`,
  )
  if (rows.length === 0) throw notFound('counterparty', id)
  return {
    nodes: rows.map((row) => ({
      id: row.id, parentId: row.parent_id ?? '', relationId: row.relation_id ?? '', displayName: row.display_name, childCount: row.child_count,
    })),
    hasMoreAbove: rows[0]!.more_above,
  }
}
