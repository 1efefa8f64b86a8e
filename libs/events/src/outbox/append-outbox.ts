import { exec, sql } from '@vitrylo/pg'
import type { Sql, Tx } from '@vitrylo/pg'
import type { OutgoingEvent } from '../event.ts'
import { currentTraceparent } from '../trace.ts'
import { companionsOf, currentCompanion } from './accompanied.ts'

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
  const silence = { quiet: told.length > MANY, notified: currentCompanion()?.notified === true }
  const rows = [...told, ...companionsOf(told)].map((event) => rowOf(event, silence))
  return sql`
    insert into outbox (event_id, topic, key, type, time, revision, data, headers)
    select coalesce(e.id, uuidv7()), e.topic, e.key, e.type, coalesce(e.time, now()), e.revision, e.data, e.headers
    from rows from (jsonb_to_recordset(${`[${rows.join(',')}]`}::jsonb)
        as (id uuid, topic text, key text, type text, time timestamptz, revision bigint, data jsonb, headers jsonb)) with ordinality
      as e (id, topic, key, type, time, revision, data, headers, ordinal)
    order by e.ordinal`
}

type Silence = { quiet: boolean; notified: boolean }

function rowOf(event: OutgoingEvent, silence: Silence): string {
  const { id, type, key, time, revision } = event
  const rest = JSON.stringify({ id, topic: type.topic, key, type: type.type, time, revision, headers: headersOf(event, silence) })
  return `${rest.slice(0, -1)},"data":${textOf(event)}}`
}

const texts = new WeakMap<object, string>()

/** What an event says, as the text that is stored: made once for all who ask. */
export function textOf({ type, data }: OutgoingEvent): string {
  let text = texts.get(data)
  if (text === undefined) texts.set(data, (text = JSON.stringify(type.codec.toJSON(data))))
  return text
}

function headersOf({ type, branchId, ownerId, counterpartyId, recipients }: OutgoingEvent, { quiet, notified }: Silence): Record<string, unknown> {
  return {
    section: type.section,
    branch: branchId || undefined,
    owner: ownerId || undefined,
    counterparty: counterpartyId || undefined,
    recipients: recipients?.length ? recipients.join(',') : undefined,
    quiet: quiet && !recipients?.length ? '1' : undefined,
    notified: notified && !recipients?.length ? '1' : undefined,
    traceparent: currentTraceparent(),
  }
}
