import { assertReaches } from '@vitrylo/auth'
import { overlaid } from '@vitrylo/custom'
import { invalid, notFound } from '@vitrylo/errors'
import { exportTable } from '@vitrylo/imports'
import type { Tx } from '@vitrylo/pg'
import { OpportunityChangedEvent, OpportunityDeletedEvent } from '@vitrylo/proto/events.ts'
import type { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import type { OpportunityServiceServer } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_service.ts'
import { applyMask, withAccess, type Call, type Deps, type Handlers } from '@vitrylo/service'
import { opportunityTable } from '../opportunity/opportunity-table.ts'
import { getBoard } from '../opportunity/board-sql.ts'
import { createOpportunity } from '../opportunity/create-opportunity.ts'
import { exactMoney, wrongMoney } from '../opportunity/money.ts'
import {
  deleteOpportunity,
  getOpportunity,
  listOpportunities,
  lockOpportunity,
  publish,
  updateOpportunity,
} from '../opportunity/opportunity-sql.ts'
import { lose, move, reopen, win, type Decision } from '../opportunity/opportunity.ts'
import { assertFacts, awaitReferences, settleOpportunity } from '../opportunity/references.ts'
import { holdStage } from '../opportunity/stage-sql.ts'
import { changeStay, staysOf } from '../opportunity/stay-sql.ts'
import { findPipeline } from '../pipeline/pipeline-sql.ts'
import type { KnownStage } from '../pipeline/stages.ts'

const WRITABLE = [
  'title', 'counterpartyId', 'contactPersonId', 'amount', 'expectedCloseDate', 'ownerId', 'branchId', 'source', 'requestId',
  'nextStep', 'nextStepDate', 'note', 'externalId', 'product', 'custom',
] as const

export function opportunityService(deps: Deps): Handlers<OpportunityServiceServer> {
  const { pool } = deps
  const table = opportunityTable(pool)
  return {
    getOpportunity: async ({ id }, { caller }) => {
      const opportunity = await getOpportunity(pool, caller, id)
      return withAccess(pool, caller, 'opportunities', opportunity.ownerId, opportunity)
    },
    listOpportunities: (request, call) => listOpportunities(pool, call, request),
    exportOpportunities: (request, call) => exportTable(deps, table, request, call),
    createOpportunity: async ({ opportunity }, call) => {
      await awaitReferences(deps, opportunity!, call)
      return call.transact((tx) => createOpportunity(tx, deps, opportunity!, call))
    },
    updateOpportunity: async ({ opportunity, updateMask }, call) => {
      await awaitReferences(deps, opportunity!, call)
      return call.transact((tx) => update(tx, deps, opportunity!, updateMask, call))
    },
    deleteOpportunity: ({ id, etag }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockOpportunity(tx, caller, 'delete', id, etag)
        await deleteOpportunity(tx, current, now)
        await publish(tx, { type: OpportunityDeletedEvent }, { ...current, etag: String(Number(current.etag) + 1) }, caller.employeeId)
        return {}
      }),
    moveOpportunity: ({ stageId, ...which }, call) =>
      decide(call, which, async (current, tx) => {
        const to = await holdStage(tx, current.pipelineId!, stageId)
        if (to === undefined) throw invalid([{ field: 'stageId', rule: 'reference', description: 'the pipeline has no such stage' }])
        return move(current, await stageOf(tx, current), to, call.now)
      }),
    winOpportunity: (which, call) => decide(call, which, (current) => win(current, call.now)),
    loseOpportunity: ({ reason, ...which }, call) => decide(call, which, (current) => lose(current, reason, call.now)),
    reopenOpportunity: (which, call) => decide(call, which, async (current, tx) => reopen(current, await stageOf(tx, current), call.now)),
    listStageStays: async ({ opportunityId }, { caller }) => {
      await getOpportunity(pool, caller, opportunityId)
      return { stays: await staysOf(pool, opportunityId) }
    },
    getBoard: async ({ pipelineId, filter, cards }, call) => {
      const pipeline = await findPipeline(pool, pipelineId)
      if (pipeline === undefined) throw notFound('pipeline', pipelineId ?? 'default')
      return getBoard(pool, call, pipeline, filter, cards)
    },
  }
}

async function update(tx: Tx, deps: Deps, given: Opportunity, mask: string[] | undefined, { caller, now }: Call): Promise<Opportunity> {
  const current = await lockOpportunity(tx, caller, 'change', given.id, given.etag)
  const wanted = { ...given, custom: overlaid(current.custom, given.custom) }
  const change = wrongMoney(given.amount).length > 0 ? wanted : { ...wanted, amount: exactMoney(given.amount) }
  const { next, changed } = applyMask(current, change, mask, WRITABLE)
  if (changed.length === 0) return current
  const empty = (['ownerId', 'branchId'] as const).filter((field) => next[field] === undefined)
  if (empty.length > 0) throw invalid(empty.map((field) => ({ field, rule: 'required', description: 'cannot be empty' })))
  await assertFacts(tx, deps, caller, Object.fromEntries(changed.map((field) => [field, next[field as keyof Opportunity]])))
  const { record, violations } = await settleOpportunity(deps, tx, caller, next, current.custom)
  if (violations.length > 0) throw invalid(violations)
  if (changed.includes('ownerId') || changed.includes('branchId')) assertReaches(caller, 'opportunities', 'change', next, current)
  return publish(tx, { type: OpportunityChangedEvent, more: { changedFields: changed } }, await updateOpportunity(tx, record, now), caller.employeeId)
}

type Which = { id: string; etag: string }
type Judge = (current: Opportunity, tx: Tx) => Decision | Promise<Decision>

/** A change of stage or state: lock, decide, save with the history and tell, all or nothing. */
function decide({ caller, now, transact }: Call, { id, etag }: Which, judge: Judge): Promise<Opportunity> {
  return transact(async (tx) => {
    const { next, told } = await judge(await lockOpportunity(tx, caller, 'change', id, etag), tx)
    if (told === undefined) return next
    await changeStay(tx, next, caller.employeeId)
    return publish(tx, told, await updateOpportunity(tx, next, now), caller.employeeId)
  })
}

/** Where it stands. Only of a decided one may the stage have been taken out meanwhile: opened again it begins at the first. */
async function stageOf(tx: Tx, { pipelineId, stageId }: Opportunity): Promise<KnownStage> {
  return (await holdStage(tx, pipelineId!, stageId)) ?? (await holdStage(tx, pipelineId!, undefined))!
}
