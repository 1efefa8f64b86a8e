/** The two functions of a ts-proto message that events need. */
export type MessageCodec<T> = { toJSON(message: T): unknown; fromJSON(json: unknown): T }

/** A proto message with option (vitrylo.event); the values are generated into @vitrylo/proto/events.ts. */
export type EventType<T> = { type: string; topic: string; section: string; live: boolean; codec: MessageCodec<T> }

/** An event as a use case hands it over. */
export type OutgoingEvent<T = any> = {
  id?: string
  type: EventType<T>
  key: string
  revision: number
  data: T
  branchId?: string
  ownerId?: string
  counterpartyId?: string
  /** Employees whose browsers get the event, whatever their rights; no other browser gets it then. */
  recipients?: string[]
  time?: Date
}

export type JsonObject = { [name: string]: unknown }

/**
 * An event as it travels. Headers: section, branch, owner, counterparty, recipients (comma), quiet (one of a bulk change: browsers
 * read anew), notified (whom it concerns is told otherwise), traceparent.
 */
export type BusEvent = {
  id: string
  topic: string
  key: string
  type: string
  time: string
  revision: number
  data: JsonObject
  headers: Record<string, string>
}
