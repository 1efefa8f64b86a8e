import { on, type BusEvent, type EventType, type Handler } from '@vitrylo/events'
import type { Tx } from '@vitrylo/pg'
import {
  OpportunityChangedEvent,
  OpportunityCreatedEvent,
  OpportunityDeletedEvent,
  OpportunityLostEvent,
  OpportunityMovedEvent,
  OpportunityReopenedEvent,
  OpportunityWonEvent,
} from '@vitrylo/proto/events.ts'
import { OpportunityState, type Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { insertRecordEntry, moveToClient, saveRecord } from '../timeline/record-sql.ts'
import { filled } from './filled.ts'

type Message = { opportunity: Opportunity | undefined; actorId: string }

const SECTION = 'opportunities'

async function apply(tx: Tx, event: BusEvent, { opportunity, actorId }: Message, kind: string, data: Record<string, string>): Promise<void> {
  const o = opportunity!
  const gone = kind === 'opportunity-deleted'
  const isNewest = await saveRecord(tx, {
    section: SECTION,
    id: o.id,
    counterpartyId: gone ? undefined : o.counterpartyId,
    revision: event.revision,
    title: o.title,
    number: o.number,
    state: gone ? 'deleted' : wordOf(OpportunityState, o.state),
    stage: data.toStage ?? data.stage,
    open: !gone && o.state === OpportunityState.OPEN,
    amount: o.amount,
    ownerId: o.ownerId,
    branchId: o.branchId,
    dueTime: o.expectedCloseDate === '' ? undefined : new Date(o.expectedCloseDate),
    updateTime: o.updateTime ?? new Date(event.time),
  })
  if (isNewest) await moveToClient(tx, { section: SECTION, id: o.id })
  await insertRecordEntry(tx, {
    id: event.id,
    counterpartyId: o.counterpartyId,
    at: new Date(event.time),
    kind,
    section: SECTION,
    recordId: o.id,
    actorId,
    data: filled({ number: o.number, title: o.title, amount: o.amount?.amount, currency: o.amount?.currency, ...data }),
  })
}

const handle = <T extends Message>(type: EventType<T>, kind: string, data: (message: T) => Record<string, string> = () => ({})): Handler =>
  on(type, (tx, message, event) => apply(tx, event, message, kind, data(message)))

export const opportunityHandlers: Handler[] = [
  handle(OpportunityCreatedEvent, 'opportunity-created', ({ stageName }) => ({ stage: stageName })),
  handle(OpportunityChangedEvent, 'opportunity-changed', ({ changedFields }) => ({ fields: changedFields.join(',') })),
  handle(OpportunityMovedEvent, 'opportunity-moved', ({ fromStageName, toStageName }) => ({ fromStage: fromStageName, toStage: toStageName })),
  handle(OpportunityWonEvent, 'opportunity-won'),
  handle(OpportunityLostEvent, 'opportunity-lost', ({ opportunity }) => ({ reason: opportunity!.lostReason })),
  handle(OpportunityReopenedEvent, 'opportunity-reopened', ({ stageName }) => ({ stage: stageName })),
  handle(OpportunityDeletedEvent, 'opportunity-deleted'),
]
