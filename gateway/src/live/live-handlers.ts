import { fromJson, toJson, type JsonObject } from '@bufbuild/protobuf'
import type { BusEvent, Handler } from '@vitrylo/events'
import type { Contract, EventDesc } from '@vitrylo/proto/contract.ts'
import { appendLiveEvent } from './live-event-sql.ts'

/** How far back a browser may go on from. */
export const RETENTION_MS = 86_400_000

/** Takes every event that browsers may be shown into the gateway's own table, in the words of REST. */
export function liveHandlers({ events, registry }: Contract, now: () => number): Handler[] {
  const payloadOf = ({ message }: EventDesc, event: BusEvent): string => {
    // Events carry full enum names and leave zeros out; REST has words and all fields.
    const data = fromJson(message, event.data as JsonObject, { registry, ignoreUnknownFields: true })
    const { id, type, time, key } = event
    return JSON.stringify({ id, type, time, key, data: toJson(message, data, { registry, alwaysEmitImplicit: true }) })
  }
  return events
    .filter(({ live }) => live)
    .map((desc) => ({
      topic: desc.topic,
      type: desc.type,
      async handle(tx, event) {
        // A new installation reads its topics from the beginning: nobody waits for last week's calls.
        if (event.headers.quiet !== undefined || Date.parse(event.time) < now() - RETENTION_MS) return
        const { section = desc.section, branch = null, owner = null, recipients } = event.headers
        await appendLiveEvent(tx, {
          id: event.id,
          type: event.type,
          section,
          branchId: branch,
          ownerId: owner,
          recipients: recipients === undefined || recipients === '' ? null : recipients.split(','),
          payload: payloadOf(desc, event),
        })
      },
    }))
}
