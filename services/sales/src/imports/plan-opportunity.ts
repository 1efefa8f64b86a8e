import { appendOutbox, type OutgoingEvent } from '@vitrylo/events'
import type { Tx } from '@vitrylo/pg'
import { OpportunityChangedEvent, OpportunityCreatedEvent, OpportunityLostEvent, OpportunityWonEvent } from '@vitrylo/proto/events.ts'
import { Opportunity, OpportunityState } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { fromWord } from '@vitrylo/proto/words.ts'
import { newId } from '@vitrylo/service'
import { eventOf, updateOpportunity } from '../opportunity/opportunity-sql.ts'
import { lose, move, reopen, win, type Decision } from '../opportunity/opportunity.ts'
import { changeStay, type Stay } from '../opportunity/stay-sql.ts'
import type { KnownStage } from '../pipeline/stages.ts'
import { FACTS } from './join-opportunity.ts'
import type { Found } from './look-up.ts'
import { differing } from './match-opportunity.ts'
import type { OpportunityRecord } from './parse-opportunity.ts'

const { OPEN, WON, LOST } = OpportunityState

/** An opportunity to be added, with its history and what to tell when it is saved. */
export type New = { opportunity: Opportunity; stays: Stay[]; tell(saved: Opportunity, actorId: string | undefined): OutgoingEvent[] }

/** Past days go into the history as they are: open from the one to the other, then decided. */
export function newFrom(record: OpportunityRecord, found: Found, place: { ownerId?: string; branchId?: string }, now: Date): New {
  const state = fromWord(OpportunityState, record.state || 'open')
  const stage = found.stage ?? defaultStage(found, state)
  const openTime = record.openTime ?? record.closeTime ?? now
  const closeTime = state === OPEN ? undefined : (record.closeTime ?? (openTime > now ? openTime : now))
  const { title, product, source, externalId, note, amount, expectedCloseDate, custom } = record
  const opportunity = Opportunity.fromPartial({
    id: newId(), title, product, source, externalId, note, amount, expectedCloseDate, custom, ...place,
    // As if it had been added and then decided: two revisions.
    etag: state === OPEN ? '1' : '2',
    counterpartyId: found.client?.id, pipelineId: found.pipeline.id, stageId: stage.id, state,
    lostReason: state === LOST ? record.lostReason : '', stageEnterTime: openTime, openTime, closeTime,
  })
  const stay = { opportunityId: opportunity.id, stageId: stage.id }
  const stays: Stay[] = [{ ...stay, state: OPEN, enterTime: openTime, leaveTime: closeTime }]
  if (closeTime !== undefined) stays.push({ ...stay, state, enterTime: closeTime })
  return {
    opportunity,
    stays,
    tell(saved, actorId) {
      const opened = { ...saved, etag: '1', state: OPEN, closeTime: undefined, lostReason: '', probability: stage.probability }
      const created = eventOf({ type: OpportunityCreatedEvent, more: { stageName: stage.name } }, opened, actorId, openTime)
      if (closeTime === undefined) return [created]
      return [created, eventOf({ type: state === WON ? OpportunityWonEvent : OpportunityLostEvent }, saved, actorId, closeTime)]
    },
  }
}

// Where nothing is said: what was won has come to the last stage, everything else is where it began.
const defaultStage = ({ pipeline: { stages } }: Found, state: OpportunityState): KnownStage =>
  (state === WON ? stages.at(-1) : stages[0]) as KnownStage

/** An opportunity that the file knows more of: `next` has its facts; `moves`: what of stage and state may follow the row. */
export type Change = { current: Opportunity; next: Opportunity; record: OpportunityRecord; found: Found; moves: { stage: boolean; state: boolean } }

/** Facts first, then the way to stage and state by the same rules as by hand; a row that says nothing new changes nothing. */
export async function saveChange(tx: Tx, { current, next: facts, record, found, moves }: Change, actorId: string | undefined, now: Date): Promise<Opportunity> {
  let at = await saveFacts(tx, current, facts, actorId, now)
  for (const step of stepsTo(record, found, moves, now)) {
    const { next, told } = step(at)
    if (told === undefined) continue
    await changeStay(tx, next, actorId)
    at = await updateOpportunity(tx, next, now)
    await appendOutbox(tx, [eventOf(told, at, actorId)])
  }
  return at
}

async function saveFacts(tx: Tx, current: Opportunity, next: Opportunity, actorId: string | undefined, now: Date): Promise<Opportunity> {
  const changedFields = differing(current, next, FACTS)
  if (changedFields.length === 0) return current
  const saved = await updateOpportunity(tx, next, now)
  await appendOutbox(tx, [eventOf({ type: OpportunityChangedEvent, more: { changedFields } }, saved, actorId)])
  return saved
}

/** A stage that is named is gone to only while the opportunity is open; a decided one of the same state stays as it is, and one of which the row says none. */
function stepsTo({ state, lostReason, closeTime }: OpportunityRecord, { pipeline, stage }: Found, moves: Change['moves'], now: Date): ((at: Opportunity) => Decision)[] {
  const wanted = state === '' || !moves.state ? undefined : fromWord(OpportunityState, state)
  const when = closeTime ?? now
  // Of a decided one the stage may have been taken out since.
  const stageOf = ({ stageId }: Opportunity) => (pipeline.stages.find(({ id }) => id === stageId) ?? pipeline.stages[0]) as KnownStage
  const stay = (at: Opportunity): Decision => ({ next: at, told: undefined })
  return [
    (at) => (wanted === undefined || at.state === wanted ? stay(at) : reopen(at, stageOf(at), when)),
    (at) => (at.state !== OPEN || stage === undefined || !moves.stage ? stay(at) : move(at, stageOf(at), stage, when)),
    (at) => (wanted === WON ? win(at, when) : wanted === LOST ? lose(at, lostReason, when) : stay(at)),
  ]
}
