import type { OutgoingEvent } from '@vitrylo/events'
import {
  CallAnsweredEvent,
  CallCorrectedEvent,
  CallEndedEvent,
  CallHeldEvent,
  CallOfferedEvent,
  CallOfferEndedEvent,
  CallResumedEvent,
  CallStartedEvent,
} from '@vitrylo/proto/events.ts'
import type { Call as CallMessage, CallAgent } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import type { Fact } from '../call/changes.ts'
import { anonymousCall, type CallRow } from './call-message.ts'

/** The call as the employee whose phone rings may see it. */
export type ViewFor = (employeeId: string) => Promise<CallMessage>

/** What the world hears of a change of a call. Only who is rung hears whose call it is. */
export async function callEvents(row: CallRow, facts: readonly Fact[], clockOffsetMs: number, viewFor: ViewFor): Promise<OutgoingEvent[]> {
  const call = anonymousCall(row)
  const event = (type: OutgoingEvent['type'], data: object, recipients?: string[]): OutgoingEvent => ({
    type,
    key: row.id,
    revision: row.revision,
    data,
    branchId: row.branch_id,
    ownerId: row.owner_id ?? undefined,
    counterpartyId: row.counterparty_id ?? undefined,
    recipients,
  })
  const events: OutgoingEvent[] = []
  for (const fact of facts) {
    if (fact.type === 'started') events.push(event(CallStartedEvent, { call }))
    else if (fact.type === 'answered') events.push(event(CallAnsweredEvent, { call, agent: agentOf(row, fact.extension) }))
    else if (fact.type === 'held') events.push(event(CallHeldEvent, { call }))
    else if (fact.type === 'resumed') events.push(event(CallResumedEvent, { call }))
    else if (fact.type === 'ended') events.push(event(CallEndedEvent, { call }))
    else if (fact.type !== 'transferred') {
      const agent = agentOf(row, fact.extension)
      // An internal call is no business of a client's card; nobody is told of a phone without an owner.
      if (agent.employeeId === '' || row.facts.direction === 'internal') continue
      if (fact.type === 'offered') {
        const ringTime = new Date(offeredAt(row, fact.extension) - clockOffsetMs)
        events.push(event(CallOfferedEvent, { call: await viewFor(agent.employeeId), agent, ringTime }, [agent.employeeId]))
      } else events.push(event(CallOfferEndedEvent, { call, agent, outcome: fact.outcome }, [agent.employeeId]))
    }
  }
  return events
}

export function correction(row: CallRow): OutgoingEvent {
  return {
    type: CallCorrectedEvent,
    key: row.id,
    revision: row.revision,
    data: { call: anonymousCall(row) },
    branchId: row.branch_id,
    ownerId: row.owner_id ?? undefined,
    counterpartyId: row.counterparty_id ?? undefined,
  }
}

function agentOf({ facts }: CallRow, extension: string): CallAgent {
  const everybody = [...facts.offers, ...facts.agentsRung, facts.answeredBy, facts.ownerAgent, facts.initiator]
  const party = everybody.find((each) => each?.extension === extension)
  return { extension, employeeId: party?.employeeId ?? '' }
}

/** When an extension began to ring, by the clock of the exchange. */
export const offeredAt = ({ facts }: CallRow, extension: string): number =>
  facts.offers.find((offer) => offer.extension === extension)?.offeredAt ?? facts.startTime
