import { outboxOf, type OutgoingEvent } from '@vitrylo/events'
import { exec, sql, type Sql, type Tx } from '@vitrylo/pg'
import { ownEntries, type OwnEntry } from './timeline-sql.ts'

/** An event of ours and what it puts on timelines. */
export type Fact = { event: OutgoingEvent & { id: string; time: Date }; entries: OwnEntry[] }

/** What facts leave behind, for the statement that saves the records: `with ${told(facts)} insert …`. One trip to the database. */
export const told = (facts: readonly Fact[]): Sql =>
  sql`entries as (${entriesOf(facts)}), events as (${outboxOf(facts.map(({ event }) => event))})`

const entriesOf = (facts: readonly Fact[]): Sql => ownEntries(facts.flatMap(({ entries }) => entries))

/**
 * Events of this service and their timeline entries go into the transaction of the change: whoever changed something
 * sees it on the timeline at once. This is the only way; the service does not consume its own topics. Call it after the
 * rows that they tell of are locked.
 */
export async function publish(tx: Tx, facts: readonly Fact[]): Promise<void> {
  if (facts.length > 0) await exec(tx, sql`with ${told(facts)} select`)
}
