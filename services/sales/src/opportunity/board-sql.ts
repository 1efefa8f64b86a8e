import { listRows, parseFilter, type Asker } from '@vitrylo/lists'
import { sql, type Pool } from '@vitrylo/pg'
import { OpportunityState } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import type { Board, BoardColumn } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_service.ts'
import type { Pipeline } from '@vitrylo/proto/vitrylo/sales/v1/pipeline.ts'
import { columns, fromRow, listFor, scope, type OpportunityRow } from './opportunity-sql.ts'
import { totalOf } from './money.ts'

/** Opportunities of one stage (open), or of one decided state, in one currency. */
export type BoardGroup = { stage_id: string | null; state: string; currency: string | null; amount: string | null; count: number; over_limit: number }

const CARDS = 20
const DECIDED_DAYS = 30

/** Two statements whatever the number of stages: sums by stage, and the first cards of each. */
export async function getBoard(pool: Pool, asker: Asker, pipeline: Pipeline, filter: string, cards: number): Promise<Board> {
  const seen = sql`${scope(asker.caller, 'view')} and ${parseFilter(filter, listFor(asker.caller), asker)}`
  const { now } = asker
  const since = new Date(now.getTime() - DECIDED_DAYS * 86_400_000)
  const groups = await listRows<BoardGroup>(
    pool,
    { filter },
    sql`select o.stage_id, o.state, o.currency, sum(o.amount) as amount, count(*) as count,
          count(*) filter (where s.stay_limit_days > 0 and o.stage_entered_at < ${now}::timestamptz - make_interval(days => s.stay_limit_days)) as over_limit
        from stage s join opportunity o on o.stage_id = s.id and o.state = 'open'
        where s.pipeline_id = ${pipeline.id} and ${seen} group by o.stage_id, o.state, o.currency
        union all
        select null, o.state, o.currency, sum(o.amount), count(*), 0 from opportunity o
        where o.pipeline_id = ${pipeline.id} and o.state in ('won', 'lost') and o.closed_at >= ${since} and ${seen}
        group by o.state, o.currency`,
  )
  const first = await listRows<OpportunityRow>(
    pool,
    { filter },
    sql`select c.* from stage s cross join lateral (
          select ${columns} from opportunity o where o.stage_id = s.id and o.state = 'open' and ${seen}
          order by o.stage_entered_at, o.id limit ${cards || CARDS}
        ) c where s.pipeline_id = ${pipeline.id} order by c.stage_entered_at, c.id`,
  )
  return boardOf(pipeline, groups, first)
}

/** Lays groups and cards into the columns: the stages in their order, then won, then lost. */
export function boardOf(pipeline: Pipeline, groups: readonly BoardGroup[], cards: readonly OpportunityRow[]): Board {
  const column = (stageId: string, state: OpportunityState, percent: number, own: readonly BoardGroup[]): BoardColumn => ({
    stageId,
    state,
    count: BigInt(own.reduce((sum, { count }) => sum + count, 0)),
    amounts: totalOf(own),
    weightedAmounts: totalOf(own.map((group) => ({ ...group, percent }))),
    overLimit: BigInt(own.reduce((sum, { over_limit: over }) => sum + over, 0)),
    opportunities: cards.filter((card) => card.stage_id === stageId).map(fromRow),
  })
  const decided = (word: string) => groups.filter(({ stage_id: stage, state }) => stage === null && state === word)
  return {
    pipelineId: pipeline.id,
    columns: [
      ...pipeline.stages.map(({ id, probability }) =>
        column(id!, OpportunityState.OPEN, probability, groups.filter(({ stage_id: stage }) => stage === id)),
      ),
      column('', OpportunityState.WON, 100, decided('won')),
      column('', OpportunityState.LOST, 0, decided('lost')),
    ],
  }
}
