export const DIRECTIONS = ['inbound', 'outbound', 'internal'] as const
export const ORIGINS = ['direct', 'click-to-call', 'preview', 'predictive', 'callback', 'ivr'] as const
export const STATES = ['new', 'ivr', 'queued', 'offered', 'connected', 'held', 'ended'] as const
export const DISPOSITIONS = [
  'answered',
  'abandoned-in-ivr',
  'abandoned-in-queue',
  'abandoned-ringing',
  'no-answer',
  'busy',
  'rejected',
  'unavailable',
  'failed',
  'voicemail',
  'callback-requested',
  'dropped-by-dialler',
  'lost',
  'blocked',
] as const
export const ENDED_BY = ['caller', 'agent', 'callee', 'pbx'] as const
export const CERTAINTIES = ['exact', 'from-snapshot', 'from-journal'] as const
export const TRANSFER_KINDS = ['blind', 'attended', 'redirect'] as const
export const OFFER_OUTCOMES = [
  'answered',
  'missed',
  'elsewhere',
  'busy',
  'rejected',
  'unavailable',
  'cancelled',
] as const

export type Direction = (typeof DIRECTIONS)[number]
export type Origin = (typeof ORIGINS)[number]
export type CallState = (typeof STATES)[number]
export type Disposition = (typeof DISPOSITIONS)[number]
export type EndedBy = (typeof ENDED_BY)[number]
export type Certainty = (typeof CERTAINTIES)[number]
export type TransferKind = (typeof TRANSFER_KINDS)[number]
export type OfferOutcome = (typeof OFFER_OUTCOMES)[number]

/** One side of a call. `extension` is the outside number where the customer is the side that answered. */
export type Party = { extension: string; employeeId: string | null }

/** `by` and `to` are extensions; `to` is the queue's name where the call was sent to a queue. */
export type Transfer = { kind: TransferKind; by: string; to: string; at: number }

/** One agent who was rung by the call; a second ring of the same agent opens the same offer again. */
export type Offer = Party & { offeredAt: number; closedAt: number | null; outcome: OfferOutcome | null }

/** Who talked to the customer, from when to when. */
export type Segment = Party & { from: number; to: number | null }

/** One call as the journal and the card show it. Times are milliseconds by the PBX's clock. */
export type Call = {
  id: string
  /** The provider's keys of all legs: two calls with one leg key in common are one call. */
  legKeys: string[]
  /** The provider's own key of the call (Linkedid); repeats after a PBX restart. */
  providerKey: string
  pbxId: string
  direction: Direction
  origin: Origin
  state: CallState
  customerNumber: string | null
  customerNumberRaw: string
  customerName: string
  withheld: boolean
  /** The number dialled: the DID of an inbound call, the extension of an internal one, empty for an outbound one. */
  line: string
  queues: string[]
  agentsRung: Party[]
  /** Who picked up first: an agent, or the customer's number where the call went out. */
  answeredBy: Party | null
  ownerAgent: Party | null
  /** The agent who placed an outbound or internal call. */
  initiator: Party | null
  offers: Offer[]
  segments: Segment[]
  startTime: number
  answerTime: number | null
  endTime: number | null
  waitSeconds: number
  talkSeconds: number
  holdSeconds: number
  holdCount: number
  transfers: Transfer[]
  disposition: Disposition | null
  /** The PBX's hangup cause (Q.850) behind a `failed` or `unavailable`. */
  cause: number | null
  endedBy: EndedBy | null
  certainty: Certainty
}

/** What the reducer must know of a PBX. */
export type PbxConfig = {
  pbxId: string
  /** Names of the endpoints that lead to carriers, for example `trunk`. */
  trunks: readonly string[]
  /** Extension to employee id. */
  extensions: ReadonlyMap<string, string>
  /** Extensions that exist without an employee. */
  extensionPattern: RegExp
  /** ISO alpha-2 country in which numbers are dialled. */
  country: string
}
