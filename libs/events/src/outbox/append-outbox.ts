import { exec, sql } from '@vitrylo/pg'
import type { Sql, Tx } from '@vitrylo/pg'
import type { OutgoingEvent } from '../event.ts'
import { currentTraceparent } from '../trace.ts'
import { companionsOf } from './accompanied.ts'

// An import saves hundreds at once: browsers are not told of each.
const MANY = 50

/**
 * Stores events in the transaction of the change that they tell of. Call it after the row of the aggregate is locked:
 * then the ids of the outbox follow the revisions of each aggregate, and the relay goes by id.
 */
export async function appendOutbox(tx: Tx, events: readonly OutgoingEvent[]): Promise<void> {
  if (events.length > 0) await exec(tx, outboxOf(events))
}

/** The same as a part of the statement that makes the change: `with events as (…)`. */
export function outboxOf(told: readonly OutgoingEvent[]): Sql {
  const events = [...told, ...companionsOf(told)]
  const column = (value: (event: OutgoingEvent) => unknown) => events.map(value)
  return sql`
    insert into outbox (event_id, topic, key, type, time, revision, data, headers)
    select coalesce(e.id, uuidv7()), e.topic, e.key, e.type, coalesce(e.time, now()), e.revision,
      e.data::jsonb, e.headers::jsonb
    from unnest(
      ${column((event) => event.id ?? null)}::uuid[], ${column((event) => event.type.topic)}::text[],
      ${column((event) => event.key)}::text[], ${column((event) => event.type.type)}::text[],
      ${column((event) => event.time ?? null)}::timestamptz[], ${column((event) => event.revision)}::bigint[],
      ${column((event) => JSON.stringify(event.type.codec.toJSON(event.data)))}::text[],
      ${column((event) => JSON.stringify(headersOf(event, told.length > MANY)))}::text[]
    ) with ordinality as e (id, topic, key, type, time, revision, data, headers, ordinal)
    order by e.ordinal`
}

function headersOf({ type, branchId, ownerId, counterpartyId, recipients }: OutgoingEvent, quiet: boolean): Record<string, unknown> {
  return {
    section: type.section,
    branch: branchId || undefined,
    owner: ownerId || undefined,
    counterparty: counterpartyId || undefined,
    recipients: recipients?.length ? recipients.join(',') : undefined,
    quiet: quiet && !recipients?.length ? '1' : undefined,
    traceparent: currentTraceparent(),
  }
}
