import { appendOutbox, on, type BusEvent, type Handler, type OutgoingEvent } from '@vitrylo/events'
import { inTx, isUuid, type Pool, type Tx } from '@vitrylo/pg'
import { SubjectAskedEvent, SubjectErasedEvent, SubjectPartCollectedEvent, SubjectPartErasedEvent } from '@vitrylo/proto/events.ts'
import type { MigrationSet } from '@vitrylo/pg'
import type { Deps } from '../define.ts'
import type { Sweep } from '../sweep.ts'
import { collectParts, countPlaces, toldIds, unknownIds } from './collect.ts'
import { beginErasing, erasePlaces, lockPlaces, releasePlaces } from './erase.ts'
import { idsOf, type Subject, type SubjectPlace } from './places.ts'
import { besideErasures, erasedAmong, heldUntil, isAnyErased, nextPending, noteReleased, subjectOf } from './register.ts'

/** Tables for services that keep data of persons. */
export const subjectMigrations: MigrationSet = { dir: new URL('../../subject-migrations/', import.meta.url), table: 'migrations_subjects' }

/** What a service answers when it is asked for a person. */
export async function answerOf(tx: Tx, service: string, places: readonly SubjectPlace[], asked: { requestId: string; subject: Subject; content: boolean }, now: Date): Promise<OutgoingEvent[]> {
  const { requestId, subject, content } = asked
  const events: OutgoingEvent[] = []
  const add = (data: object) => {
    const number = events.length + 1
    events.push({ type: SubjectPartCollectedEvent, key: `${requestId}/${service}`, revision: number, data: { requestId, service, number, last: false, places: [], content: '', recordIds: [], ...data } })
  }
  if (content) for await (const part of collectParts(tx, places, subject)) add({ content: part })
  add({ last: true, places: await countPlaces(tx, places, subject, now), recordIds: await unknownIds(tx, places, subject) })
  return events
}

/** A service gives what it keeps of a person, and erases it, when it is told to. */
export function subjectHandlers({ now }: Pick<Deps, 'now'>, service: string, places: readonly SubjectPlace[]): Handler[] {
  return [
    on(SubjectAskedEvent, async (tx, { requestId, subject, content }) => {
      if (subject !== undefined) await appendOutbox(tx, await answerOf(tx, service, places, { requestId, subject: subjectOf(subject), content }, now()))
    }),
    on(SubjectErasedEvent, async (tx, { requestId, subject: message }, event) => {
      const subject = subjectOf(message!)
      await beginErasing(tx, subject, requestId, new Date(event.time))
      await lockPlaces(tx, places, subject)
      const recordIds = await toldIds(tx, places, subject)
      // Told before the rows are emptied: what this service published earlier is forgotten by the bus, what comes after stays.
      await appendOutbox(tx, [{ type: SubjectPartErasedEvent, key: requestId, revision: 1, data: { requestId, service, recordIds } }])
      await erasePlaces(tx, places, subject, now())
    }),
  ]
}


/**
 * The same handlers, but what they keep of a person who was erased is erased again in their transaction: events come late,
 * twice, or anew when a projection is rebuilt.
 */
export const heeding = (places: readonly SubjectPlace[], handlers: readonly Handler[]): Handler[] =>
  handlers.map((handler) => ({
    ...handler,
    async handle(tx, events) {
      await besideErasures(tx) // first, so that whoever waits here holds nothing
      await handler.handle(tx, events)
      await eraseAgain(tx, places, events)
    },
  }))

async function eraseAgain(tx: Tx, places: readonly SubjectPlace[], events: readonly BusEvent[]): Promise<void> {
  if (!(await isAnyErased(tx))) return
  // The key of an audit fact is `section/id`.
  const told = events.map(({ key, headers }) => ({ id: key.slice(key.lastIndexOf('/') + 1), partyId: headers.counterparty ?? '' }))
  const ids = [...new Set(told.flatMap(({ id, partyId }) => [id, partyId]))].filter(isUuid)
  if (ids.length === 0) return
  for (const { subject, erasedAt } of await erasedAmong(tx, ids)) {
    const theirs = new Set(idsOf(subject))
    // Of a batch only what is told of them: the others in it are somebody else's.
    const records = told.flatMap(({ id, partyId }) => ((theirs.has(id) || theirs.has(partyId)) && isUuid(id) ? [id] : []))
    await erasePlaces(tx, places, { ...subject, recordIds: [...new Set([...subject.recordIds, ...records])] }, erasedAt)
  }
}

type Sweeping = Pick<Deps, 'pool' | 'now'> & { places: readonly SubjectPlace[]; applied?: (tx: Tx, subject: Subject, requestId: string) => Promise<unknown> }

/** Carries out what a restore has entered, before the service is ready; later lets go of what was kept for a time. */
export function subjectSweep({ pool, now, places, applied }: Sweeping): Sweep {
  return { name: 'erased persons', everyMs: 3_600_000, first: () => applyPending({ pool, now, places, applied }), each: () => release(pool, places, now()) }
}

async function applyPending({ pool, now, places, applied }: Sweeping): Promise<void> {
  for (;;) {
    const more = await inTx(pool, async (tx) => {
      const pending = await nextPending(tx)
      if (pending === undefined) return false
      await beginErasing(tx, pending.subject, pending.requestId, pending.erasedAt)
      await erasePlaces(tx, places, pending.subject, now())
      await applied?.(tx, pending.subject, pending.requestId)
      return true
    })
    if (!more) return
  }
}

async function release(pool: Pool, places: readonly SubjectPlace[], now: Date): Promise<void> {
  const years = Math.max(0, ...places.map((place) => (place.treatment === 'keep' ? (place.years ?? 0) : 0)))
  if (years === 0) return
  await inTx(pool, async (tx) => {
    const held = await heldUntil(tx, years, now)
    for (const { subject } of held) await releasePlaces(tx, places, subject)
    await noteReleased(tx, held.map(({ subject }) => subject.id), now)
  })
}
