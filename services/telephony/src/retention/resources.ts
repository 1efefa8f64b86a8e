import { scopeOf } from '@vitrylo/auth'
import { sql } from '@vitrylo/pg'
import { emptyRecords, ofRecords, onHold, type RetentionResource } from '@vitrylo/service'
import { callList, scope } from '../journal/call-sql.ts'
import { places } from '../subject/places.ts'

const events = places.find(({ name }) => name === 'call-event')!
const emptied = [ofRecords(places, 'call'), { ...events, of: ({ recordIds }: { recordIds: readonly string[] }) => sql`t.call_id = any(${recordIds}::uuid[])` }]

/** Ended calls lose numbers, names and the events of the exchange; figures, and who of the firm took part, stay. */
export const retained: readonly RetentionResource[] = [{
  name: 'calls',
  nameField: 'customerNumber',
  list: () => callList,
  reach: ({ caller, now }, before) => ({
    from: sql`call c`, row: sql`c`, id: sql`c.id`, name: sql`c.customer_number`, since: sql`c.ended_at`,
    where: sql`c.ended_at < ${before} and c.state = 'ended' and not c.erased and ${scope(caller, 'view')} and ${scopeOf(caller, 'privacy', 'delete', { branch: sql`c.branch_id`, owner: sql`c.owner_id` })}`,
    holds: { hold: onHold(sql`c.counterparty_id`, sql`c.contact_person_id`, now) },
  }),
  take: (tx, ids, { now }) => emptyRecords(tx, 'telephony', emptied, ids, now),
}]
