import { on, type Handler } from '@vitrylo/events'
import { exec, sql, type Sql, type Tx } from '@vitrylo/pg'
import { LegalHoldChangedEvent } from '@vitrylo/proto/events.ts'

const LOCK = sql`hashtextextended('legal_hold', 323)`

/** Before a hold is put: who erases is waited for, whoever it may be that they erase. Take it before any row. */
export const lockHolds = (tx: Tx) => exec(tx, sql`select pg_advisory_xact_lock(${LOCK})`)

/** Before something is erased, and before holds are asked for: none is put from here to the end of the transaction. Take it before any row. */
export const heedHolds = (tx: Tx) => exec(tx, sql`select pg_advisory_xact_lock_shared(${LOCK})`)

/** For services with records of clients: which of these must not be erased. */
export const holdsHandler: Handler = on(LegalHoldChangedEvent, async (tx, { legalHold }, { revision }) => {
  const { id, counterpartyId, contactPersonId, untilTime, endTime } = legalHold!
  await lockHolds(tx)
  await exec(
    tx,
    sql`insert into held_party as h (id, counterparty_id, contact_person_id, until_at, ended, revision)
        values (${id}, ${counterpartyId ?? null}, ${contactPersonId ?? null}, ${untilTime ?? null}, ${endTime !== undefined}, ${revision})
        on conflict (id) do update set until_at = excluded.until_at, ended = excluded.ended, revision = excluded.revision where h.revision < excluded.revision`,
  )
})

/** Whether a record is of a client on hold, of one that somebody on hold was merged into, or of a contact person on hold. The sets are read once, not for each record. */
export function onHold(counterparty: Sql, contactPerson: Sql, now: Date): Sql {
  const holds = sql`not h.ended and (h.until_at is null or h.until_at > ${now}::timestamptz)`
  const parties = sql`select h.counterparty_id from held_party h where h.counterparty_id is not null and ${holds}
    union all select a.survivor_id from held_party h join party_alias a on a.merged_id = h.counterparty_id where ${holds}`
  const persons = sql`select h.contact_person_id from held_party h where h.contact_person_id is not null and ${holds}`
  return sql`(coalesce(${counterparty} in (${parties}), false) or coalesce(${contactPerson} in (${persons}), false))`
}
