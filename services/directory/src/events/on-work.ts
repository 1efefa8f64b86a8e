import { on, type BusEvent, type EventType, type Handler } from '@vitrylo/events'
import type { Tx } from '@vitrylo/pg'
import { InteractionChangedEvent, InteractionRemindedEvent, OpportunityChangedEvent, OpportunityCreatedEvent, RequestAssignedEvent, RequestChangedEvent, RequestRegisteredEvent, RequestTakenEvent } from '@vitrylo/proto/events.ts'
import type { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import type { Request } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import type { Deps } from '@vitrylo/service'
import { moveNotices } from '../notification/notification-sql.ts'
import { createTellOwner, type TellOwner } from './tell-owner.ts'

/** What other services tell that an employee should know of. */
export function workHandlers(deps: Pick<Deps, 'rights' | 'now' | 'env'>): Handler[] {
  const tell = createTellOwner(deps)
  return [
    ...[RequestRegisteredEvent, RequestAssignedEvent].map((type) =>
      on(type as EventType<{ request: Request | undefined; actorId: string; batchId?: string }>, (tx, { request, actorId, batchId }, event) => tellOfRequest({ tell, tx, event }, request!, actorId, batchId)),
    ),
    on(OpportunityCreatedEvent, (tx, { opportunity, actorId }, event) => tellOfOpportunity(tell, tx, event, opportunity!, actorId)),
    on(OpportunityChangedEvent, async (tx, { opportunity, actorId, changedFields }, event) => {
      if (changedFields.some((field) => MOVES.has(field))) await moveNotices(tx, { section: 'opportunities', recordId: opportunity!.id, revision: event.revision }, opportunity!)
      if (changedFields.includes('ownerId')) await tellOfOpportunity(tell, tx, event, opportunity!, actorId)
    }),
    ...[RequestChangedEvent, RequestTakenEvent].map((type) =>
      on(type as EventType<{ request: Request | undefined }>, (tx, { request }, { revision }) => moveNotices(tx, { section: 'requests', recordId: request!.id, revision }, request!)),
    ),
    on(InteractionChangedEvent, async (tx, { interaction, changedFields }, { revision }) => {
      if (changedFields.some((field) => MOVES.has(field))) await moveNotices(tx, { section: 'interactions', recordId: interaction!.id, revision }, interaction!)
    }),
    on(InteractionRemindedEvent, (tx, { interaction }, event) => {
      const { id, subject, branchId, ownerId, startTime } = interaction!
      return tell(tx, event, ownerId, { kind: 'interaction-reminded', title: subject, section: 'interactions', recordId: id, branchId, dueAt: startTime })
    }),
  ]
}

const OLD_MS = 7 * 86_400_000

/** Fields by which a record goes out of somebody's reach. */
const MOVES: ReadonlySet<string> = new Set(['ownerId', 'branchId'])

/** Before the new owner is told: what others were told of it is not theirs any more. */
async function tellOfRequest({ tell, tx, event }: { tell: TellOwner; tx: Tx; event: BusEvent }, request: Request, actorId: string, batchId?: string): Promise<void> {
  const { id, subject, number, missedCall, branchId, ownerId, dueTime, receiveTime } = request
  await moveNotices(tx, { section: 'requests', recordId: id, revision: event.revision }, request)
  // Old ones are entered for the record: of those nobody is told when they are registered, only when they are handed on.
  const isOld = event.type === RequestRegisteredEvent.type && receiveTime !== undefined && receiveTime.getTime() < Date.parse(event.time) - OLD_MS
  if (isOld) return
  const counterpartyName = subject === '' ? request.counterpartyName : ''
  await tell(tx, event, ownerId, { kind: 'request-assigned', title: subject, number, missedCall, counterpartyName, section: 'requests', recordId: id, branchId, dueAt: dueTime, senderId: actorId || undefined }, batchId)
}

const tellOfOpportunity = (tell: TellOwner, tx: Tx, event: BusEvent, { id, title, branchId, ownerId }: Opportunity, actorId: string) =>
  tell(tx, event, ownerId, { kind: 'opportunity-assigned', title, section: 'opportunities', recordId: id, branchId, senderId: actorId || undefined })
