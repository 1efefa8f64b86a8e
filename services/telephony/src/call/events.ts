type Common = {
  /** Hash of the provider's own facts: the same event read twice, or by two readers, has one id. */
  eventId: string
  pbx: string
  /** Milliseconds by the PBX's clock, with fractions. */
  at: number
  /** Milliseconds by our clock. */
  receivedAt: number
  /** Present where the event was read back from the PBX's own journal, not seen live. */
  journal?: true
}

/** Facts of one leg. `call` is the provider's grouping key at that moment; it changes when calls merge. */
type OfLeg = { leg: string; call: string }

type LegFacts = {
  endpoint: string
  /** A leg without a phone behind it: half of a Local pair, a recorder. */
  system: boolean
  /** Incoming: the endpoint placed the call. Outgoing: the PBX rang the endpoint. */
  direction: 'incoming' | 'outgoing'
  number: string
  name: string
  dialled: string
  /** The number the customer dialled, where the dial plan keeps it in a variable. */
  did: string
}

export type LegState = 'down' | 'ringing' | 'up'

type Bodies = {
  'leg.created': OfLeg & LegFacts
  /** A leg found in a snapshot: known before or not. */
  'leg.listed': OfLeg & LegFacts & { state: LegState; bridge: string; since: number; queue: string }
  /** A living leg that a complete snapshot did not list, or that cannot have outlived a restart of the PBX. */
  'leg.gone': OfLeg & { reason: 'snapshot' | 'restart' }
  'leg.offered': OfLeg & { from: string; fromNumber: string; number: string; shown: string; queue: string }
  'leg.offer-ended': OfLeg & { from: string; status: string }
  'leg.unanswered': OfLeg
  'leg.ringing': OfLeg
  'leg.answered': OfLeg
  'leg.held': OfLeg
  'leg.resumed': OfLeg
  'leg.hangup-asked': OfLeg & { cause: number }
  'leg.ended': OfLeg & { cause: number }
  'legs.paired': OfLeg & { other: string }
  'legs.joined': OfLeg & { bridge: string }
  'legs.left': OfLeg & { bridge: string }
  'transfer.completed': OfLeg & {
    kind: 'blind' | 'attended'
    to: string
    second: string
    transferee: string
    target: string
    /** Grouping keys of all legs concerned: these calls are one from now on. */
    calls: string[]
  }
  'queue.joined': OfLeg & { queue: string }
  'queue.left': OfLeg & { queue: string }
  'queue.abandoned': OfLeg & { queue: string }
  'callback.requested': OfLeg
  'request.result': OfLeg & { requestId: string; ok: boolean; reason: number; number: string }
  'journal.record': OfLeg & { record: JournalRecord }
}

/** One call detail record. Whole seconds, and not the truth about talk: a queue answers before any agent does. */
export type JournalRecord = {
  start: number
  answer: number | null
  end: number
  from: string
  to: string
  endpoint: string
  toEndpoint: string
  application: string
  queue: string
  disposition: string
  did: string
}

type PbxBodies = {
  'agent.state': { queue: string; extension: string; state: 'ready' | 'paused' | 'joined' | 'left'; reason: string }
  'device.state': { device: string; state: string }
  'pbx.stopping': object
  /** For how long the PBX has been up, in whole seconds. */
  'pbx.booted': { uptimeMs: number }
  /** All legs the PBX had at that moment are in `listed`; `lostAt` is null if the link was not lost before. */
  'pbx.snapshot': { listed: string[]; lostAt: number | null }
}

export type CallEventType = keyof Bodies
export type EventOf<T extends CallEventType> = Common & { type: T } & Bodies[T]
/** An event about a call, from any provider's adapter: what the log stores and the reducer reads. */
export type CallEvent = { [T in CallEventType]: EventOf<T> }[CallEventType]
/** An event about the PBX itself. */
export type PbxEvent = { [T in keyof PbxBodies]: Common & { type: T } & PbxBodies[T] }[keyof PbxBodies]
export type AdapterEvent = CallEvent | PbxEvent
type AllBodies = Bodies & PbxBodies
/** An event before it is dated and named. */
export type EventBody = { [T in keyof AllBodies]: { type: T } & AllBodies[T] }[keyof AllBodies]

const PBX_TYPES: ReadonlySet<string> = new Set<keyof PbxBodies>([
  'agent.state',
  'device.state',
  'pbx.stopping',
  'pbx.booted',
  'pbx.snapshot',
])

export function isCallEvent(event: AdapterEvent): event is CallEvent {
  return !PBX_TYPES.has(event.type)
}

/** Every provider key an event names: all of them belong to one call. */
export function keysOf(event: CallEvent): string[] {
  const keys = [event.leg, event.call]
  if ('from' in event) keys.push(event.from)
  if ('other' in event) keys.push(event.other)
  if (event.type === 'transfer.completed') keys.push(event.second, event.transferee, event.target, ...event.calls)
  return keys.filter((key) => key !== '')
}

// Events of the same microsecond: what brings a leg to life comes first, what ends it last.
const RANK: Record<CallEventType, number> = {
  'leg.created': 0,
  'leg.listed': 1,
  'legs.paired': 2,
  'leg.offered': 3,
  'leg.ringing': 4,
  'leg.answered': 5,
  'leg.offer-ended': 6,
  'leg.unanswered': 6,
  'queue.joined': 7,
  'queue.left': 7,
  'queue.abandoned': 7,
  'legs.left': 8,
  'legs.joined': 9,
  'leg.held': 10,
  'leg.resumed': 10,
  'transfer.completed': 11,
  'callback.requested': 11,
  'request.result': 11,
  'leg.hangup-asked': 12,
  'leg.ended': 13,
  'leg.gone': 14,
  'journal.record': 15,
}

/** The one order in which events are read, whatever order they came in. */
export function byTime(a: CallEvent, b: CallEvent): number {
  return a.at - b.at || RANK[a.type] - RANK[b.type] || (a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0)
}
