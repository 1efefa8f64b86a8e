import { appendOutbox, type OutgoingEvent } from '@vitrylo/events'
import type { Tx } from '@vitrylo/pg'
import { insertOwnEntries, type OwnEntry } from './timeline-sql.ts'

/** An event of ours and what it puts on timelines. */
export type Fact = { event: OutgoingEvent & { id: string; time: Date }; entries: OwnEntry[] }

/**
 * Events of this service and their timeline entries go into the transaction of the change: whoever changed something
 * sees it on the timeline at once. This is the only way; the service does not consume its own topics.
 */
export async function publish(tx: Tx, facts: readonly Fact[]): Promise<void> {
  await appendOutbox(tx, facts.map(({ event }) => event))
  await insertOwnEntries(tx, facts.flatMap(({ entries }) => entries))
}
