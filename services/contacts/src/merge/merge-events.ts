import type { Caller } from '@vitrylo/auth'
import { CounterpartyMergedEvent, CounterpartyMergeUndoneEvent } from '@vitrylo/proto/events.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { newId } from '@vitrylo/service'
import type { Fact } from '../timeline/publish.ts'

type Told = { mergeId: string; survivor: Counterparty; other: Counterparty }

/** One event tells of both, so that nobody who hears of it ever holds both. */
export function merged({ mergeId, survivor, other }: Told, caller: Caller, now: Date): Fact {
  const actorId = caller.employeeId ?? ''
  const event = { ...headers(survivor, now), type: CounterpartyMergedEvent, data: { mergeId, survivor, merged: other, actorId } }
  return { event, entries: [entry(event.id, survivor, 'counterparty-merged', actorId, now, { mergeId, name: other.displayName, mergedId: other.id })] }
}

export function mergeUndone({ mergeId, survivor, other }: Told, caller: Caller, now: Date): Fact {
  const actorId = caller.employeeId ?? ''
  const event = { ...headers(survivor, now), type: CounterpartyMergeUndoneEvent, data: { mergeId, survivor, restored: other, actorId } }
  const data = { mergeId, restoredId: other.id }
  return {
    event,
    entries: [
      entry(event.id, survivor, 'counterparty-merge-undone', actorId, now, { ...data, name: other.displayName }),
      entry(event.id, other, 'counterparty-merge-undone', actorId, now, { ...data, name: survivor.displayName }),
    ],
  }
}

const headers = (c: Counterparty, time: Date) => ({
  id: newId(), time, key: c.id, revision: Number(c.etag), branchId: c.branchId, ownerId: c.responsibleId, counterpartyId: c.id,
})

const entry = (id: string, c: Counterparty, kind: string, actorId: string, at: Date, data: Record<string, string>) => ({
  id, counterpartyId: c.id, at, kind, section: 'counterparties' as const, recordId: c.id, actorId, data,
})
