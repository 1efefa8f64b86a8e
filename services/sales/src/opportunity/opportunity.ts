import { AppError } from '@vitrylo/errors'
import type { EventType } from '@vitrylo/events'
import { OpportunityLostEvent, OpportunityMovedEvent, OpportunityReopenedEvent, OpportunityWonEvent } from '@vitrylo/proto/events.ts'
import { OpportunityState, type Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import type { KnownStage } from '../pipeline/stages.ts'

/** What to tell of a change beside the opportunity itself. */
export type Told = { type: EventType<any>; more?: object }

/** The next state and what to tell of it; nothing told means that a finished command was repeated. */
export type Decision = { next: Opportunity; told: Told | undefined }

const { OPEN, WON, LOST } = OpportunityState

const unchanged = (current: Opportunity): Decision => ({ next: current, told: undefined })

export function move(current: Opportunity, from: KnownStage, to: KnownStage, now: Date): Decision {
  assertState(current, OPEN)
  if (from.id === to.id) return unchanged(current)
  const next = { ...current, stageId: to.id, stageEnterTime: notBefore(current, now), probability: to.probability }
  return { next, told: { type: OpportunityMovedEvent, more: { fromStageName: from.name, toStageName: to.name } } }
}

export function win(current: Opportunity, now: Date): Decision {
  if (current.state === WON) return unchanged(current)
  assertState(current, OPEN)
  return { next: { ...current, state: WON, closeTime: notBefore(current, now), probability: 100 }, told: { type: OpportunityWonEvent } }
}

export function lose(current: Opportunity, lostReason: string, now: Date): Decision {
  if (current.state === LOST) return unchanged(current)
  assertState(current, OPEN)
  const next = { ...current, state: LOST, lostReason, closeTime: notBefore(current, now), probability: 0 }
  return { next, told: { type: OpportunityLostEvent } }
}

/** Open again at the stage where it was decided, or at the one that stands in for it; its stay there begins anew. */
export function reopen(current: Opportunity, stage: KnownStage, now: Date): Decision {
  if (current.state === OPEN) return unchanged(current)
  const stageEnterTime = notBefore(current, now)
  const next = { ...current, state: OPEN, stageId: stage.id, lostReason: '', closeTime: undefined, stageEnterTime, probability: stage.probability }
  return { next, told: { type: OpportunityReopenedEvent, more: { stageName: stage.name } } }
}

function assertState({ id, state }: Opportunity, wanted: OpportunityState): void {
  if (state === wanted) return
  const metadata = { id, state: state === WON ? 'won' : 'lost' }
  throw new AppError('FAILED_PRECONDITION', 'OPPORTUNITY_DECIDED', 'the opportunity is decided; open it again first', metadata)
}

// A call that waited for its turn is older than what the one before it wrote: no stay may end before it begins.
function notBefore({ stageEnterTime, closeTime }: Opportunity, now: Date): Date {
  return new Date(Math.max(now.getTime(), stageEnterTime?.getTime() ?? 0, closeTime?.getTime() ?? 0))
}
