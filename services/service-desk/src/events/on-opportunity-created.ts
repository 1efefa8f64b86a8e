import { callerOfEmployee, sees } from '@vitrylo/auth'
import { on, type Handler } from '@vitrylo/events'
import { OpportunityCreatedEvent, RequestChangedEvent } from '@vitrylo/proto/events.ts'
import type { Deps } from '@vitrylo/service'
import { lockForEvent, publish, updateRequest } from '../request/request-sql.ts'

/** A request remembers the first opportunity that was made of it, by somebody who may see the request (or by a machine). */
export function onOpportunityCreated({ now, rights }: Deps): Handler {
  return on(OpportunityCreatedEvent, async (tx, { opportunity, actorId }) => {
    if (opportunity?.requestId === undefined) return
    const current = await lockForEvent(tx, { id: opportunity.requestId })
    if (current === undefined || current.opportunityId !== '') return
    // Sales knows no requests: whose it is can be judged only here.
    const actor = callerOfEmployee(rights.data(), actorId)
    if (actorId !== '' && (actor === undefined || !sees(actor, 'requests', current))) return
    await publish(tx, RequestChangedEvent, await updateRequest(tx, { ...current, opportunityId: opportunity.id }, now()), actorId)
  })
}
