import { scopeOf } from '@vitrylo/auth'
import { filePlace } from '@vitrylo/files'
import { sql } from '@vitrylo/pg'
import { emptyRecords, ofRecords, onHold, type RetentionResource } from '@vitrylo/service'
import { listFor, scope } from '../opportunity/opportunity-sql.ts'
import { places } from '../subject/places.ts'

const emptied = [ofRecords(places, 'opportunity'), filePlace(({ recordIds }) => sql`${recordIds}::uuid[]`)]

/** Closed opportunities lose their words; figures, stages and times stay. One without a title was emptied. */
export const retained: readonly RetentionResource[] = [{
  name: 'opportunities',
  nameField: 'title',
  // Article 44.3 of the Tax Code: 1,095 days; article 257 of the Civil Code: three years.
  leastMonths: 36,
  list: listFor,
  reach: ({ caller, now }, before) => ({
    from: sql`opportunity o`, row: sql`o`, id: sql`o.id`, name: sql`o.title`, since: sql`o.closed_at`,
    where: sql`o.closed_at < ${before} and o.title <> '' and ${scope(caller, 'view')} and ${scopeOf(caller, 'privacy', 'delete', { branch: sql`o.branch_id`, owner: sql`o.owner_id` })}`,
    holds: { 'open-case': sql`exists (select from opportunity k where k.counterparty_id = o.counterparty_id and k.state = 'open')`, hold: onHold(sql`o.counterparty_id`, sql`o.contact_person_id`, now) },
  }),
  take: (tx, ids, { now }) => emptyRecords(tx, 'sales', emptied, ids, now),
}]
