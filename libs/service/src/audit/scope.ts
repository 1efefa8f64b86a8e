import { accompanied, appendOutbox, currentCompanion, textOf, type Companion, type OutgoingEvent } from '@vitrylo/events'
import type { Db, Tx } from '@vitrylo/pg'
import { HandoverStartedEvent } from '@vitrylo/proto/events.ts'
import { AuditKind, type AuditFact } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import { hashOfRecord, keyedHash } from './canonical.ts'
import { changesOf, populatedIn } from './changes.ts'
import { detailOf, factEvent, factOf, groundOf, type Deed, type Place } from './deed.ts'
import { sensitivityOf } from './sensitive.ts'

type WithId = { id: string }

/**
 * Runs a command so that the statement that stores its events stores what the audit must know too. What stores no event
 * gets a statement of its own at the end, in the same transaction.
 */
export async function recorded<T, D extends Db>(deed: Deed, db: D, work: (db: D) => Promise<T>): Promise<T> {
  const scope = new AuditScope(deed)
  return accompanied(scope, async () => {
    const answer = await work(db)
    const rest = scope.rest(answer)
    // What tells of a deed is not told of again.
    if (rest !== undefined) await accompanied({ with: () => [] }, () => appendOutbox(db as unknown as Tx, [rest]))
    return answer
  })
}

/** Tells the audit what a record was before: call it where the record is locked for a change. Gives the record back. */
export function remembered<T extends WithId>(record: T): T {
  const companion = currentCompanion()
  if (companion instanceof AuditScope) companion.before(record)
  return record
}

/** Tells the audit that fields of a record change which no answer ever shows: secrets. */
export function changedUnseen(id: string, fields: readonly string[]): void {
  const companion = currentCompanion()
  if (companion instanceof AuditScope) companion.unseen(id, fields)
}

/** Says that nothing is changed of which the audit keeps account: who has read their own notices. What stores events is told all the same. */
export function noAccount(): void {
  const companion = currentCompanion()
  if (companion instanceof AuditScope) companion.keepNone()
}

class AuditScope implements Companion {
  readonly #deed: Deed
  readonly #before = new Map<string, WithId>()
  /** Whom a fact told of by now, with the state that it ended with; undefined: it told of none. */
  readonly #told = new Map<string, WithId | undefined>()
  readonly #unseen = new Map<string, readonly string[]>()
  #isUntold = false

  constructor(deed: Deed) {
    this.#deed = deed
  }

  get notified(): boolean {
    return this.#deed.notified === true
  }

  before(record: WithId): void {
    if (!this.#before.has(record.id)) this.#before.set(record.id, record)
  }

  unseen(id: string, fields: readonly string[]): void {
    this.#unseen.set(id, fields)
  }

  keepNone(): void {
    this.#isUntold = true
  }

  /** One fact for each record, and one more for each state that it comes to after that; what was only added together shares one, however far it came. */
  with(events: readonly OutgoingEvent[]): OutgoingEvent[] {
    // What is delivered to single employees tells them of a change, and is none.
    const told = events.filter(({ recipients }) => !recipients?.length).flatMap((event) => [event, ...this.#besides(event)])
    const news = [...Map.groupBy(told, ({ key }) => key).values()].flatMap((mine) => this.#newsOf(mine))
    const added = news.flatMap(({ event, isAdded }) => (isAdded ? [event] : []))
    const facts = news.filter(({ isAdded }) => !isAdded || added.length === 1).map(({ event, before }) => this.#ofEvent(event, before))
    // Who may see such an entry is decided by its place: records of another branch or owner have their own.
    if (added.length > 1) for (const alike of Map.groupBy(added, ({ type, branchId, ownerId }) => [type.section, branchId, ownerId].join()).values()) facts.push(this.#ofAdded(alike))
    return facts.map((fact) => factEvent(fact, this.#deed.now))
  }

  /** The fact of a command that stored no event; undefined when there is nothing to tell. */
  rest(answer: unknown): OutgoingEvent | undefined {
    const deed = this.#deed
    if (this.#told.size > 0 || this.#isUntold || (deed.job && !deed.always)) return undefined
    const after = isRecord(answer) ? answer : undefined
    const recordId = after?.id ?? idIn(deed.request)
    const before = this.#before.get(recordId)
    const fact = this.#ofRecord({ section: deed.section || (deed.answers ?? ''), recordId, before, after: before === undefined && !deed.answers ? undefined : after, place: deed.place })
    if (before !== undefined && after !== undefined && fact.changes.length === 0 && !this.#unseen.has(recordId)) return undefined
    return factEvent(fact, deed.now)
  }

  /** What the events of one record tell that no fact has told. */
  #newsOf(events: readonly OutgoingEvent[]): News[] {
    const { key, revision } = events[0]!
    const states = events.filter((event) => recordOf(event) !== undefined)
    if (this.#told.has(key)) return this.#laterOf(key, states)
    const isAdded = revision === 1
    const event = { ...((isAdded ? states.at(-1) : states[0]) ?? events[0]!), revision }
    this.#told.set(key, recordOf(event))
    const first: News = { event, before: this.#before.get(key), isAdded }
    return isAdded ? [first] : [first, ...this.#laterOf(key, states.slice(1))]
  }

  /** Several events may tell of one state. */
  #laterOf(key: string, events: readonly OutgoingEvent[]): News[] {
    return events.flatMap((event) => {
      const [before, after] = [this.#told.get(key) ?? this.#before.get(key), recordOf(event)!]
      if (before === undefined || changesOf(before, after, this.#deed.key, () => true).length === 0) return []
      this.#told.set(key, after)
      return [{ event, before, isAdded: false }]
    })
  }

  /** Other records that one event tells of: of two that become one. Only what was locked for a change was changed. */
  #besides(event: OutgoingEvent): OutgoingEvent[] {
    const others = Object.values(event.data as object).filter((value): value is WithId => isRecord(value) && value.id !== event.key && this.#before.has(value.id))
    return others.map((record) => ({ ...event, key: record.id, data: { record } }))
  }

  #ofEvent(event: OutgoingEvent, before: WithId | undefined): AuditFact {
    const { type, key, branchId, ownerId, data } = event
    const named = (data as { changedFields?: string[] }).changedFields
    const fact = { ...this.#ofRecord({ section: type.section, recordId: key, before, after: recordOf(event), named, place: { branchId, ownerId } }), action: this.#actionOf(event) }
    // Rules of rights and hand-overs are no records; what was asked for tells which they are, and from whom to whom: by ids alone.
    return type.section === 'rights' || type === HandoverStartedEvent ? { ...fact, afterHash: hashOfRecord(this.#deed.key, data as object), detail: detailOf(this.#deed.request) } : fact
  }

  #ofRecord({ section, recordId, before, after, named = [], place }: Told): AuditFact {
    const { key, rights } = this.#deed
    const changes = before && after ? changesOf(before, after, key, sensitivityOf(rights(), section)) : []
    const fields = changes.length > 0 ? changes.map(({ field }) => field) : before === undefined && after && named.length === 0 ? populatedIn(after) : named
    const fact = factOf(this.#deed, AuditKind.WRITE)
    return {
      ...fact, section, recordId, fields: [...new Set([...fields, ...(this.#unseen.get(recordId) ?? [])])], changes, ground: groundOf(this.#deed, place),
      branchId: place?.branchId || fact.branchId, ownerId: place?.ownerId || fact.ownerId,
      beforeHash: before ? hashOfRecord(key, before) : '', afterHash: after ? hashOfRecord(key, after) : '',
    }
  }

  /** Nobody asked the house for anything: what it did is told by what became of the record. */
  #actionOf({ revision }: OutgoingEvent): string {
    const { system, action } = this.#deed
    return system && revision === 1 ? 'create' : action
  }

  #ofAdded(events: readonly OutgoingEvent[]): AuditFact {
    const [{ type, branchId, ownerId }] = events as [OutgoingEvent]
    const { key } = this.#deed
    const place = { branchId, ownerId }
    return {
      ...factOf(this.#deed, AuditKind.WRITE), action: this.#actionOf(events[0]!), section: type.section, recordIds: events.map((event) => event.key), count: events.length,
      ground: groundOf(this.#deed, place), afterHash: keyedHash(key, events.map(textOf).join('\n')),
    }
  }
}

/** `before`: the state that the event follows, as far as it is known. */
type News = { event: OutgoingEvent; before: WithId | undefined; isAdded: boolean }

type Told = { section: string; recordId: string; before: WithId | undefined; after: WithId | undefined; named?: string[]; place?: Place }

const isRecord = (value: unknown): value is WithId => typeof (value as WithId | null)?.id === 'string'

/** The record that an event tells of, as it is now. */
function recordOf({ key, data }: OutgoingEvent): WithId | undefined {
  return Object.values(data as object).find((value): value is WithId => isRecord(value) && value.id === key)
}

/** The record that a request names: by `id`, inside a change of it, or by the one id that there is. */
export function idIn(request: unknown): string {
  if (typeof request !== 'object' || request === null) return ''
  const given = request as Record<string, unknown>
  const named = given.id ?? given.recordId ?? Object.values(given).find(isRecord)?.id ?? Object.entries(given).find(([name]) => name.endsWith('Id'))?.[1]
  return typeof named === 'string' ? named : ''
}
