import { on, type EventType, type Handler } from '@vitrylo/events'
import { ContactIndexChangedEvent, OpportunityIndexChangedEvent, RequestIndexChangedEvent } from '@vitrylo/proto/events.ts'
import { noteIndex } from '../custom-field/custom-field-sql.ts'

type IndexChanged = { customFieldId: string; ready: boolean; problem: string; definitionRevision: bigint }

/** Indexes are made where the records are; their state stands with the definition. */
export const indexHandlers: Handler[] = ([ContactIndexChangedEvent, OpportunityIndexChangedEvent, RequestIndexChangedEvent] as EventType<IndexChanged>[]).map(
  (type) => on(type, (tx, { customFieldId, ready, problem, definitionRevision }) => noteIndex(tx, customFieldId, { ready, problem, revision: Number(definitionRevision) })),
)
