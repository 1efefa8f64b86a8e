import { assertReaches, sees, type Caller } from '@vitrylo/auth'
import { invalid } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import { OpportunityCreatedEvent } from '@vitrylo/proto/events.ts'
import { OpportunityState, type Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { newId, timeZoneOf, type Call, type Deps } from '@vitrylo/service'
import { findPipeline, isArchived, PIPELINE_ARCHIVED } from '../pipeline/pipeline-sql.ts'
import { exactMoney } from './money.ts'
import { insertOpportunities, publish } from './opportunity-sql.ts'
import { assertFacts, settleOpportunity } from './references.ts'
import { holdStage } from './stage-sql.ts'
import { insertStays } from './stay-sql.ts'

/**
 * Adds an opportunity; what is not said: the default pipeline, its first stage, the caller as owner, the owner's branch. Who makes one of a
 * request has often only taken the call: then whoever answers for the client leads it, where the caller may add one for them.
 */
export async function createOpportunity(tx: Tx, deps: Deps, given: Opportunity, { caller, now }: Call): Promise<Opportunity> {
  const client = await assertFacts(tx, deps, caller, given)
  const responsible = given.requestId === undefined ? undefined : client?.responsibleId
  const leads = responsible !== undefined && mayAddFor(responsible, deps, caller)
  // A machine is nobody: then the responsible employee of the client leads it.
  const ownerId = given.ownerId ?? (leads ? responsible : caller.employeeId ?? client?.responsibleId)
  if (ownerId === undefined) throw invalid([{ field: 'ownerId', rule: 'required', description: 'say who leads it' }])
  const branchId = given.branchId ?? deps.rights.data().employees.get(ownerId)?.branchId ?? client?.branchId
  assertReaches(caller, 'opportunities', 'create', { branchId, ownerId })
  const pipeline = await findPipeline(tx, given.pipelineId)
  if (pipeline === undefined) throw invalid([{ field: 'pipelineId', rule: 'reference', description: 'no such pipeline' }])
  const stage = await holdStage(tx, pipeline.id, given.stageId)
  // Held first and read then: whoever archived it meanwhile has been waited for.
  if (await isArchived(tx, pipeline.id)) throw invalid([{ field: 'pipelineId', rule: 'archived', description: PIPELINE_ARCHIVED }])
  if (stage === undefined) throw invalid([{ field: 'stageId', rule: 'reference', description: 'the pipeline has no such stage' }])
  const complete = {
    ...given,
    id: newId(),
    etag: '1',
    amount: exactMoney(given.amount),
    pipelineId: pipeline.id,
    stageId: stage.id,
    state: OpportunityState.OPEN,
    ownerId,
    branchId,
    lostReason: '',
    openTime: now,
    stageEnterTime: now,
    closeTime: undefined,
  }
  const { record: opportunity, violations } = await settleOpportunity(deps, tx, caller, complete)
  if (violations.length > 0) throw invalid(violations)
  const [saved] = await insertOpportunities(tx, { ...deps.rights.data(), zone: timeZoneOf(deps.env) }, [opportunity], now)
  await insertStays(tx, [{ opportunityId: saved!.id, stageId: stage.id, state: OpportunityState.OPEN, enterTime: now }], caller.employeeId)
  return publish(tx, { type: OpportunityCreatedEvent, more: { stageName: stage.name } }, saved!, caller.employeeId)
}

function mayAddFor(ownerId: string, { rights }: Deps, caller: Caller): boolean {
  const employee = rights.data().employees.get(ownerId)
  return employee !== undefined && !employee.disabled && sees(caller, 'opportunities', { branchId: employee.branchId, ownerId }, 'create')
}
