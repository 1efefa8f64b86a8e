import { AppError, invalid } from '@vitrylo/errors'
import type { Pipeline } from '@vitrylo/proto/vitrylo/sales/v1/pipeline.ts'
import type { PipelineServiceServer } from '@vitrylo/proto/vitrylo/sales/v1/pipeline_service.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import { getFunnel } from '../pipeline/funnel-sql.ts'
import { getPipeline, insertPipeline, listPipelines, lockPipeline, updatePipeline } from '../pipeline/pipeline-sql.ts'

const WRITABLE = ['name', 'stages', 'isDefault', 'lostReasons', 'archived'] as const

export function pipelineService({ pool }: Deps): Handlers<PipelineServiceServer> {
  return {
    getPipeline: ({ id }) => getPipeline(pool, id),
    listPipelines: (request, call) => listPipelines(pool, call, request),
    createPipeline: ({ pipeline }, { now, transact }) => {
      assertOneOf(pipeline!)
      return transact((tx) => insertPipeline(tx, { ...pipeline!, id: newId() }, now))
    },
    updatePipeline: ({ pipeline, updateMask }, { now, transact }) =>
      transact(async (tx) => {
        const current = await lockPipeline(tx, pipeline!.id, pipeline!.etag)
        const { next, changed } = applyMask(current, pipeline!, updateMask, WRITABLE)
        if (changed.length === 0) return current
        if (current.isDefault && !next.isDefault) {
          throw new AppError('FAILED_PRECONDITION', 'PIPELINE_DEFAULT', 'one pipeline is the default; make another one it', { id: current.id })
        }
        assertOneOf(next)
        return updatePipeline(tx, current, next, now)
      }),
    getFunnel: async (request, { caller }) => getFunnel(pool, caller, await getPipeline(pool, request.pipelineId), request),
  }
}

/** New opportunities go to the default pipeline, an archived one takes none. */
function assertOneOf({ isDefault, archived }: Pipeline): void {
  if (isDefault && archived) throw invalid([{ field: 'archived', rule: 'default', description: 'the default pipeline cannot be archived; make another one it first' }])
}
