import { fromJson, toJson, type JsonObject } from '@bufbuild/protobuf'
import type { Limits } from '@vitrylo/auth'
import type { Contract } from '@vitrylo/proto/contract.ts'
import { trimmedJson } from '@vitrylo/service'
import type { Logger } from 'pino'
import type { LiveEvent } from './live-event-sql.ts'

/** An event as a reader with these limits of fields gets it; empty when it cannot be shown. */
export type FrameOf = (event: LiveEvent, limits: Limits | undefined) => string

/**
 * Events carry full enum names and leave zeros out; REST has words and all fields. The change is made when the first
 * reader is shown the event, and once for all readers with the same limits: a bulk import makes events by the thousand that nobody watches.
 */
export function createFrames({ events, registry }: Contract, log: Logger): FrameOf {
  const messages = new Map(events.map(({ type, message }) => [type, message]))
  const frames = new WeakMap<LiveEvent, Map<string, string>>()

  function build({ seq, type, payload }: LiveEvent, limits: Limits | undefined): string {
    const message = messages.get(type)
    if (message === undefined) return ''
    try {
      const event = JSON.parse(payload) as { data: JsonObject }
      const shown = limits === undefined ? event.data : trimmedJson(limits, type, event.data)
      const data = fromJson(message, shown, { registry, ignoreUnknownFields: true })
      const text = JSON.stringify({ ...event, data: toJson(message, data, { registry, alwaysEmitImplicit: true }) })
      return `id: ${seq}\nevent: ${type}\ndata: ${text}\n\n`
    } catch (error) {
      log.warn({ type, seq, why: (error as Error).name }, 'a live event does not fit the contract and is not shown')
      return ''
    }
  }

  return (event, limits) => {
    const key = limits?.key ?? ''
    let known = frames.get(event)
    if (known === undefined) frames.set(event, (known = new Map()))
    let frame = known.get(key)
    if (frame === undefined) known.set(key, (frame = build(event, limits)))
    return frame
  }
}
