import { on, type Handler } from '@vitrylo/events'
import { OpportunityCreatedEvent, RequestChangedEvent } from '@vitrylo/proto/events.ts'
import type { Deps } from '@vitrylo/service'
import { lockForEvent, publish, updateRequest } from '../request/request-sql.ts'

/** A request remembers the first opportunity that was made of it. */
export function onOpportunityCreated({ now }: Deps): Handler {
  return on(OpportunityCreatedEvent, async (tx, { opportunity, actorId }) => {
    if (opportunity?.requestId === undefined) return
    const current = await lockForEvent(tx, { id: opportunity.requestId })
    if (current === undefined || current.opportunityId !== '') return
    await publish(tx, RequestChangedEvent, await updateRequest(tx, { ...current, opportunityId: opportunity.id }, now()), actorId)
  })
}
