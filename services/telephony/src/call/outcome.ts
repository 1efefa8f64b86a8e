import type { CallParts } from './grouping.ts'
import { isBorn, isGuessed } from './legs.ts'
import type { BornLeg } from './legs.ts'
import type { Disposition, EndedBy, Offer } from './model.ts'
import type { QueueStay } from './queues.ts'
import type { Route } from './route.ts'
import type { TalkSpan } from './talk.ts'

export type Outcome = { disposition: Disposition; endedBy: EndedBy | null; cause: number | null }

type Facts = { parts: CallParts; route: Route; spans: readonly TalkSpan[]; offers: Offer[]; queues: QueueStay[] }

const CAUSE_BUSY = 17
const CAUSE_ABSENT = 20
const CAUSE_REJECTED = 21
// Cleared, no answer, answered elsewhere, or not told.
const NO_FAILURE = new Set([0, 16, 18, 19, 26, 127])

/** How an ended call ended. */
export function outcomeOf(facts: Facts): Outcome {
  const disposition = dispositionOf(facts)
  const failed = disposition === 'failed' || disposition === 'unavailable'
  return { disposition, endedBy: endedBy(facts, disposition), cause: failed ? causeOf(facts) : null }
}

function dispositionOf({ parts, route, spans, offers, queues }: Facts): Disposition {
  if (isLost(parts)) return 'lost'
  if (spans.length > 0) return 'answered'
  if (parts.events.some((event) => event.type === 'callback.requested')) return 'callback-requested'
  if (route.direction === 'inbound') return missed(route, offers, queues)
  if (route.origin === 'predictive' && route.principal.answeredAt !== undefined) return 'dropped-by-dialler'
  return refused(rungLast(parts, route))
}

function isLost(parts: CallParts): boolean {
  return parts.legs.some((leg) => leg.endedHow === 'restart' && leg.kind !== 'system')
}

function missed(route: Route, offers: Offer[], queues: QueueStay[]): Disposition {
  const queue = queues.at(-1)
  if (queue?.abandoned) return 'abandoned-in-queue'
  if (route.principal.hangupAskedAt !== undefined) {
    if (queue !== undefined && queue.to === undefined) return 'abandoned-in-queue'
    return offers.length > 0 ? 'abandoned-ringing' : queue === undefined ? 'abandoned-in-ivr' : 'abandoned-in-queue'
  }
  const last = offers.at(-1)?.outcome
  // No phone was there to ring, and the dial plan passed the reason on to the caller.
  if (last === undefined && route.principal.answeredAt === undefined) return unreached(route.principal.cause)
  return last === 'busy' || last === 'rejected' || last === 'unavailable' ? last : 'no-answer'
}

function unreached(cause: number): Disposition {
  if (cause === CAUSE_BUSY) return 'busy'
  if (cause === CAUSE_REJECTED) return 'rejected'
  return NO_FAILURE.has(cause) ? 'no-answer' : 'unavailable'
}

// The leg that decides an outgoing call: the customer's, the callee's, or the agent's own where it was rung first.
function rungLast(parts: CallParts, route: Route): BornLeg {
  if (route.principal.kind === 'customer') return route.principal
  return (
    parts.legs.filter(isBorn).findLast((leg) => leg.direction === 'outgoing' && leg.kind !== 'system') ??
    route.principal
  )
}

// The cause first: a number that does not exist is NOANSWER to the dial plan.
function refused(leg: BornLeg): Disposition {
  const cause = leg.cause || leg.hangupAskedCause
  if (cause === CAUSE_REJECTED) return 'rejected'
  if (leg.offerStatus === 'BUSY' || cause === CAUSE_BUSY) return 'busy'
  if (cause === CAUSE_ABSENT) return 'unavailable'
  if (!NO_FAILURE.has(cause)) return 'failed'
  if (leg.offerStatus === 'CHANUNAVAIL') return 'unavailable'
  return leg.offerStatus === 'CONGESTION' ? 'failed' : 'no-answer'
}

function causeOf({ parts, route }: Facts): number | null {
  const leg = rungLast(parts, route)
  return leg.cause || leg.hangupAskedCause || null
}

/**
 * Who hung up first among those who were still in the call. A leg that the PBX takes down has no request to hang up;
 * nor has anything when the PBX itself ends the call.
 */
function endedBy(facts: Facts, disposition: Disposition): EndedBy | null {
  const { parts } = facts
  if (disposition === 'lost') return 'pbx'
  const asked = parts.legs.filter(isBorn).filter((leg) => leg.kind !== 'system' && leg.hangupAskedAt !== undefined)
  asked.sort((a, b) => (a.hangupAskedAt ?? 0) - (b.hangupAskedAt ?? 0))
  const leg = decider(asked, facts, disposition)
  if (leg !== undefined) return sideOf(leg, facts)
  return parts.legs.some(isGuessed) ? null : 'pbx'
}

// While nobody talks, the one who refuses ends nothing by that: the caller may be rung through to the next phone.
function decider(asked: BornLeg[], { spans, route }: Facts, disposition: Disposition): BornLeg | undefined {
  const lastTalk = spans.at(-1)
  if (lastTalk !== undefined) {
    const talked = (leg: BornLeg) => leg === route.principal || spans.some((span) => span.leg === leg)
    return asked.find((leg) => talked(leg) && (leg.hangupAskedAt ?? 0) >= lastTalk.from)
  }
  if (disposition === 'busy' || disposition === 'rejected' || disposition === 'unavailable') return asked.at(-1)
  return asked.find((leg) => leg === route.first || leg === route.principal)
}

function sideOf(leg: BornLeg, { route, spans }: Facts): EndedBy {
  if (route.direction === 'internal') return leg === route.first ? 'caller' : 'callee'
  if (leg.kind === 'customer') return route.direction === 'inbound' ? 'caller' : 'callee'
  return spans.length > 0 || leg === route.first ? 'agent' : 'callee'
}
