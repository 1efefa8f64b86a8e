import type { CallParts } from './grouping.ts'
import { isBorn } from './legs.ts'
import type { BornLeg, Leg } from './legs.ts'
import type { Offer, OfferOutcome } from './model.ts'
import { partyOf } from './parties.ts'

const CAUSE_BUSY = 17
const CAUSE_REJECTED = 21
const CAUSE_ELSEWHERE = 26
// An answer and the cancelling of the other phones are written within milliseconds, in either order.
const SAME_MOMENT_MS = 500

/** The agents who were rung, in the order of their first ring; each once, however often the phone rang. */
export function offersOf(parts: CallParts): Offer[] {
  const rung = parts.legs.filter(isRung).sort((a, b) => offeredAt(a) - offeredAt(b))
  const offers = new Map<string, Offer>()
  for (const leg of rung) {
    const earlier = offers.get(leg.endpoint)
    const { closedAt, outcome } = closing(leg, parts)
    if (earlier === undefined) {
      const party = partyOf(parts.config, leg.endpoint)
      offers.set(leg.endpoint, { ...party, offeredAt: offeredAt(leg), closedAt, outcome })
    } else if (earlier.outcome !== 'answered' || outcome === 'answered') Object.assign(earlier, { closedAt, outcome })
  }
  return [...offers.values()]
}

// An agent's phone that a click-to-call rings first is not offered a call: its owner asked for it.
function isRung(leg: Leg): leg is BornLeg {
  if (!isBorn(leg) || leg.kind !== 'agent' || leg.direction !== 'outgoing') return false
  return leg.uid !== leg.firstCall && (leg.offer !== undefined || leg.bornFrom !== 'event')
}

function offeredAt(leg: BornLeg): number {
  return leg.offer?.at ?? leg.bornAt
}

function closing(leg: BornLeg, parts: CallParts): { closedAt: number | null; outcome: OfferOutcome | null } {
  const status = leg.offerStatus
  if (leg.answeredAt !== undefined) return { closedAt: leg.answeredAt, outcome: 'answered' }
  const closedAt = leg.offerEndedAt ?? leg.endedAt ?? null
  if (closedAt === null) return { closedAt, outcome: null }
  return { closedAt, outcome: unanswered(leg, status, closedAt, parts) }
}

function unanswered(leg: BornLeg, status: string | undefined, at: number, parts: CallParts): OfferOutcome {
  const cause = leg.cause || leg.hangupAskedCause
  // A queue tells of a phone that refused as if nobody had answered; the phone's own request to hang up knows better.
  const refused = status === 'BUSY' || leg.hangupAskedAt !== undefined
  if (refused && cause === CAUSE_REJECTED) return 'rejected'
  if (status === 'BUSY' || (refused && cause === CAUSE_BUSY)) return 'busy'
  if (status === 'CHANUNAVAIL' || status === 'CONGESTION') return 'unavailable'
  if (status === 'DONTCALL' || status === 'TORTURE') return 'rejected'
  if (status === 'NOANSWER' || ranOut(leg, parts)) return 'missed'
  return leg.cause === CAUSE_ELSEWHERE || answeredElsewhere(leg, at, parts) ? 'elsewhere' : 'cancelled'
}

// A queue's timeout is told of the member, which may be a Local leg: its phone only sees a cancel.
function ranOut(leg: Leg, parts: CallParts): boolean {
  if (leg.unanswered || leg.offerStatus === 'NOANSWER') return true
  const caller = parts.legByUid.get(leg.offer?.from ?? '')
  const member = parts.legs.find((each) => caller !== undefined && each.key === caller.pair)
  return member !== undefined && member.kind === 'system' && ranOut(member, parts)
}

function answeredElsewhere(leg: BornLeg, at: number, parts: CallParts): boolean {
  const others = parts.legs.filter((other) => other !== leg && other.kind === 'agent' && other.offer !== undefined)
  return others.some(({ answeredAt = 0 }) => answeredAt >= offeredAt(leg) && answeredAt < at + SAME_MOMENT_MS)
}
