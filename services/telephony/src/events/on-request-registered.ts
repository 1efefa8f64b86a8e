import { on, type Handler } from '@vitrylo/events'
import { RequestRegisteredEvent } from '@vitrylo/proto/events.ts'
import { linkRequest } from '../journal/correct-call.ts'

/** A call knows the request that was made of it. */
export const requestHandlers: Handler[] = [
  on(RequestRegisteredEvent, async (tx, { request }) => {
    if (request?.callId) await linkRequest(tx, request.callId, request.id)
  }),
]
