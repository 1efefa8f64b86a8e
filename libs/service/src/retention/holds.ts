import { on, type Handler } from '@vitrylo/events'
import { exec, sql, type Sql } from '@vitrylo/pg'
import { LegalHoldChangedEvent } from '@vitrylo/proto/events.ts'

/** For services with records of clients: which of these must not be erased. */
export const holdsHandler: Handler = on(LegalHoldChangedEvent, async (tx, { legalHold }, { revision }) => {
  const { id, counterpartyId, untilTime, endTime } = legalHold!
  if (counterpartyId === undefined) return
  await exec(
    tx,
    sql`insert into held_party as h (id, counterparty_id, until_at, ended, revision) values (${id}, ${counterpartyId}, ${untilTime ?? null}, ${endTime !== undefined}, ${revision})
        on conflict (id) do update set until_at = excluded.until_at, ended = excluded.ended, revision = excluded.revision where h.revision < excluded.revision`,
  )
})

/** Whether a record belongs to a client on hold: by the client that it has now, or the one that it had before a merge. */
export const onHold = (counterparty: Sql, origin: Sql, now: Date): Sql =>
  sql`exists (select from held_party h where h.counterparty_id in (${counterparty}, ${origin}) and not h.ended and (h.until_at is null or h.until_at > ${now}::timestamptz))`
