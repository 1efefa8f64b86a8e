import { sql, type Sql, type Tx } from '@vitrylo/pg'
import { RequestChangedEvent } from '@vitrylo/proto/events.ts'
import type { Subject, SubjectPlace } from '@vitrylo/service'
import { publish, requestsOf } from '../request/request-sql.ts'

const parties = (s: Subject): Sql => sql`${s.counterpartyIds}::uuid[]`

async function tell(tx: Tx, ids: readonly string[]): Promise<void> {
  for (const request of await requestsOf(tx, ids)) await publish(tx, RequestChangedEvent, request)
}

/** Where this service keeps persons. Of their requests stays who dealt with them and when. */
export const places: readonly SubjectPlace[] = [
  { name: 'client', table: 'counterparty', of: (s) => sql`t.id = any(${parties(s)})`, treatment: 'empty', stays: ['id', 'responsible_id', 'branch_id', 'revision'], set: () => ({ deleted: sql`true` }), derived: true },
  {
    name: 'request', table: 'request', treatment: 'empty',
    of: (s) => sql`(t.counterparty_id = any(${parties(s)}) or t.origin_id = any(${parties(s)}) or t.contact_person_id = any(${s.contactPersonIds}::uuid[]))`,
    stays: ['id', 'number', 'channel', 'counterparty_id', 'origin_id', 'contact_person_id', 'call_id', 'state', 'owner_id', 'owned_at', 'branch_id', 'queue', 'routing', 'due_at', 'taken_at', 'closed_at', 'opportunity_id', 'missed_call', 'created_at'],
    set: () => ({ revision: sql`t.revision + 1`, updated_at: sql`now()` }),
    told: tell,
  },
]
