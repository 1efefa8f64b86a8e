import { sql } from '@vitrylo/pg'
import { InteractionKind, InteractionState, type Interaction } from '@vitrylo/proto/vitrylo/contacts/v1/interaction.ts'
import { fromWord, wordOf } from '@vitrylo/proto/words.ts'

export type InteractionRow = {
  id: string
  kind: string
  state: string
  subject: string
  place: string
  starts_at: Date | string
  ends_at: Date | string | null
  text: string
  result: string
  next_step: string
  next_step_on: string | null
  counterparty_ids: string[]
  contact_person_ids: string[]
  employee_ids: string[]
  owner_id: string | null
  branch_id: string | null
  remind_before: number | null
  remind_at: Date | string | null
  revision: number
  created_at: Date | string
  updated_at: Date | string
  counterparty_name?: string | null
}

export const interactionColumns = sql`i.id, i.kind, i.state, i.subject, i.place, i.starts_at, i.ends_at, i.text, i.result, i.next_step, i.next_step_on,
  i.contact_person_ids, i.employee_ids, i.owner_id, i.branch_id, i.remind_before, i.remind_at, i.revision, i.created_at, i.updated_at,
  array(select p.counterparty_id from interaction_party p where p.interaction_id = i.id order by p.ordinal) as counterparty_ids`

const timeOf = (time: Date | string | null): Date | undefined => (time === null ? undefined : new Date(time))

export const fromInteractionRow = (row: InteractionRow): Interaction => ({
  id: row.id,
  etag: String(row.revision),
  createTime: new Date(row.created_at),
  updateTime: new Date(row.updated_at),
  kind: fromWord(InteractionKind, row.kind),
  state: fromWord(InteractionState, row.state),
  subject: row.subject,
  place: row.place,
  startTime: new Date(row.starts_at),
  endTime: timeOf(row.ends_at),
  text: row.text,
  result: row.result,
  nextStep: row.next_step,
  nextStepDate: row.next_step_on ?? '',
  counterpartyIds: row.counterparty_ids,
  contactPersonIds: row.contact_person_ids,
  employeeIds: row.employee_ids,
  ownerId: row.owner_id ?? undefined,
  branchId: row.branch_id ?? undefined,
  remindBeforeMinutes: row.remind_before ?? undefined,
  remindTime: timeOf(row.remind_at),
  counterpartyName: row.counterparty_name ?? '',
})

/** What is saved, as one JSON object. */
export const toInteractionRecord = (i: Interaction) => ({
  id: i.id,
  kind: wordOf(InteractionKind, i.kind),
  state: wordOf(InteractionState, i.state),
  subject: i.subject,
  place: i.place,
  starts_at: i.startTime!,
  ends_at: i.endTime ?? null,
  text: i.text,
  result: i.result,
  next_step: i.nextStep,
  next_step_on: i.nextStepDate || null,
  contact_person_ids: i.contactPersonIds,
  employee_ids: i.employeeIds,
  owner_id: i.ownerId ?? null,
  branch_id: i.branchId ?? null,
  remind_before: i.remindBeforeMinutes ?? null,
  remind_at: i.remindTime ?? null,
})

const SAVED = `kind state subject place starts_at ends_at text result next_step next_step_on contact_person_ids employee_ids owner_id branch_id
  remind_before remind_at`.split(/\s+/)

const TYPES: Record<string, string> = {
  starts_at: 'timestamptz', ends_at: 'timestamptz', next_step_on: 'date', contact_person_ids: 'uuid[]', employee_ids: 'uuid[]', owner_id: 'uuid',
  branch_id: 'uuid', remind_before: 'int', remind_at: 'timestamptz',
}

// Names of columns are constants of this file, never input.
const raw = (text: string) => sql([text])

export const savedColumns = raw(SAVED.join(', '))
export const savedValues = raw(SAVED.map((name) => `r.${name}`).join(', '))
export const savedAssignments = raw(SAVED.map((name) => `${name} = r.${name}`).join(', '))
export const savedTypes = raw(['id uuid', ...SAVED.map((name) => `${name} ${TYPES[name] ?? 'text'}`)].join(', '))
