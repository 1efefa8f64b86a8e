import { ApiError, get, patch, post } from '../api/client.ts'
import type { Can } from '../api/me.ts'
import type { Call, Opportunity, Request } from '../api/types.ts'

/** What the reader may not see or change is left as it is: the request itself has its client. */
async function ifInReach(work: Promise<unknown>) {
  try {
    await work
  } catch (error) {
    if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error
  }
}

/** `before`: whose the request was until now. A call that somebody has found another client for stays theirs. */
export async function tellCall(id: string, counterpartyId: string, before: string | undefined) {
  const call = await get<Call>(`calls/${id}`)
  if (!call.counterpartyId || call.counterpartyId === before) await post<Call>(`calls/${id}:setCounterparty`, { counterpartyId })
}

async function tellOpportunity(id: string, counterpartyId: string) {
  const opportunity = await get<Opportunity>(`opportunities/${id}`)
  if (!opportunity.counterpartyId) await patch<Opportunity>(`opportunities/${id}?updateMask=counterpartyId`, { counterpartyId }, opportunity.etag)
}

/** A client who was found for a request, or put right in it, belongs to its call too; to its opportunity, where that has none: what was agreed with the one before is not another's by itself. */
export async function tellLinked({ callId, opportunityId }: Request, counterpartyId: string, before: string | undefined, can: Can) {
  if (callId && can('calls', 'change')) await ifInReach(tellCall(callId, counterpartyId, before))
  if (opportunityId && can('opportunities', 'change')) await ifInReach(tellOpportunity(opportunityId, counterpartyId))
}

async function putRight(id: string, call: Call, before: string) {
  const request = await get<Request>(`requests/${id}`)
  if (request.callId !== call.id || request.counterpartyId !== before || request.state === 'closed') return
  await patch<Request>(`requests/${id}?updateMask=counterpartyId,contactPersonId`, { counterpartyId: call.counterpartyId, contactPersonId: call.contactPersonId || null }, request.etag)
}

/** The request of a call whose client was put right; one without a client hears of it from the call itself. */
export async function tellRequest(call: Call, before: string, can: Can) {
  if (before !== '' && call.requestId && can('requests', 'change')) await ifInReach(putRight(call.requestId, call, before))
}
