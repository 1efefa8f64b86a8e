import { on, type Handler } from '@vitrylo/events'
import { sql, type Sql } from '@vitrylo/pg'
import { SubjectPartErasedEvent } from '@vitrylo/proto/events.ts'
import { eraseRecords, naming, type Subject, type SubjectPlace } from '@vitrylo/service'

const all = (s: Subject): string[] => [...s.counterpartyIds, ...s.contactPersonIds, ...s.recordIds]
const keys = (s: Subject): Sql => sql`${all(s)}::text[]`

const ofMessage = (s: Subject): Sql => naming(sql`t.text`, all(s))

/** Where this service keeps persons: titles of their records, told to employees. Mails are made of these when they are sent. */
export const places: readonly SubjectPlace[] = [
  {
    // Nobody can change a message once it is sent: what leads to the person goes with its text.
    name: 'message', table: 'message', of: ofMessage, treatment: 'empty',
    stays: ['id', 'sender_id', 'branch_id', 'employee_id', 'group_name', 'to_branch_id', 'everybody', 'must_read', 'recipient_count', 'created_at', 'expires_at'],
    shown: () => sql`jsonb_build_object('created_at', t.created_at, 'text', t.text)`,
  },
  {
    // Found by way of their messages: erased before them.
    name: 'notification', table: 'notification', treatment: 'empty',
    of: (s) => sql`(t.record_id = any(${s.recordIds}::uuid[]) or t.message_id = any(array(select t.id from message t where ${ofMessage(s)})))`,
    stays: ['id', 'employee_id', 'kind', 'number', 'missed_call', 'section', 'record_id', 'branch_id', 'owner_id', 'due_at', 'sender_id', 'message_id', 'must_read', 'in_client', 'created_at', 'read_at', 'expires_at'],
  },
  {
    // Who did what and when stays in the chain; it stands over digests of these, so that it holds without them (docs/adr/0016).
    name: 'audit-detail', table: 'audit_detail', treatment: 'empty', stays: ['no'],
    of: (s) => sql`t.no in (select e.no from audit_entry e where e.record_id = any(${keys(s)}) and e.record_id <> '' union all select e.no from audit_entry e where e.record_ids && ${keys(s)})`,
    shown: (s) => sql`jsonb_build_object('at', (select e.at from audit_entry e where e.no = t.no), 'action', (select e.method from audit_entry e where e.no = t.no),
      'fields', (select e.fields from audit_entry e where e.no = t.no), 'data', case when (select e.record_ids from audit_entry e where e.no = t.no) <@ ${keys(s)} is not false then t.content end)`,
  },
  {
    name: 'saved-filter', table: 'saved_filter', of: (s) => naming(sql`t.display_name || ' ' || t.filter`, all(s)), treatment: 'keep', reason: 'look',
    look: { section: 'saved-filters', id: sql`t.id` },
    shown: () => sql`jsonb_build_object('display_name', t.display_name, 'filter', t.filter)`,
  },
]

/** Records that another service has emptied, some of which contacts did not know. */
export const onRecordsErased: Handler = on(SubjectPartErasedEvent, (tx, { recordIds }, event) => eraseRecords(tx, places, recordIds, new Date(event.time)))
