import { callId } from './call-id.ts'
import type { CallEvent } from './events.ts'
import { groupCalls } from './grouping.ts'
import type { CallParts } from './grouping.ts'
import { journalCall } from './journal-call.ts'
import { isBorn, isGuessed, open } from './legs.ts'
import type { BornLeg } from './legs.ts'
import type { Call, CallState, Certainty, Offer, Party, PbxConfig, Segment } from './model.ts'
import { offersOf } from './offers.ts'
import { outcomeOf } from './outcome.ts'
import { partyOf } from './parties.ts'
import { queueStays } from './queues.ts'
import type { QueueStay } from './queues.ts'
import { customerOfRoute, routeOf } from './route.ts'
import type { Route } from './route.ts'
import { consultSpans, secondsOf, talkSpans, toSeconds, union } from './talk.ts'
import type { TalkSpan } from './talk.ts'
import { transfersOf } from './transfers.ts'

/**
 * The calls that the events of one PBX tell of, oldest first. Pure: the order of the events and their repetition do
 * not matter.
 */
export function reduceCalls(events: Iterable<CallEvent>, config: PbxConfig): Call[] {
  const unique = new Map<string, CallEvent>()
  for (const event of events) unique.set(event.eventId, event)
  const calls = groupCalls([...unique.values()], config).flatMap((parts) => reduceCall(parts) ?? [])
  return calls.sort((a, b) => a.startTime - b.startTime || (a.id < b.id ? -1 : 1))
}

export function reduceCall(parts: CallParts): Call | undefined {
  const route = routeOf(parts)
  if (route === undefined) return journalCall(parts)
  const talk = talkSpans(route.principal, parts.legs)
  const consulting = consultSpans(route.principal, talk)
  const spans = [...talk, ...consulting].sort((a, b) => a.from - b.from)
  const offers = offersOf(parts)
  const queues = queueStays(parts)
  const endTime = endOf(parts, route)
  const outcome = endTime === null ? undefined : outcomeOf({ parts, route, spans, offers, queues })
  const startTime = route.first.bornAt
  const providerKey = keyOf(parts, route)
  return {
    id: callId(parts.config.pbxId, providerKey, startTime),
    legKeys: parts.legs.map((leg) => leg.key),
    providerKey,
    pbxId: parts.config.pbxId,
    direction: route.direction,
    origin: route.origin,
    state: endTime === null ? stateOf(parts, route, spans, offers, queues) : 'ended',
    ...customerOfRoute(parts, route),
    line: route.line,
    queues: [...new Set(queues.map((stay) => stay.queue))],
    ...people(parts, route, spans, offers),
    ...timing(parts, route, spans, consulting, endTime),
    transfers: transfersOf(parts, spans),
    disposition: outcome?.disposition ?? null,
    cause: outcome?.cause ?? null,
    endedBy: outcome?.endedBy ?? null,
    certainty: certaintyOf(parts),
  }
}

function keyOf(parts: CallParts, route: Route): string {
  const oldest = parts.legs.filter(isBorn).reduce((a, b) => (b.bornAt < a.bornAt ? b : a), route.first)
  return oldest.firstCall
}

/** Over when no phone is left; an inbound call's time ends with the customer's leg, agents' phones may lag behind. */
function endOf(parts: CallParts, route: Route): number | null {
  const phones = parts.legs.filter(isBorn).filter((leg) => leg.kind !== 'system')
  if (phones.some((leg) => leg.endedAt === undefined)) return null
  if (route.direction === 'inbound') return route.principal.endedAt ?? null
  return Math.max(...phones.map((leg) => leg.endedAt ?? 0))
}

function stateOf(parts: CallParts, route: Route, spans: TalkSpan[], offers: Offer[], queues: QueueStay[]): CallState {
  if (spans.some((span) => span.to === undefined)) {
    return parts.legs.some((leg) => open(leg.holds) !== undefined && isParty(leg, route, spans)) ? 'held' : 'connected'
  }
  const ringing = parts.legs.some((leg) => isRinging(leg, route))
  if (offers.some((offer) => offer.closedAt === null) || ringing) return 'offered'
  const queue = queues.at(-1)
  if (queue !== undefined && queue.to === undefined) return 'queued'
  return route.direction === 'inbound' && route.principal.answeredAt !== undefined ? 'ivr' : 'new'
}

function isParty(leg: { key: string }, route: Route, spans: TalkSpan[]): boolean {
  return leg.key === route.principal.key || spans.some((span) => span.leg.key === leg.key)
}

// The far end of an outgoing call, which is no agent's offer.
function isRinging(leg: CallParts['legs'][number], route: Route): boolean {
  if (route.direction === 'inbound' || leg.kind === 'system' || leg.direction !== 'outgoing') return false
  return leg.ringingAt !== undefined && leg.answeredAt === undefined && leg.endedAt === undefined
}

function people(parts: CallParts, route: Route, spans: TalkSpan[], offers: Offer[]) {
  const { config } = parts
  const initiator = route.first.kind === 'customer' ? null : partyOf(config, route.first.endpoint)
  const last = spans.findLast(({ leg }) => agentSide(leg, route).kind !== 'customer')
  const owner = last === undefined ? null : partyOf(config, agentSide(last.leg, route).endpoint)
  return {
    offers,
    segments: segmentsOf(parts, route, spans),
    agentsRung: offers.map(({ extension, employeeId }): Party => ({ extension, employeeId })),
    answeredBy: answeredBy(parts, route, spans),
    ownerAgent: owner ?? (route.direction === 'inbound' ? null : initiator),
    initiator,
  }
}

// A talk is carried over from bridge to bridge within milliseconds; for people it is one.
const SAME_TALK_MS = 50

function segmentsOf(parts: CallParts, route: Route, spans: TalkSpan[]): Segment[] {
  const segments: Segment[] = []
  for (const { leg, from, to = null } of spans) {
    const party = partyOf(parts.config, agentSide(leg, route).endpoint)
    const last = segments.findLast((segment) => segment.extension === party.extension)
    if (last?.to != null && from - last.to < SAME_TALK_MS) last.to = to
    else segments.push({ ...party, from, to })
  }
  return segments
}

// An agent's own talk when the principal is the customer; between two phones, the one who was called.
function agentSide(leg: BornLeg, route: Route): BornLeg {
  return leg === route.principal ? route.first : leg
}

function answeredBy(parts: CallParts, route: Route, spans: TalkSpan[]): Party | null {
  const first = spans[0]
  if (first === undefined) return null
  if (route.direction !== 'outbound' || route.origin === 'predictive') return partyOf(parts.config, first.leg.endpoint)
  const { customerNumber, customerNumberRaw } = customerOfRoute(parts, route)
  return { extension: customerNumber ?? customerNumberRaw, employeeId: null }
}

function timing(parts: CallParts, route: Route, spans: TalkSpan[], consulting: TalkSpan[], endTime: number | null) {
  const startTime = route.first.bornAt
  const answerTime = spans[0]?.from ?? null
  const held = parts.legs.filter((leg) => isParty(leg, route, spans)).flatMap((leg) => leg.holds)
  const holds = union([...held, ...consulting])
  // Who was called by a dialler waits from the own answer on.
  const waitFrom = route.origin === 'predictive' ? (route.principal.answeredAt ?? endTime ?? parts.lastAt) : startTime
  const asOf = endTime ?? parts.lastAt
  return {
    startTime,
    answerTime,
    endTime,
    waitSeconds: Math.max(0, toSeconds((answerTime ?? asOf) - waitFrom)),
    talkSeconds: secondsOf(spans, asOf),
    holdSeconds: secondsOf(holds, asOf),
    holdCount: holds.length,
  }
}

function certaintyOf(parts: CallParts): Certainty {
  const phones = parts.legs.filter(isBorn).filter((leg) => leg.kind !== 'system')
  if (phones.some((leg) => leg.bornFrom === 'journal')) return 'from-journal'
  const guessed = phones.some((leg) => leg.bornFrom === 'snapshot' || isGuessed(leg))
  return guessed ? 'from-snapshot' : 'exact'
}
