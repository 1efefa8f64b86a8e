import { fieldsOf, uniqueValues, type UniqueValue } from '@vitrylo/custom'
import { keptFrom, severalFound, takenByRecord, type ImportContext, type Match, type Outcome, type Planned } from '@vitrylo/imports'
import type { Violation } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import { DecisionRole, type ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { applyMask, newId } from '@vitrylo/service'
import { withPlace } from '../contact-person/complete-person.ts'
import type { PersonChange, Place } from '../contact-person/contact-person-sql.ts'
import { settlePersonRow } from '../custom/settle.ts'
import { joinPerson } from './join-person.ts'
import type { KnownPerson } from './match-person.ts'
import { CHANGING, type PersonField, type PersonInRow } from './parse-person.ts'

export type PersonPlan = { create: ContactPerson } | { change: PersonChange } | { same: true }

/** A person of a row at the organisation that the row names. `writable`: fields of a known person that may change. */
export type Placed = { row: PersonInRow; counterpartyId: string; writable: readonly PersonField[] }

type Judged = Planned<PersonPlan>

/** What becomes of a person: added, changed, passed over or refused; violations name fields of a person. */
export async function planPerson(tx: Tx, placed: Placed, match: Match<KnownPerson>, context: ImportContext, places: ReadonlyMap<string, Place>): Promise<Judged> {
  if (match.found.length > 1) {
    return severalFound(match, nameFor(context))
  }
  const judged = match.found.length === 0 ? planNew(placed, match, context, places) : planKnown(placed, match, context)
  return 'plan' in judged ? settled(tx, judged, context) : judged
}

/** What of a plan no two persons may have. */
export const uniqueOfPerson = (plan: PersonPlan, { rights }: ImportContext): UniqueValue[] =>
  uniqueValues(fieldsOf(rights, 'contact-persons'), 'create' in plan ? plan.create : 'change' in plan ? plan.change.next : undefined)

/** Custom values of what is to be saved, judged as they are when one is saved by hand. */
async function settled(tx: Tx, judged: { plan: PersonPlan; outcome: Outcome }, context: ImportContext): Promise<Judged> {
  const { plan, outcome } = judged
  if ('same' in plan) return judged
  const { record, violations } = 'create' in plan
    ? await settlePersonRow(tx, context, plan.create)
    : await settlePersonRow(tx, context, plan.change.next, plan.change.locked.person.custom)
  if (violations.length > 0) return { violations }
  return { plan: 'create' in plan ? { create: record } : { change: { ...plan.change, next: record } }, outcome }
}

function planNew({ row: { person, title, role, said }, counterpartyId }: Placed, { holder }: Match<KnownPerson>, context: ImportContext, places: ReadonlyMap<string, Place>): Judged {
  const { caller, rules } = context
  const limited = keptFrom(caller, { ...WRITING, action: 'create' }, said)
  // That it is taken is told to nobody from whom it is hidden.
  if (holder !== undefined) return limited ?? takenBy(holder, context)
  if (rules.unknown === 'skip') return { plan: { same: true }, outcome: 'skipped' }
  const position = { counterpartyId, title, decisionRole: role }
  return limited ?? { plan: { create: withPlace({ ...person, id: newId(), positions: [position] }, places) }, outcome: 'created' }
}

function planKnown({ row, counterpartyId, writable }: Placed, { found, holder, key }: Match<KnownPerson>, context: ImportContext): Judged {
  const { caller, rules } = context
  const { visible, locked, record } = found[0]!
  if (!visible) return takenBy(found[0]!, context)
  if (rules.known === 'skip') return { plan: { same: true }, outcome: 'skipped' }
  if (locked === undefined) return refused(key[0] ?? '', 'scope', 'it is a record that you may see and not change')
  const { person: now } = locked
  // A place of theirs that the caller may add to and not change stays as it is: it is no part of what can be written.
  const stands = locked.hidden.some(({ position }) => position.counterpartyId === counterpartyId)
  if (stands && (row.title !== '' || row.role !== DecisionRole.UNSPECIFIED)) return refused('position', 'scope', 'it is a place that you may not change')
  const wish = joinPerson(now, row, counterpartyId, new Set(stands ? writable.filter((field) => field !== 'positions') : writable), rules.known)
  const { next, changed } = applyMask(now, wish, [...CHANGING], CHANGING)
  // Whether a hidden field would change is not told either.
  const hidden = caller.limits()?.hidden.get('contact-persons')
  const limited = keptFrom(caller, { ...WRITING, action: 'change' }, [...changed, ...row.said.filter((field) => hidden?.has(field))])
  if (limited !== undefined) return limited
  if (next.externalId !== now.externalId && holder !== undefined && holder.record.id !== record.id) return takenBy(holder, context)
  return { plan: changed.length === 0 ? { same: true } : { change: { locked, next } }, outcome: 'updated' }
}

const WRITING = { section: 'contact-persons', always: ['displayName', 'positions'] }

export const refused = (field: string, rule: string, description: string): { violations: Violation[] } => ({ violations: [{ field, rule, description }] })

/** All of them are persons that the caller may see. */
function nameFor({ caller }: ImportContext): (person: ContactPerson) => string {
  const isHidden = caller.limits()?.hidden.get('contact-persons')?.has('displayName') === true
  return ({ displayName, id }) => (isHidden ? id : displayName)
}

const takenBy = ({ record, visible }: KnownPerson, context: ImportContext) => refused('externalId', 'unique', takenByRecord(record.id, visible ? nameFor(context)(record) : undefined))
