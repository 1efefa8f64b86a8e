import type { Caller } from '@vitrylo/auth'
import type { EventType } from '@vitrylo/events'
import { RelationChangedEvent, RelationCreatedEvent, RelationDeletedEvent } from '@vitrylo/proto/events.ts'
import type { LocalName, Relation, RelationKind } from '@vitrylo/proto/vitrylo/contacts/v1/relation.ts'
import { newId } from '@vitrylo/service'
import { filled } from '../events/filled.ts'
import type { Fact } from '../timeline/publish.ts'

type Told = { relation: Relation; kind: RelationKind; caller: Caller; now: Date }

export const relationCreated = (told: Told): Fact => fact(told, RelationCreatedEvent, 'relation-added')

export function relationChanged(told: Told, changedFields: string[]): Fact {
  const ended = changedFields.includes('endDate') && told.relation.endDate !== ''
  return fact(told, RelationChangedEvent, ended ? 'relation-ended' : 'relation-changed', { changedFields })
}

export const relationDeleted = ({ relation, ...told }: Told): Fact =>
  fact({ ...told, relation: { ...relation, etag: String(Number(relation.etag) + 1) } }, RelationDeletedEvent, 'relation-removed')

/** An entry for each end, about the other one: whoever may not see that one does not get the entry. */
function fact({ relation, kind, caller, now }: Told, type: EventType<any>, word: string, more: object = {}): Fact {
  const actorId = caller.employeeId ?? ''
  const event = { id: newId(), time: now, key: relation.id, revision: Number(relation.etag), counterpartyId: relation.fromId, type, data: { relation, actorId, ...more } }
  const entry = (counterpartyId: string, otherId: string, name: string, as: LocalName | undefined) => ({
    id: event.id, counterpartyId, at: now, kind: word, section: 'relations' as const, recordId: otherId, actorId,
    data: filled({ name, relationUk: as!.uk, relationEn: as!.en, startDate: relation.startDate, endDate: relation.endDate }),
  })
  return { event, entries: [entry(relation.fromId, relation.toId, relation.toName, kind.toName), entry(relation.toId, relation.fromId, relation.fromName, kind.fromName)] }
}
