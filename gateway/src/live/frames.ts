import { fromJson, toJson, type JsonObject } from '@bufbuild/protobuf'
import type { Limits } from '@vitrylo/auth'
import type { Contract } from '@vitrylo/proto/contract.ts'
import type { RightsData } from '@vitrylo/auth'
import { trimmedJson, unwatched, watchedSections, type watchedBy } from '@vitrylo/service'
import type { Logger } from 'pino'
import type { LiveEvent } from './live-event-sql.ts'

/** An event as a reader with these limits of fields gets it; empty when it cannot be shown. */
export type FrameOf = (event: LiveEvent, limits: Limits | undefined) => string

type Watching = { log: Logger; rights: { data(): RightsData }; watched?: ReturnType<typeof watchedBy> }

/**
 * Events carry full enum names and leave zeros out; REST has words and all fields. The change is made when the first
 * reader is shown the event, and once for all readers with the same limits: a bulk import makes events by the thousand that nobody watches.
 */
export function createFrames({ events, registry }: Contract, { log, rights, watched }: Watching): FrameOf {
  const messages = new Map(events.map(({ type, message }) => [type, message]))
  const frames = new WeakMap<LiveEvent, Map<string, string>>()

  function build({ seq, type, payload }: LiveEvent, limits: Limits | undefined): string {
    const message = messages.get(type)
    if (message === undefined) return ''
    try {
      const event = JSON.parse(payload) as { data: JsonObject }
      const within = limits === undefined ? event.data : trimmedJson(limits, type, event.data)
      // Fields whose reading is recorded go to nobody with an event: who wants them asks for the record, and has an entry.
      const marked = watchedSections(rights.data(), watched)
      const shown = marked === undefined ? within : unwatched(type, within, marked)
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
