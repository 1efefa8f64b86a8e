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

async function tellCall(id: string, counterpartyId: string) {
  const call = await get<Call>(`calls/${id}`)
  if (!call.counterpartyId) await post<Call>(`calls/${id}:setCounterparty`, { counterpartyId })
}

async function tellOpportunity(id: string, counterpartyId: string) {
  const opportunity = await get<Opportunity>(`opportunities/${id}`)
  if (!opportunity.counterpartyId) await patch<Opportunity>(`opportunities/${id}?updateMask=counterpartyId`, { counterpartyId }, opportunity.etag)
}

/** A client who was found for a request belongs to its call and its opportunity too, where those have none. */
export async function tellLinked({ callId, opportunityId }: Request, counterpartyId: string, can: Can) {
  if (callId && can('calls', 'change')) await ifInReach(tellCall(callId, counterpartyId))
  if (opportunityId && can('opportunities', 'change')) await ifInReach(tellOpportunity(opportunityId, counterpartyId))
}
