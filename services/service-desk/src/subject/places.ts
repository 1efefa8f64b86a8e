import { filePlace } from '@vitrylo/files'
import { sql, type Sql, type Tx } from '@vitrylo/pg'
import { RequestChangedEvent } from '@vitrylo/proto/events.ts'
import { idsOf, naming, type Subject, type SubjectPlace } from '@vitrylo/service'
import { publish, requestsOf } from '../request/request-sql.ts'

const parties = (s: Subject): Sql => sql`${s.counterpartyIds}::uuid[]`

const ofNobody = sql`t.counterparty_id is null and t.contact_person_id is null`

/** Of a sender who was unknown: what names a phone or a mail address of theirs. */
const unknown = ({ channels = [] }: Subject): Sql => {
  const said = sql`${channels}::text[]`
  return sql`((${ofNobody} and t.phone <> '' and t.phone = any(${said})) or (${ofNobody} and t.sender_name <> '' and lower(t.sender_name) = any(${said})))`
}

/** Found as unknown when it was asked, they come back by their ids; one that got another client since is that one's. */
const own = (s: Subject): Sql => sql`(t.counterparty_id = any(${parties(s)}) or t.origin_id = any(${parties(s)}) or t.contact_person_id = any(${s.contactPersonIds}::uuid[])
  or ${unknown(s)} or (${ofNobody} and t.id = any(${s.recordIds}::uuid[])))`

async function tell(tx: Tx, ids: readonly string[]): Promise<void> {
  for (const request of await requestsOf(tx, ids)) await publish(tx, RequestChangedEvent, request)
}

/** Where this service keeps persons. Of their requests stays who dealt with them and when. */
export const places: readonly SubjectPlace[] = [
  {
    name: 'request', table: 'request', treatment: 'empty',
    of: own,
    unknown,
    stays: ['id', 'number', 'channel', 'counterparty_id', 'origin_id', 'contact_person_id', 'call_id', 'call_given_by', 'state', 'owner_id', 'owned_at', 'branch_id', 'queue', 'routing', 'due_at', 'taken_at', 'closed_at', 'opportunity_id', 'missed_call', 'same_as_id', 'received_at', 'created_at'],
    set: () => ({ revision: sql`t.revision + 1`, updated_at: sql`now()` }),
    told: tell,
    shared: 'requests',
    open: { section: 'requests', is: sql`t.closed_at is null` },
    locked: true,
  },
  {
    name: 'request-naming', table: 'request', treatment: 'keep', reason: 'look', look: { section: 'requests', id: sql`t.id` },
    of: (s) => sql`(${naming(sql`t.subject || ' ' || t.text || ' ' || t.resolution`, idsOf(s))} and not coalesce(${own(s)}, false))`,
    shown: () => sql`jsonb_build_object('created_at', t.created_at, 'subject', t.subject, 'text', t.text, 'resolution', t.resolution)`,
  },
  filePlace((s) => sql`array(select t.id from request t where ${own(s)})`),
  // The last, and so erased first: records are told with the name of their client.
  { name: 'client', table: 'counterparty', of: (s) => sql`t.id = any(${parties(s)})`, treatment: 'empty', stays: ['id', 'responsible_id', 'branch_id', 'revision'], set: () => ({ deleted: sql`true` }), derived: true, locked: true },
]
