import { one, sql, type Tx } from '@vitrylo/pg'
import type { KnownStage } from '../pipeline/stages.ts'

/**
 * A stage of a pipeline, held so that it cannot be taken out of it until the transaction ends. Without an id the first
 * one. One that has been taken out is not found.
 */
export function holdStage(tx: Tx, pipelineId: string, id: string | undefined): Promise<KnownStage | undefined> {
  const which = id === undefined ? sql`s.position = 1` : sql`s.id = ${id}`
  return one<KnownStage>(
    tx,
    sql`select s.id, s.name, s.probability, s.stay_limit_days as "stayLimitDays", s.hint from stage s
        where s.pipeline_id = ${pipelineId} and s.position is not null and ${which} for key share`,
  )
}
