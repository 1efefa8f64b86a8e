import { scopeOf } from '@vitrylo/auth'
import { withCustom } from '@vitrylo/custom'
import { filePlace } from '@vitrylo/files'
import { sql } from '@vitrylo/pg'
import { emptyRecords, ofRecords, onHold, type RetentionResource } from '@vitrylo/service'
import { requestList, scope } from '../request/request-sql.ts'
import { places } from '../subject/places.ts'

/** As the index request_told has it. */
const isWorded = sql`(r.subject <> '' or r.text <> '' or r.phone <> '' or r.sender_name <> '' or r.resolution <> '' or r.custom <> '{}'::jsonb)`

const emptied = [ofRecords(places, 'request'), filePlace(({ recordIds }) => sql`${recordIds}::uuid[]`)]

/** Closed requests lose their words; who dealt with them and when stays. One without any was emptied. */
export const retained: readonly RetentionResource[] = [{
  name: 'requests',
  nameField: 'subject',
  // Article 257 of the Civil Code: three years.
  leastMonths: 36,
  list: (caller) => withCustom(requestList, caller, 'requests', 'r.'),
  reach: ({ caller, now }, before) => ({
    from: sql`request r`, row: sql`r`, id: sql`r.id`, name: sql`coalesce(nullif(r.subject, ''), r.number)`, since: sql`r.closed_at`,
    where: sql`r.closed_at < ${before} and ${isWorded} and ${scope(caller, 'view')} and ${scopeOf(caller, 'privacy', 'delete', { branch: sql`r.branch_id`, owner: sql`r.owner_id` })}`,
    holds: { 'open-case': sql`exists (select from request k where k.counterparty_id = r.counterparty_id and k.state <> 'closed')`, hold: onHold(sql`r.counterparty_id`, sql`r.contact_person_id`, now) },
  }),
  take: (tx, ids, { now }) => emptyRecords(tx, 'service-desk', emptied, ids, now),
}]
