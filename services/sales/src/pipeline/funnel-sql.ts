import type { Caller } from '@vitrylo/auth'
import { many, sql, type Db } from '@vitrylo/pg'
import type { Pipeline } from '@vitrylo/proto/vitrylo/sales/v1/pipeline.ts'
import type { Funnel, GetFunnelRequest } from '@vitrylo/proto/vitrylo/sales/v1/pipeline_service.ts'
import { scope } from '../opportunity/opportunity-sql.ts'
import { funnelOf, type FunnelGroup, type MeanStay } from './funnel.ts'

/** The funnel of the opportunities that were opened in a time and that the caller may see. */
export async function getFunnel(db: Db, caller: Caller, pipeline: Pipeline, request: GetFunnelRequest): Promise<Funnel> {
  const { fromTime, toTime, branchId, ownerId } = request
  const conditions = [
    sql`o.pipeline_id = ${pipeline.id}`,
    scope(caller, 'view'),
    fromTime === undefined ? sql`true` : sql`o.opened_at >= ${fromTime}`,
    toTime === undefined ? sql`true` : sql`o.opened_at < ${toTime}`,
    branchId === undefined ? sql`true` : sql`o.branch_id = ${branchId}`,
    ownerId === undefined ? sql`true` : sql`o.owner_id = ${ownerId}`,
  ]
  const asked = sql.join(conditions, ' and ')
  const [groups, stays] = await Promise.all([
    many<FunnelGroup>(
      db,
      sql`select coalesce(r.reached, 0) as reached, r.state, r.stage_id, r.currency, count(*) as count, sum(r.amount) as amount,
            coalesce(sum(extract(epoch from r.closed_at - r.opened_at)), 0)::float8 as seconds
          from (
            select max(s.position) as reached, o.state, o.stage_id, o.currency, o.amount, o.closed_at, o.opened_at
            from opportunity o join stay y on y.opportunity_id = o.id join stage s on s.id = y.stage_id
            where ${asked} group by o.id
          ) r group by r.reached, r.state, r.stage_id, r.currency`,
    ),
    many<MeanStay>(
      db,
      sql`select y.stage_id, avg(extract(epoch from y.left_at - y.entered_at))::float8 as seconds
          from opportunity o join stay y on y.opportunity_id = o.id
          where ${asked} and y.state = 'open' and y.left_at is not null group by y.stage_id`,
    ),
  ])
  return funnelOf(pipeline, groups, stays)
}
