import { appendOutbox } from '@vitrylo/events'
import { filePlace } from '@vitrylo/files'
import { importPlaces } from '@vitrylo/imports'
import { sql, type Sql, type Tx } from '@vitrylo/pg'
import { OpportunityChangedEvent } from '@vitrylo/proto/events.ts'
import { idsOf, naming, type Subject, type SubjectPlace } from '@vitrylo/service'
import { eventOf, opportunitiesOf } from '../opportunity/opportunity-sql.ts'

const parties = (s: Subject): Sql => sql`${s.counterpartyIds}::uuid[]`
/** One that was made of their request while nobody was known bears what they said in its note. */
const own = (s: Subject, t: Sql = sql`t`): Sql => sql`(${t}.counterparty_id = any(${parties(s)}) or ${t}.origin_id = any(${parties(s)})
  or (${t}.counterparty_id is null and ${t}.contact_person_id is null and ${t}.request_id = any(${s.recordIds}::uuid[])))`

const records = (s: Subject): Sql => sql`array(select o.id from opportunity o where ${own(s, sql`o`)})`

async function tell(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
  const changedFields = ['title', 'source', 'nextStep', 'note', 'externalId', 'product', 'custom']
  await appendOutbox(tx, (await opportunitiesOf(tx, ids)).map((o) => eventOf({ type: OpportunityChangedEvent, more: { changedFields } }, o, '', now)))
}

/** Where this service keeps persons. Of their opportunities the figures stay: sums, stages and days tell of nobody without a name. */
export const places: readonly SubjectPlace[] = [
  {
    name: 'opportunity', table: 'opportunity', of: (s) => own(s), treatment: 'empty',
    stays: ['id', 'number', 'counterparty_id', 'origin_id', 'contact_person_id', 'pipeline_id', 'stage_id', 'state', 'amount', 'currency', 'owner_id', 'branch_id', 'request_id', 'stage_entered_at', 'opened_at', 'closed_at', 'created_at'],
    set: () => ({ revision: sql`t.revision + 1`, updated_at: sql`now()` }),
    told: tell,
    shared: 'opportunities',
    open: { section: 'opportunities', is: sql`t.state = 'open'` },
    locked: true,
  },
  { name: 'opportunity-of-organisation', table: 'opportunity', of: (s) => sql`(t.contact_person_id = any(${s.contactPersonIds}::uuid[]) and not coalesce(${own(s)}, false))`, treatment: 'keep', reason: 'others', look: { section: 'opportunities', id: sql`t.id` } },
  {
    name: 'opportunity-naming', table: 'opportunity', treatment: 'keep', reason: 'look', look: { section: 'opportunities', id: sql`t.id` },
    of: (s) => sql`(${naming(sql`t.title || ' ' || t.next_step || ' ' || t.note || ' ' || t.lost_reason`, idsOf(s))} and not coalesce(${own(s)}, false))`,
    shown: () => sql`jsonb_build_object('created_at', t.created_at, 'title', t.title, 'next_step', t.next_step, 'note', t.note, 'lost_reason', t.lost_reason)`,
  },
  // Erased before the records, which are told with its name, and after refused rows, which are found by it.
  { name: 'client', table: 'counterparty', of: (s) => sql`t.id = any(${parties(s)})`, treatment: 'empty', stays: ['id', 'responsible_id', 'branch_id', 'revision'], set: () => ({ deleted: sql`true` }), derived: true, locked: true },
  filePlace(records),
  ...importPlaces({
    records,
    inError: (s) => sql`exists (select from counterparty c where c.id = any(${parties(s)}) and ((c.name <> '' and c.name = any(t.cells)) or (c.external_id <> '' and c.external_id = any(t.cells))))`,
  }),
]
