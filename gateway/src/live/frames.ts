import { fromJson, toJson, type JsonObject } from '@bufbuild/protobuf'
import type { Contract } from '@vitrylo/proto/contract.ts'
import type { Logger } from 'pino'
import type { LiveEvent } from './live-event-sql.ts'

/** An event as its reader gets it; empty when it cannot be shown. */
export type FrameOf = (event: LiveEvent) => string

/**
 * Events carry full enum names and leave zeros out; REST has words and all fields. The change is made when the first
 * reader is shown the event, and once for all readers: a bulk import makes events by the thousand that nobody watches.
 */
export function createFrames({ events, registry }: Contract, log: Logger): FrameOf {
  const messages = new Map(events.map(({ type, message }) => [type, message]))
  const frames = new WeakMap<LiveEvent, string>()

  function build({ seq, type, payload }: LiveEvent): string {
    const message = messages.get(type)
    if (message === undefined) return ''
    try {
      const event = JSON.parse(payload) as { data: JsonObject }
      const data = fromJson(message, event.data, { registry, ignoreUnknownFields: true })
      const text = JSON.stringify({ ...event, data: toJson(message, data, { registry, alwaysEmitImplicit: true }) })
      return `id: ${seq}\nevent: ${type}\ndata: ${text}\n\n`
    } catch (error) {
      log.warn({ type, seq, why: (error as Error).name }, 'a live event does not fit the contract and is not shown')
      return ''
    }
  }

  return (event) => {
    let frame = frames.get(event)
    if (frame === undefined) frames.set(event, (frame = build(event)))
    return frame
  }
}
