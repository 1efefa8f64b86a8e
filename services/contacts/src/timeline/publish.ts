import { appendOutbox, type OutgoingEvent } from '@vitrylo/events'
import { exec, type Sql, type Tx } from '@vitrylo/pg'
import { ownEntries, type OwnEntry } from './timeline-sql.ts'

/** An event of ours and what it puts on timelines. */
export type Fact = { event: OutgoingEvent & { id: string; time: Date }; entries: OwnEntry[] }

/** The entries of facts, as a statement. */
export const entriesOf = (facts: readonly Fact[]): Sql => ownEntries(facts.flatMap(({ entries }) => entries))

/** The events of facts into the outbox, after the rows that they tell of are locked. */
export const appendFacts = (tx: Tx, facts: readonly Fact[]): Promise<void> => appendOutbox(tx, facts.map(({ event }) => event))

/**
 * Events of this service and their timeline entries go into the transaction of the change: whoever changed something
 * sees it on the timeline at once. This is the only way; the service does not consume its own topics.
 */
export async function publish(tx: Tx, facts: readonly Fact[]): Promise<void> {
  await exec(tx, entriesOf(facts))
  await appendFacts(tx, facts)
}
