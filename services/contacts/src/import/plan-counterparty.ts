import { sees } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import { keptFrom, knownOutcome, matchRows, newRows, severalFound, takenByRecord, type ImportContext, type Known, type Match as MatchOf, type Planned } from '@vitrylo/imports'
import type { Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { newId } from '@vitrylo/service'
import { withBranch, withOwner } from '../counterparty/complete-counterparty.ts'
import type { Change } from '../counterparty/counterparty-sql.ts'
import { settleRow } from '../custom/settle.ts'
import { joinRow, type FieldName } from './join-row.ts'
import { matchCounterparty } from './match-counterparty.ts'
import type { PersonInRow } from './parse-person.ts'
import { planPersonsOf } from './person-of-row.ts'
import type { PersonPlan } from './plan-person.ts'

/** `given`: what the row says; a repeated import changes that and nothing else. `ownerless`: it says that nobody answers for it. */
export type CounterpartyInRow = { counterparty: Counterparty; given: readonly FieldName[]; ownerless: boolean; /** What is wrong with its `createTime`, which only a new record takes. */ ageless?: Violation | undefined; /** Whom the row names there. */ person?: PersonInRow | undefined }
export type CounterpartyPlan = ({ create: Counterparty } | { change: Change; before: Counterparty } | { same: true; record?: Counterparty }) & { person?: PersonPlan }
type Match = MatchOf<Known<Counterparty>>

type Judged = Planned<CounterpartyPlan>

/** Which record each row is, and what becomes of it. A row that is one with another of the batch waits until that one is saved. */
export async function planCounterparties(tx: Tx, rows: readonly CounterpartyInRow[], context: ImportContext): Promise<Judged[]> {
  const matches = await matchRows(tx, rows.map(({ counterparty }) => counterparty), context, matchCounterparty)
  const added = await newRows(context, matchCounterparty)
  const taken = new Set<string>()
  const planned: Judged[] = []
  for (const [at, row] of rows.entries()) {
    const id = matches[at]!.found[0]?.record.id
    const judged = await planRow(tx, row, matches[at]!, context, id === undefined ? added.has(row.counterparty) : taken.has(id))
    planned.push(judged)
    if ('plan' in judged && 'create' in judged.plan) added.add(row.counterparty)
    if ('plan' in judged && id !== undefined) taken.add(id)
  }
  return withPersons(tx, rows, planned, context)
}

/** The contact persons of rows that add or change something. */
async function withPersons(tx: Tx, rows: readonly CounterpartyInRow[], planned: readonly Judged[], context: ImportContext): Promise<Judged[]> {
  const asked = rows.flatMap(({ person }, at) => {
    const one = planned[at]!
    const counterparty = 'plan' in one ? recordOf(one.plan) : undefined
    return person === undefined || counterparty === undefined || !('plan' in one) ? [] : [{ at, plan: one.plan, outcome: one.outcome, row: person, counterparty, isNew: 'create' in one.plan }]
  })
  const persons = await planPersonsOf(tx, asked, context)
  const next = [...planned]
  for (const [index, { at, plan, outcome }] of asked.entries()) {
    const person = persons[index]!
    next[at] = 'plan' in person ? { plan: { ...plan, person: person.plan }, outcome } : 'again' in person ? { again: true, outcome } : person
  }
  return next
}

/** Undefined where the row is passed over. */
export const recordOf = (plan: CounterpartyPlan): Counterparty | undefined => ('create' in plan ? plan.create : 'change' in plan ? plan.change.next : plan.record)

/** `isTwin`: another row of the batch is the same record. */
async function planRow(tx: Tx, row: CounterpartyInRow, match: Match, context: ImportContext, isTwin: boolean): Promise<Judged> {
  if (match.found.length > 1) return severalFound(match, nameFor(context))
  if (isTwin) return { again: true, outcome: knownOutcome(context.rules) }
  const judged = match.found.length === 0 ? planNew(row, match, context) : planKnown(row, match, context)
  if (!('plan' in judged) || 'same' in judged.plan) return judged
  const { plan, outcome } = judged
  const { record, violations } = 'create' in plan
    ? await settleRow(tx, context, plan.create)
    : plan.change.changed.includes('custom') ? await settleRow(tx, context, plan.change.next, plan.before.custom) : { record: plan.change.next, violations: [] }
  if (violations.length > 0) return { violations }
  return { plan: 'create' in plan ? { create: record } : { ...plan, change: { ...plan.change, next: record } }, outcome }
}

function planNew({ counterparty, given, ownerless, ageless }: CounterpartyInRow, { holder }: Match, context: ImportContext): Judged {
  const limited = keptFrom(context.caller, { ...WRITING, action: 'create' }, given)
  // That it is taken is told to nobody from whom it is hidden.
  if (holder !== undefined) return limited ?? takenBy(holder, context)
  if (context.rules.unknown === 'skip') return { plan: { same: true }, outcome: 'skipped' }
  if (limited !== undefined) return limited
  if (ageless !== undefined) return { violations: [ageless] }
  const complete = (ownerless ? withBranch : withOwner)({ ...counterparty, id: newId() }, context.caller, context.rights)
  return reaches(context, 'create', complete) ? { plan: { create: complete }, outcome: 'created' } : beyond()
}

function planKnown({ counterparty, given }: CounterpartyInRow, { found, holder, key }: Match, context: ImportContext): Judged {
  const { rules, caller, rights } = context
  const { record, reachable, visible } = found[0]!
  const field = key[0] ?? ''
  if (!visible) return takenBy(found[0]!, context)
  if (record.deleteTime !== undefined) return refused('externalId', 'state', 'the record was removed; bring it back first')
  if (rules.known === 'skip') return { plan: { same: true }, outcome: 'skipped' }
  if (!reachable) return refused(field, 'scope', 'it is a record that you may see and not change')
  const said = writable(given, rules.updateFields)
  const limited = keptFrom(caller, { ...WRITING, action: 'change' }, said)
  if (limited !== undefined) return limited
  const { next, changed } = joinRow(record, counterparty, said, rules.known)
  if (changed.length === 0) return { plan: { same: true, record }, outcome: 'updated' }
  if (next.externalId !== record.externalId && holder !== undefined && holder.record.id !== record.id) {
    return takenBy(holder, context)
  }
  const complete = withBranch(next, caller, rights)
  // Whom a share let in to it changes it where it is.
  const isMoved = changed.includes('branchId') || changed.includes('responsibleId')
  if (isMoved && ![record, complete].every((place) => reaches(context, 'change', place))) return beyond()
  return { plan: { change: { next: complete, changed }, before: record }, outcome: 'updated' }
}

const WRITING = { section: 'counterparties', always: ['displayName', 'kind'] as FieldName[] }

function writable(given: readonly FieldName[], only: ReadonlySet<string> | undefined): readonly FieldName[] {
  if (only === undefined) return given
  const fields = new Set(fieldsSaid([...only]))
  return given.filter((field) => fields.has(field))
}

const reaches = ({ caller }: ImportContext, action: string, { branchId, responsibleId: ownerId }: Counterparty): boolean =>
  sees(caller, 'counterparties', { branchId, ownerId }, action)

/** All of them are records that the caller may see. */
function nameFor({ caller }: ImportContext): (record: Counterparty) => string {
  const isHidden = caller.limits()?.hidden.get('counterparties')?.has('displayName') === true
  return ({ displayName, id }) => (isHidden ? id : displayName)
}

const refused = (field: string, rule: string, description: string): { violations: Violation[] } => ({ violations: [{ field, rule, description }] })
const takenBy = ({ record, visible }: Known<Counterparty>, context: ImportContext) => refused('externalId', 'unique', takenByRecord(record.id, visible ? nameFor(context)(record) : undefined))
const beyond = () => refused('branchId', 'scope', 'your right does not reach this branch or owner')

const TARGETS: [RegExp, FieldName][] = [
  [/^(familyName|givenName|middleName)$/, 'displayName'],
  [/^(phone|email)\d?$|^(site|messenger)$/, 'channels'],
  [/^(iban\d?|bankName)$/, 'bankAccounts'],
  [/^address/, 'addresses'],
  [/^responsible/, 'responsibleId'],
  [/^branch/, 'branchId'],
  [/^custom\./, 'custom'],
]

/** Fields of a counterparty that fields of a row speak of: `phone` of the channels. */
export const fieldsSaid = (fields: readonly string[]): FieldName[] =>
  [...new Set(fields.map((field) => TARGETS.find(([pattern]) => pattern.test(field))?.[1] ?? (field as FieldName)))]
