import type { Caller } from '@vitrylo/auth'
import type { EventType } from '@vitrylo/events'
import { InteractionChangedEvent, InteractionCreatedEvent, InteractionDeletedEvent, InteractionRemindedEvent } from '@vitrylo/proto/events.ts'
import { InteractionKind, InteractionState, type Interaction } from '@vitrylo/proto/vitrylo/contacts/v1/interaction.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { newId } from '@vitrylo/service'
import { filled } from '../events/filled.ts'
import type { Fact } from '../timeline/publish.ts'

const headers = (i: Interaction, time: Date) => ({
  id: newId(), time, key: i.id, revision: Number(i.etag), branchId: i.branchId, ownerId: i.ownerId, counterpartyId: i.counterpartyIds[0],
})

export function interactionCreated(i: Interaction, caller: Caller, now: Date): Fact {
  return fact(i, InteractionCreatedEvent, {}, i.state === InteractionState.HELD ? 'interaction-held' : 'interaction-planned', caller, now)
}

/** A planned one that is moved is told; other changes of a planned one are not worth an entry. What was held is told anew. */
export function interactionChanged(i: Interaction, changedFields: string[], caller: Caller, now: Date): Fact {
  return fact(i, InteractionChangedEvent, { changedFields }, kindOf(i, changedFields), caller, now)
}

export function interactionDeleted(i: Interaction, caller: Caller, now: Date): Fact {
  return fact({ ...i, etag: String(Number(i.etag) + 1) }, InteractionDeletedEvent, {}, 'interaction-deleted', caller, now)
}

/** Told to its owner's open screens and to nobody else; no entry of the timeline. */
export const interactionReminded = (i: Interaction, now: Date): Fact => ({
  event: { ...headers(i, now), type: InteractionRemindedEvent, data: { interaction: i }, recipients: [i.ownerId!] },
  entries: [],
})

function kindOf({ state }: Interaction, fields: readonly string[]): string | undefined {
  if (state === InteractionState.HELD) return 'interaction-held'
  if (state === InteractionState.CANCELLED) return fields.includes('state') ? 'interaction-cancelled' : undefined
  return fields.includes('startTime') ? 'interaction-moved' : undefined
}

function fact(i: Interaction, type: EventType<any>, more: object, kind: string | undefined, caller: Caller, now: Date): Fact {
  const actorId = caller.employeeId ?? ''
  const event = { ...headers(i, now), type, data: { interaction: i, actorId, ...more } }
  if (kind === undefined) return { event, entries: [] }
  const held = kind === 'interaction-held'
  const entries = i.counterpartyIds.map((counterpartyId) => ({
    id: held ? i.id : event.id, counterpartyId, at: held ? i.startTime! : now, kind, section: 'interactions' as const, recordId: i.id, actorId,
    branchId: i.branchId, ownerId: i.ownerId, data: dataOf(i),
  }))
  return { event, entries }
}

const dataOf = (i: Interaction): Record<string, string> =>
  filled({
    kind: wordOf(InteractionKind, i.kind), title: i.subject, place: i.place, startTime: i.startTime!.toISOString(), result: i.result,
    nextStep: i.nextStep, nextStepDate: i.nextStepDate,
  })
