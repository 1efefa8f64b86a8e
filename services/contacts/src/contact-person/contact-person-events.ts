import type { Caller } from '@vitrylo/auth'
import { ContactPersonChangedEvent, ContactPersonDeletedEvent } from '@vitrylo/proto/events.ts'
import type { ContactPerson, Position } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { newId } from '@vitrylo/service'
import type { Fact } from '../timeline/publish.ts'

const headers = (p: ContactPerson, time: Date) => ({
  id: newId(), time, key: p.id, revision: Number(p.etag), branchId: p.branchId, ownerId: p.responsibleId,
  counterpartyId: p.positions[0]?.counterpartyId,
})

/** One entry for each organisation: came to it, changed there, left it. */
export function personChanged(p: ContactPerson, before: readonly Position[], caller: Caller, now: Date): Fact {
  const event = { ...headers(p, now), type: ContactPersonChangedEvent, data: { contactPerson: p } }
  const was = new Set(before.map(({ counterpartyId }) => counterpartyId))
  const is = new Set(p.positions.map(({ counterpartyId }) => counterpartyId))
  const entries = [
    ...p.positions.map((position) => entry(event.id, p, position, was.has(position.counterpartyId) ? 'contact-person-changed' : 'contact-person-added', caller, now)),
    ...before.filter(({ counterpartyId }) => !is.has(counterpartyId)).map((position) => entry(event.id, p, position, 'contact-person-removed', caller, now)),
  ]
  return { event, entries }
}

/** Where a merge of counterparties took them; the timelines tell of the merge itself. */
export const placeMoved = (p: ContactPerson, now: Date): Fact =>
  ({ event: { ...headers(p, now), type: ContactPersonChangedEvent, data: { contactPerson: p } }, entries: [] })

export function personDeleted(p: ContactPerson, caller: Caller, now: Date): Fact {
  const event = { ...headers(p, now), revision: Number(p.etag) + 1, type: ContactPersonDeletedEvent, data: { id: p.id } }
  return { event, entries: p.positions.map((position) => entry(event.id, p, position, 'contact-person-removed', caller, now)) }
}

const entry = (id: string, p: ContactPerson, { counterpartyId, title }: Position, kind: string, caller: Caller, at: Date) => ({
  id, counterpartyId, at, kind, section: 'contact-persons' as const, recordId: p.id, actorId: caller.employeeId ?? '',
  data: { name: p.displayName, position: title },
})
