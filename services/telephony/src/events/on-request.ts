import { on, type Handler } from '@vitrylo/events'
import { RequestClosedEvent, RequestRegisteredEvent, RequestReopenedEvent } from '@vitrylo/proto/events.ts'
import { linkRequest } from '../journal/correct-call.ts'

/** A call knows the request that was made of it, or the one that it turned out to be about. */
export const requestHandlers: Handler[] = [
  on(RequestRegisteredEvent, async (tx, { request }) => {
    if (request?.callId) await linkRequest(tx, request.callId, request.id)
  }),
  on(RequestClosedEvent, async (tx, { request }) => {
    if (request?.callId && request.sameAsId) await linkRequest(tx, request.callId, request.sameAsId)
  }),
  on(RequestReopenedEvent, async (tx, { request }) => {
    if (request?.callId) await linkRequest(tx, request.callId, request.id)
  }),
]
