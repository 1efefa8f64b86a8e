import { filePlace } from '@vitrylo/files'
import { importPlaces } from '@vitrylo/imports'
import { sql, type Sql } from '@vitrylo/pg'
import { idsOf, naming, type Subject, type SubjectPlace } from '@vitrylo/service'
import { CONSENT_PROOF_YEARS } from './terms.ts'
import { tellCounterparties, tellInteractions } from './tell.ts'

const parties = (s: Subject): Sql => sql`${s.counterpartyIds}::uuid[]`
const persons = (s: Subject): Sql => sql`${s.contactPersonIds}::uuid[]`
const both = (s: Subject): Sql => sql`${[...s.counterpartyIds, ...s.contactPersonIds]}::uuid[]`
const ofParty = (s: Subject): Sql => sql`t.counterparty_id = any(${parties(s)})`
const ofPartyOrOrigin = (s: Subject): Sql => sql`(t.counterparty_id = any(${parties(s)}) or t.origin_id = any(${parties(s)}))`

const hasParty = (s: Subject): Sql => sql`exists (select from interaction_party p where p.interaction_id = t.id and p.counterparty_id = any(${parties(s)}))`
/** Somebody else took part, who is not erased. */
const hasOthers = (s: Subject): Sql =>
  sql`exists (select from interaction_party p where p.interaction_id = t.id and p.counterparty_id <> all(${parties(s)}) and not exists (select from erased_id e where e.id = p.counterparty_id))`

const carriedOut = sql`(t.kind = 'erasure' and exists (select from erased_subject e where e.request_id = t.id))`

/** Rows of files that hold a name, a code or a channel of the person. */
const inError = (s: Subject): Sql => sql`(
  exists (select from counterparty c where c.id = any(${parties(s)}) and c.erased_at is null and (c.display_name = any(t.cells)
    or (c.full_name <> '' and c.full_name = any(t.cells)) or (c.tax_code <> '' and c.tax_code = any(t.cells)) or (c.external_id <> '' and c.external_id = any(t.cells))
    or exists (select from jsonb_array_elements(c.channels) h where h->>'value' = any(t.cells) or (h->>'e164' <> '' and h->>'e164' = any(t.cells)))))
  or exists (select from contact_person p where p.id = any(${persons(s)}) and (p.display_name = any(t.cells)
    or exists (select from jsonb_array_elements(p.channels) h where h->>'value' = any(t.cells) or (h->>'e164' <> '' and h->>'e164' = any(t.cells))))))`

/** Where this service keeps persons. Later places are erased first: they are found by way of earlier ones. */
export const places: readonly SubjectPlace[] = [
  {
    name: 'counterparty', table: 'counterparty', of: (s) => sql`t.id = any(${parties(s)})`, treatment: 'empty',
    stays: ['id', 'kind', 'responsible_id', 'branch_id', 'created_at', 'created_by', 'updated_by'],
    set: () => ({ revision: sql`t.revision + 1`, updated_at: sql`now()`, deleted_at: sql`coalesce(t.deleted_at, now())`, erased_at: sql`now()` }),
    told: tellCounterparties,
    shared: 'counterparties',
  },
  { name: 'contact-person', table: 'contact_person', of: (s) => sql`t.id = any(${persons(s)})`, treatment: 'delete' },
  { name: 'card', table: 'card_extra', of: (s) => sql`t.record_id = any(${both(s)})`, treatment: 'delete' },
  { name: 'card-name', table: 'card_name', of: (s) => sql`t.record_id = any(${both(s)})`, treatment: 'delete', derived: true },
  { name: 'position', table: 'position', of: (s) => sql`(t.counterparty_id = any(${parties(s)}) or t.person_id = any(${persons(s)}))`, treatment: 'delete' },
  {
    name: 'interaction', table: 'interaction', of: (s) => sql`(${hasParty(s)} and not ${hasOthers(s)})`, treatment: 'empty',
    stays: ['id', 'kind', 'state', 'starts_at', 'ends_at', 'contact_person_ids', 'employee_ids', 'owner_id', 'branch_id', 'reminded_at', 'created_at', 'created_by', 'updated_by'],
    set: () => ({ revision: sql`t.revision + 1`, updated_at: sql`now()` }),
    told: tellInteractions,
  },
  {
    name: 'interaction-with-others', table: 'interaction', treatment: 'keep', reason: 'others',
    of: (s) => sql`((${hasParty(s)} and ${hasOthers(s)}) or (t.contact_person_ids && ${persons(s)} and not ${hasParty(s)}))`,
    look: { section: 'interactions', id: sql`t.id` },
  },
  {
    name: 'interaction-naming', table: 'interaction', treatment: 'keep', reason: 'look', look: { section: 'interactions', id: sql`t.id` },
    of: (s) => sql`(${naming(sql`t.subject || ' ' || t.text || ' ' || t.result || ' ' || t.next_step`, idsOf(s))} and not ${hasParty(s)} and not t.contact_person_ids && ${persons(s)})`,
    shown: () => sql`jsonb_build_object('starts_at', t.starts_at, 'subject', t.subject, 'text', t.text, 'result', t.result, 'next_step', t.next_step)`,
  },
  {
    name: 'note-naming', table: 'timeline', treatment: 'keep', reason: 'look', look: { section: 'counterparties', id: sql`t.counterparty_id` },
    of: (s) => sql`(t.kind = 'note' and ${naming(sql`t.data ->> 'text'`, idsOf(s))} and not coalesce(${ofPartyOrOrigin(s)}, false))`,
    shown: () => sql`jsonb_build_object('at', t.at, 'text', t.data ->> 'text')`,
  },
  {
    name: 'counterparty-naming', table: 'counterparty', treatment: 'keep', reason: 'look', look: { section: 'counterparties', id: sql`t.id` },
    of: (s) => sql`(${naming(sql`t.note`, idsOf(s))} and t.id <> all(${parties(s)}))`,
    shown: () => sql`jsonb_build_object('note', t.note)`,
  },
  {
    // Of nobody known: those that a service has found to be theirs.
    name: 'related-record', table: 'related_record', of: (s) => sql`(${ofPartyOrOrigin(s)} or (t.counterparty_id is null and t.section in ('requests', 'opportunities') and t.id = any(${s.recordIds}::uuid[])))`, treatment: 'empty',
    stays: ['section', 'id', 'counterparty_id', 'origin_id', 'revision', 'state', 'stage', 'open', 'amount', 'currency', 'owner_id', 'branch_id', 'due_at', 'updated_at'],
    derived: true,
  },
  {
    name: 'timeline', table: 'timeline', treatment: 'delete',
    of: (s) => sql`(${ofPartyOrOrigin(s)} or (t.section = 'relations' and t.record_id = any(${parties(s)})) or (t.section = 'contact-persons' and t.record_id = any(${persons(s)})))`,
  },
  { name: 'relation', table: 'relation', of: (s) => sql`(t.from_id = any(${parties(s)}) or t.to_id = any(${parties(s)}))`, treatment: 'delete' },
  { name: 'consent', table: 'consent', of: ofParty, treatment: 'keep', reason: 'proof-of-consent', years: CONSENT_PROOF_YEARS },
  { name: 'counterparty-match', table: 'counterparty_match', of: ofParty, treatment: 'delete', derived: true },
  { name: 'contact-person-match', table: 'contact_person_match', of: (s) => sql`t.person_id = any(${persons(s)})`, treatment: 'delete', derived: true },
  { name: 'match-block', table: 'match_block', of: ofParty, treatment: 'delete', derived: true },
  { name: 'duplicate-pair', table: 'duplicate_pair', of: (s) => sql`(t.first_id = any(${parties(s)}) or t.second_id = any(${parties(s)}))`, treatment: 'delete' },
  {
    name: 'merge', table: 'counterparty_merge', treatment: 'empty',
    of: (s) => sql`(t.survivor_id = any(${parties(s)}) or t.merged_id = any(${parties(s)}) or exists (select from unnest(${persons(s)}) p where strpos(t.snapshot::text, p::text) > 0))`,
    stays: ['id', 'survivor_id', 'merged_id', 'actor', 'created_at', 'undone_at'],
  },
  filePlace(both),
  ...importPlaces({ records: both, inError }),
  { name: 'legal-hold', table: 'legal_hold', of: (s) => sql`(t.counterparty_id = any(${parties(s)}) or t.contact_person_id = any(${persons(s)}))`, treatment: 'empty', stays: ['id', 'counterparty_id', 'contact_person_id', 'until_at', 'actor', 'branch_id', 'owner_id', 'created_at', 'ended_at', 'ended_by', 'revision'] },
  {
    name: 'subject-request', table: 'subject_request', of: (s) => sql`t.subject_id = any(${both(s)})`, treatment: 'empty',
    stays: ['id', 'kind', 'subject_kind', 'subject_id', 'subject', 'actor', 'branch_id', 'owner_id', 'created_at', 'ready_at', 'expires_at', 'erased_at', 'erased_event_id', 'done_at'],
    // Of files that could be taken nothing is left, parts on their way come too late, and no other preview has anything to erase. The ground of the erasure
    // that was carried out proves it by the number of a letter; those of the others go with the person.
    set: () => ({ state: sql`case when t.state in ('collecting', 'ready') then 'expired' else t.state end`, ground: sql`case when ${carriedOut} then t.ground else '' end` }),
    dirty: sql`(t.state in ('collecting', 'ready') or (t.ground <> '' and not ${carriedOut}))`,
  },
  { name: 'subject-file', table: 'subject_part', of: (s) => sql`t.request_id in (select r.id from subject_request r where r.subject_id = any(${both(s)}))`, treatment: 'delete', derived: true },
]
