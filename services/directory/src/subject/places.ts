import { on, type Handler } from '@vitrylo/events'
import { sql, type Sql } from '@vitrylo/pg'
import { SubjectPartErasedEvent } from '@vitrylo/proto/events.ts'
import { erasePlaces, type Subject, type SubjectPlace } from '@vitrylo/service'

const all = (s: Subject): Sql => sql`${[...s.counterpartyIds, ...s.contactPersonIds, ...s.recordIds]}::text[]`

/** Where this service keeps persons: titles of their records, told to employees. Mails are made of these when they are sent. */
export const places: readonly SubjectPlace[] = [
  {
    name: 'notification', table: 'notification', of: (s) => sql`t.record_id = any(${s.recordIds}::uuid[])`, treatment: 'empty',
    stays: ['id', 'employee_id', 'kind', 'section', 'record_id', 'branch_id', 'owner_id', 'due_at', 'sender_id', 'message_id', 'must_read', 'in_client', 'created_at', 'read_at', 'expires_at'],
  },
  {
    // Who did what and when stays in the chain; it stands over digests of these, so that it holds without them (docs/adr/0016).
    name: 'audit-detail', table: 'audit_detail', treatment: 'empty', stays: ['no'],
    of: (s) => sql`t.no in (select e.no from audit_entry e where e.record_id = any(${all(s)}) and e.record_id <> '' union all select e.no from audit_entry e where e.record_ids && ${all(s)})`,
    shown: (s) => sql`jsonb_build_object('at', (select e.at from audit_entry e where e.no = t.no), 'action', (select e.method from audit_entry e where e.no = t.no),
      'fields', (select e.fields from audit_entry e where e.no = t.no), 'data', case when (select e.record_ids from audit_entry e where e.no = t.no) <@ ${all(s)} is not false then t.content end)`,
  },
]

/** Records that another service has emptied, some of which contacts did not know. */
export const onRecordsErased: Handler = on(SubjectPartErasedEvent, async (tx, { recordIds }, event) => {
  if (recordIds.length > 0) await erasePlaces(tx, places, { kind: 'counterparty', id: recordIds[0]!, counterpartyIds: [], contactPersonIds: [], recordIds }, new Date(event.time))
})
