import { on, type EventType, type Handler } from '@vitrylo/events'
import { RequestChangedEvent, RequestClosedEvent, RequestRegisteredEvent, RequestReopenedEvent } from '@vitrylo/proto/events.ts'
import type { Request } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { linkRequest } from '../journal/correct-call.ts'

/** A call knows the request that was made of it, or the one that it turned out to be about. */
const link = (type: EventType<{ request: Request | undefined }>): Handler =>
  on(type, async (tx, { request }, { revision }) => {
    if (request?.callId) await linkRequest(tx, request.callId, { toldBy: request.id, revision, requestId: request.sameAsId ?? request.id })
  })

export const requestHandlers: Handler[] = [RequestRegisteredEvent, RequestChangedEvent, RequestClosedEvent, RequestReopenedEvent].map(link)
