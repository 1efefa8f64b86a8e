import { many, sql, type Tx } from '@vitrylo/pg'
import { ContactPersonDeletedEvent, CounterpartyChangedEvent, InteractionChangedEvent } from '@vitrylo/proto/events.ts'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { fromInteractionRow, interactionColumns, type InteractionRow } from '../interaction/interaction-row.ts'
import { appendOutbox } from '@vitrylo/events'

/**
 * Records that were emptied are told as they are now: the copies of other services follow, and a log that keeps the last
 * event of a key keeps nothing of the person.
 */
export async function tellCounterparties(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
  const rows = await many<CounterpartyRow>(tx, sql`select ${columns} from counterparty c where c.id = any(${ids}::uuid[]) order by c.id`)
  await appendOutbox(tx, rows.map(fromRow).map((c) => ({
    type: CounterpartyChangedEvent, key: c.id, revision: Number(c.etag), time: now, branchId: c.branchId, ownerId: c.responsibleId, counterpartyId: c.id,
    data: { counterparty: c, actorId: '', changedFields: ['eraseTime'] },
  })))
}

export async function tellInteractions(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
  const rows = await many<InteractionRow>(tx, sql`select ${interactionColumns} from interaction i where i.id = any(${ids}::uuid[]) order by i.id`)
  await appendOutbox(tx, rows.map(fromInteractionRow).map((i) => ({
    type: InteractionChangedEvent, key: i.id, revision: Number(i.etag), time: now, branchId: i.branchId, ownerId: i.ownerId, counterpartyId: i.counterpartyIds[0],
    data: { interaction: i, actorId: '', changedFields: ['subject', 'place', 'text', 'result', 'nextStep'] },
  })))
}

/** Contact persons leave no record behind. */
export async function tellPersonsGone(tx: Tx, persons: readonly { id: string; revision: number }[], now: Date): Promise<void> {
  await appendOutbox(tx, persons.map(({ id, revision }) => ({ type: ContactPersonDeletedEvent, key: id, revision: revision + 1, time: now, data: { id } })))
}
