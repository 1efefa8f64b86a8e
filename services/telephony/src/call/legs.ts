import type { CallEvent, EventOf } from './events.ts'
import type { PbxConfig } from './model.ts'
import { kindOf } from './parties.ts'
import type { LegKind } from './parties.ts'

/** From when to when; `to` is undefined while it lasts. */
export type Span = { from: number; to?: number }

export type LegOffer = { at: number; from: string; fromNumber: string; number: string; shown: string }

/** One leg of a call, gathered from its events. */
export type Leg = {
  /** The provider's key, with a number behind it where the PBX gave out the key a second time. */
  key: string
  uid: string
  /** Undefined while only its mention was seen. */
  kind?: LegKind
  endpoint: string
  direction: 'incoming' | 'outgoing'
  number: string
  name: string
  dialled: string
  did: string
  /** What the last snapshot showed of it. */
  listed?: { number: string; dialled: string }
  bornAt?: number
  bornFrom?: 'event' | 'snapshot' | 'journal'
  ringingAt?: number
  answeredAt?: number
  endedAt?: number
  endedHow?: 'event' | 'snapshot' | 'restart' | 'journal'
  cause: number
  hangupAskedAt?: number
  hangupAskedCause: number
  offer?: LegOffer
  offerEndedAt?: number
  offerStatus?: string
  unanswered: boolean
  /** The grouping key of its first event: equal to its own key where the leg began a call. */
  firstCall: string
  pair?: string
  holds: Span[]
  stays: (Span & { bridge: string })[]
}

export type BornLeg = Leg & { kind: LegKind; bornAt: number }

export function isBorn(leg: Leg): leg is BornLeg {
  return leg.kind !== undefined && leg.bornAt !== undefined
}

export function newLeg(key: string, uid: string, call: string): Leg {
  const facts = { endpoint: '', direction: 'incoming' as const, number: '', name: '', dialled: '', did: '' }
  const nothing = { cause: 0, hangupAskedCause: 0, unanswered: false }
  return { key, uid, firstCall: call, ...facts, ...nothing, holds: [], stays: [] }
}

type Apply<T extends CallEvent['type']> = (leg: Leg, event: EventOf<T>, config: PbxConfig) => void

const APPLY: { [T in CallEvent['type']]?: Apply<T> } = {
  'leg.created': (leg, event, config) => {
    setFacts(leg, event, config)
    leg.bornAt = event.at
    leg.bornFrom = event.journal ? 'journal' : 'event'
  },
  'leg.listed': list,
  'leg.gone': (leg, event) => end(leg, event.at, event.reason),
  'leg.ringing': (leg, event) => {
    leg.ringingAt ??= event.at
  },
  'leg.answered': (leg, event) => {
    leg.answeredAt ??= event.at
  },
  'leg.offered': offer,
  'leg.offer-ended': (leg, event) => {
    // The dial plan may report one leg twice: NOANSWER and then CANCEL, or CANCEL twice. The first one is the reason.
    leg.offerEndedAt ??= event.at
    leg.offerStatus ??= event.status
  },
  'leg.unanswered': (leg) => {
    leg.unanswered = true
  },
  'leg.held': (leg, event) => {
    if (open(leg.holds) === undefined) leg.holds.push({ from: event.at })
  },
  // Both legs of an attended transfer are resumed at its end though only one was held.
  'leg.resumed': (leg, event) => close(leg.holds, event.at),
  'leg.hangup-asked': (leg, event) => {
    leg.hangupAskedAt ??= event.at
    leg.hangupAskedCause ||= event.cause
  },
  'leg.ended': (leg, event) => {
    leg.cause = event.cause
    end(leg, event.at, event.journal ? 'journal' : 'event')
  },
  'legs.joined': (leg, event) => {
    close(leg.stays, event.at)
    leg.stays.push({ bridge: event.bridge, from: event.at })
  },
  'legs.left': (leg, event) => {
    if (open(leg.stays)?.bridge === event.bridge) close(leg.stays, event.at)
  },
}

export function applyToLeg(leg: Leg, event: CallEvent, config: PbxConfig): void {
  const apply = APPLY[event.type] as Apply<CallEvent['type']> | undefined
  apply?.(leg, event, config)
}

type Facts = EventOf<'leg.created'> | EventOf<'leg.listed'>

function setFacts(leg: Leg, event: Facts, config: PbxConfig) {
  const { endpoint, direction, number, name, dialled, did } = event
  Object.assign(leg, { endpoint, direction, number, name, dialled, did, kind: kindOf(config, endpoint, event.system) })
}

function list(leg: Leg, event: EventOf<'leg.listed'>, config: PbxConfig) {
  leg.listed = { number: event.number, dialled: event.dialled }
  if (!isBorn(leg)) {
    setFacts(leg, event, config)
    leg.bornAt = event.since
    leg.bornFrom = 'snapshot'
  }
  if (leg.endedAt !== undefined) return
  if (event.state === 'ringing') leg.ringingAt ??= event.at
  if (event.state === 'up') leg.answeredAt ??= event.at
  if (open(leg.stays)?.bridge === event.bridge) return
  close(leg.stays, event.at)
  if (event.bridge !== '') leg.stays.push({ bridge: event.bridge, from: event.at })
}

function offer(leg: Leg, event: EventOf<'leg.offered'>) {
  const { at, from, fromNumber, number, shown } = event
  // A queue tells twice of one offer; what the dial string said is kept.
  if (leg.offer === undefined) leg.offer = { at, from, fromNumber, number, shown }
  else leg.offer.number ||= number
}

function end(leg: Leg, at: number, how: Leg['endedHow']) {
  if (leg.endedAt !== undefined && !isGuessed(leg)) return
  // What a guess had cut off went on until the true end.
  for (const spans of [leg.holds, leg.stays]) if (leg.endedAt !== undefined && spans.at(-1)?.to === leg.endedAt) delete spans.at(-1)!.to
  leg.endedAt = at
  leg.endedHow = how
  close(leg.holds, at)
  close(leg.stays, at)
}

/** Its end was not seen: it was missing when the PBX was asked. */
export function isGuessed(leg: Leg): boolean {
  return leg.endedHow === 'snapshot' || leg.endedHow === 'restart'
}

export function open<T extends Span>(spans: T[]): T | undefined {
  const last = spans.at(-1)
  return last?.to === undefined ? last : undefined
}

function close(spans: Span[], at: number) {
  const last = open(spans)
  if (last !== undefined) last.to = at
}
