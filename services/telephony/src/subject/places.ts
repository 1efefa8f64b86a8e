import { appendOutbox } from '@vitrylo/events'
import { sql, type Sql, type Tx } from '@vitrylo/pg'
import type { Subject, SubjectPlace } from '@vitrylo/service'
import { correction } from '../journal/call-events.ts'
import { callsOf } from '../journal/call-sql.ts'

const both = (s: Subject): Sql => sql`${[...s.counterpartyIds, ...s.contactPersonIds]}::uuid[]`

/** Theirs, and those of their numbers that nobody else is known for. */
const calls = (s: Subject): Sql => sql`(t.counterparty_id = any(${s.counterpartyIds}::uuid[]) or t.origin_id = any(${s.counterpartyIds}::uuid[]) or t.contact_person_id = any(${s.contactPersonIds}::uuid[])
  or (t.counterparty_id is null and t.customer_number in (select h.e164 from party_phone h where h.party_id = any(${both(s)}))
    and not exists (select from party_phone o where o.e164 = t.customer_number and o.party_id <> all(${both(s)}))))`

async function tell(tx: Tx, ids: readonly string[]): Promise<void> {
  await appendOutbox(tx, (await callsOf(tx, ids)).map(correction))
}

/** Where this service keeps persons. Later places are erased first: calls are found by phones. */
export const places: readonly SubjectPlace[] = [
  {
    name: 'party', table: 'party', of: (s) => sql`t.id = any(${both(s)})`, treatment: 'empty', stays: ['id', 'kind', 'counterparty_ids', 'branch_id', 'responsible_id', 'revision'],
    set: () => ({ deleted: sql`true` }),
  },
  { name: 'party-phone', table: 'party_phone', of: (s) => sql`t.party_id = any(${both(s)})`, treatment: 'delete' },
  {
    name: 'call', table: 'call', of: calls, treatment: 'empty',
    stays: ['id', 'pbx_id', 'branch_id', 'owner_id', 'direction', 'state', 'disposition', 'line', 'queues', 'started_at', 'ended_at', 'counterparty_id', 'origin_id', 'contact_person_id', 'request_id', 'request_told_by', 'request_told_revision', 'created_at'],
    set: () => ({ facts: sql`nameless_call(t.facts)`, erased: sql`true`, revision: sql`t.revision + 1`, updated_at: sql`now()` }),
    dirty: sql`not t.erased`,
    told: tell,
    shared: 'calls',
  },
  { name: 'call-event', table: 'pbx_event', of: (s) => sql`t.call_id in (select t.id from call t where ${calls(s)})`, treatment: 'delete' },
  { name: 'exchange-journal', table: 'pbx_journal', of: (s) => sql`exists (select from party_phone h where h.party_id = any(${both(s)}) and strpos(t.line, h.last9) > 0)`, treatment: 'delete' },
]
