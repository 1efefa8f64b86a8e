import type { Caller, RightsData } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import { many, sql, type Sql, type Tx } from '@vitrylo/pg'
import { InteractionState, type Interaction } from '@vitrylo/proto/vitrylo/contacts/v1/interaction.ts'
import { places } from '../contact-person/contact-person-row.ts'
import { dayViolations, headOffice, textViolations } from '../counterparty/complete-counterparty.ts'
import { scope } from '../counterparty/counterparty-sql.ts'

const MINUTE_MS = 60_000

/** As it is stored: blanks cut, the time of the reminder beside that of the start. */
export const normalInteraction = (i: Interaction): Interaction => ({
  ...i,
  subject: i.subject.trim(),
  place: i.place.trim(),
  nextStep: i.nextStep.trim(),
})

/** Owner and branch, where they are not given; the owner is no participant beside themselves. */
export function withPlace(i: Interaction, caller: Caller, rights: RightsData): Interaction {
  const ownerId = i.ownerId ?? caller.employeeId
  const branchId = i.branchId ?? (ownerId === undefined ? undefined : rights.employees.get(ownerId)?.branchId) ?? caller.branchId ?? headOffice(rights)
  return { ...i, ownerId, branchId, employeeIds: i.employeeIds.filter((id) => id !== ownerId) }
}

/** Only what is still to come, and has somebody to be reminded, is reminded of. */
export function withReminder(i: Interaction, now: Date): Interaction {
  const { state, startTime, remindBeforeMinutes: before, ownerId } = i
  const wanted = state === InteractionState.PLANNED && before !== undefined && ownerId !== undefined && startTime! > now
  return { ...i, remindTime: wanted ? new Date(startTime!.getTime() - before * MINUTE_MS) : undefined }
}

export function interactionViolations(i: Interaction, { employees, branches }: RightsData, now: Date): Violation[] {
  const found = [...dayViolations(i.nextStepDate, 'nextStepDate'), ...textViolations(i)]
  const wrong = (field: string, rule: string, description: string): number => found.push({ field, rule, description })
  if (i.subject === '') wrong('subject', 'required', 'must not be blank')
  if (i.startTime === undefined) wrong('startTime', 'required', 'must be given')
  if (i.endTime !== undefined && i.startTime !== undefined && i.endTime < i.startTime) wrong('endTime', 'range', 'is before the start')
  if (i.state === InteractionState.HELD && i.startTime !== undefined && i.startTime.getTime() > now.getTime() + MINUTE_MS) {
    wrong('startTime', 'range', 'has not come yet; plan it')
  }
  if (i.counterpartyIds.length === 0) wrong('counterpartyIds', 'required', 'must name a counterparty')
  if (i.ownerId !== undefined && !employees.has(i.ownerId)) wrong('ownerId', 'reference', 'no such employee')
  if (i.branchId !== undefined && !branches.has(i.branchId)) wrong('branchId', 'reference', 'no such branch')
  i.employeeIds.forEach((id, at) => !employees.has(id) && wrong(`employeeIds[${at}]`, 'reference', 'no such employee'))
  return found
}

/** Participants that are new must be of those the caller sees; others are as if they did not exist. */
export async function participantViolations(tx: Tx, caller: Caller, next: Interaction, before?: Interaction): Promise<Violation[]> {
  const parties = await unseen(tx, sql`select c.id from counterparty c where c.deleted_at is null and ${scope(caller, 'view')} and c.id`, added(next.counterpartyIds, before?.counterpartyIds), LOCKED)
  const persons = await unseen(
    tx,
    sql`select p.id from contact_person p ${places(caller, 'view')} where o.positions is not null and p.id`,
    added(next.contactPersonIds, before?.contactPersonIds),
  )
  const violations = (field: string, all: string[], missing: Set<string>): Violation[] =>
    all.flatMap((id, at) => (missing.has(id) ? [{ field: `${field}[${at}]`, rule: 'reference', description: 'no such record' }] : []))
  return [...violations('counterpartyIds', next.counterpartyIds, parties), ...violations('contactPersonIds', next.contactPersonIds, persons)]
}

const added = (ids: string[], before: readonly string[] = []): string[] => ids.filter((id) => !before.includes(id))

/** Waits for a merge that has begun, and keeps one that would leave the new row behind. */
const LOCKED = sql`order by c.id for key share of c`

async function unseen(tx: Tx, select: Sql, ids: string[], lock: Sql = sql.empty): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await many<{ id: string }>(tx, sql`${select} = any(${ids}::uuid[]) ${lock}`)
  const seen = new Set(rows.map(({ id }) => id))
  return new Set(ids.filter((id) => !seen.has(id)))
}
