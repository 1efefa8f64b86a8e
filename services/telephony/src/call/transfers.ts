import type { EventOf } from './events.ts'
import type { CallParts } from './grouping.ts'
import type { Leg } from './legs.ts'
import type { Transfer } from './model.ts'
import type { TalkSpan } from './talk.ts'

// A transfer's own event comes within milliseconds of the bridge it breaks.
const SAME_MOMENT_MS = 1_000

export function transfersOf(parts: CallParts, spans: readonly TalkSpan[]): Transfer[] {
  const events = parts.events.filter((event) => event.type === 'transfer.completed')
  const told = events.map((event) => toldTransfer(event, parts, spans))
  return [...told, ...redirects(parts, spans, told)].sort((a, b) => a.at - b.at)
}

function toldTransfer(event: EventOf<'transfer.completed'>, parts: CallParts, spans: readonly TalkSpan[]): Transfer {
  const by = parts.legByUid.get(event.leg)?.endpoint ?? ''
  const to = event.to || targetExtension(parts.legByUid.get(event.target), parts) || nextAgent(spans, event.at, by)
  return { kind: event.kind, by, to, at: event.at }
}

/** The target is a phone, or a Local leg with the phone behind it (a transfer the manager asked for). */
function targetExtension(leg: Leg | undefined, parts: CallParts): string {
  if (leg === undefined || leg.kind === undefined) return ''
  if (leg.kind !== 'system') return leg.kind === 'customer' ? (leg.offer?.number ?? '') : leg.endpoint
  const far = parts.legs.find((each) => each.key === leg.pair)
  const phone = parts.legs.find((each) => far !== undefined && each.offer?.from === far.uid && each.kind !== 'system')
  return phone?.endpoint ?? leg.dialled
}

/** With the keypad's transfer no target is named once the Local legs are gone: it is who talks next. */
function nextAgent(spans: readonly TalkSpan[], at: number, by: string): string {
  const next = spans.find(({ leg, to }) => leg.endpoint !== by && (to === undefined || to > at))
  return next?.leg.endpoint ?? ''
}

/**
 * A redirect by the manager has no event of its own: the agent's leg is taken down by the PBX, not by anybody's
 * hanging up, and the customer turns up in another queue or rings another phone.
 */
function redirects(parts: CallParts, spans: readonly TalkSpan[], told: readonly Transfer[]): Transfer[] {
  const found: Transfer[] = []
  for (const { leg, from, to } of spans) {
    if (to === undefined || leg.hangupAskedAt !== undefined || leg.kind === 'customer') continue
    if (told.some((each) => each.at >= from && Math.abs(each.at - to) < SAME_MOMENT_MS)) continue
    const next = nextStop(parts, Math.max(from, to - SAME_MOMENT_MS))
    const resumed = spans.some((span) => span.leg === leg && span.from > to)
    if (next !== undefined && !resumed) found.push({ kind: 'redirect', by: leg.endpoint, to: next, at: to })
  }
  return found
}

function nextStop(parts: CallParts, after: number): string | undefined {
  const stop = parts.events.find((event) => {
    if (event.at <= after) return false
    return (
      event.type === 'queue.joined' || (event.type === 'leg.offered' && parts.legByUid.get(event.leg)?.kind === 'agent')
    )
  })
  if (stop?.type === 'queue.joined') return stop.queue
  return stop === undefined ? undefined : parts.legByUid.get(stop.leg)?.endpoint
}
