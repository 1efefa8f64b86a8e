import type { Caller } from '@vitrylo/auth'
import { CounterpartyChangedEvent, CounterpartyCreatedEvent, NoteAddedEvent } from '@vitrylo/proto/events.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { newId } from '@vitrylo/service'
import type { Fact } from '../timeline/publish.ts'

const headers = (c: Counterparty, time: Date) => ({
  id: newId(), time, key: c.id, revision: Number(c.etag), branchId: c.branchId, ownerId: c.responsibleId, counterpartyId: c.id,
})

export function created(c: Counterparty, caller: Caller, now: Date): Fact {
  const actorId = caller.employeeId ?? ''
  const event = { ...headers(c, now), type: CounterpartyCreatedEvent, data: { counterparty: c, actorId } }
  return { event, entries: [entry(event.id, c, 'counterparty-created', actorId, c.createTime ?? now, { name: c.displayName })] }
}

export function changed(c: Counterparty, changedFields: string[], caller: Caller, now: Date): Fact {
  const actorId = caller.employeeId ?? ''
  const event = { ...headers(c, now), type: CounterpartyChangedEvent, data: { counterparty: c, actorId, changedFields } }
  return { event, entries: [entry(event.id, c, kindOf(c, changedFields), actorId, now, { name: c.displayName, fields: changedFields.join(',') })] }
}

export function noted(c: Counterparty, text: string, caller: Caller, now: Date): Fact {
  const actorId = caller.employeeId ?? ''
  const event = { ...headers(c, now), type: NoteAddedEvent, data: { counterpartyId: c.id, text, actorId } }
  return { event, entries: [entry(event.id, c, 'note', actorId, now, { text })] }
}

function kindOf({ deleteTime }: Counterparty, fields: string[]): string {
  if (!fields.includes('deleteTime')) return 'counterparty-changed'
  return deleteTime === undefined ? 'counterparty-restored' : 'counterparty-deleted'
}

const entry = (id: string, c: Counterparty, kind: string, actorId: string, at: Date, data: Record<string, string>) => ({
  id, counterpartyId: c.id, at, kind, section: 'counterparties' as const, recordId: kind === 'note' ? undefined : c.id, actorId, data,
})
