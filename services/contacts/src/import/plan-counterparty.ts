import { sees } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import { knownOutcome, type ImportContext, type Planned } from '@vitrylo/imports'
import type { Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { newId } from '@vitrylo/service'
import { withBranch, withOwner } from '../counterparty/complete-counterparty.ts'
import type { Change } from '../counterparty/counterparty-sql.ts'
import { joinRow, type FieldName } from './join-row.ts'
import { matchRows, newRows, type Match } from './match-rows.ts'

/** `given`: what the row says; a repeated import changes that and nothing else. `ownerless`: it says that nobody answers for it. */
export type CounterpartyInRow = { counterparty: Counterparty; given: readonly FieldName[]; ownerless: boolean }
export type CounterpartyPlan = { create: Counterparty } | { change: Change; before: Counterparty } | { same: true }

type Judged = Planned<CounterpartyPlan>

/** Which record each row is, and what becomes of it. A row that is one with another of the batch waits until that one is saved. */
export async function planCounterparties(tx: Tx, rows: readonly CounterpartyInRow[], context: ImportContext): Promise<Judged[]> {
  const matches = await matchRows(tx, rows.map(({ counterparty }) => counterparty), context)
  const added = await newRows(context)
  const taken = new Set<string>()
  return rows.map((row, at): Judged => {
    const { found } = matches[at]!
    if (found.length > 1) return several(matches[at]!)
    const id = found[0]?.record.id
    if (id === undefined ? added.has(row.counterparty) : taken.has(id)) return { again: true, outcome: knownOutcome(context.rules) }
    const judged = id === undefined ? planNew(row, matches[at]!, context) : planKnown(row, matches[at]!, context)
    if ('plan' in judged && 'create' in judged.plan) added.add(row.counterparty)
    if (id !== undefined) taken.add(id)
    return judged
  })
}

function planNew({ counterparty, ownerless }: CounterpartyInRow, { holder }: Match, context: ImportContext): Judged {
  if (holder !== undefined) return refused('externalId', 'unique', 'is taken by another record')
  if (context.rules.unknown === 'skip') return { plan: { same: true }, outcome: 'skipped' }
  const complete = (ownerless ? withBranch : withOwner)({ ...counterparty, id: newId() }, context.caller, context.rights)
  return reaches(context, 'create', complete) ? { plan: { create: complete }, outcome: 'created' } : beyond()
}

function planKnown({ counterparty, given }: CounterpartyInRow, { found, holder, key }: Match, context: ImportContext): Judged {
  const { rules, caller, rights } = context
  const { record, reachable, visible } = found[0]!
  const field = key[0] ?? ''
  if (!visible) return refused('externalId', 'unique', 'is taken by a record that your rights do not reach')
  if (record.deleteTime !== undefined) return refused('externalId', 'state', 'the record was removed; bring it back first')
  if (rules.known === 'skip') return { plan: { same: true }, outcome: 'skipped' }
  if (!reachable) return refused(field, 'scope', 'it is a record that you may see and not change')
  const { next, changed } = joinRow(record, counterparty, writable(given, rules.updateFields), rules.known)
  if (changed.length === 0) return { plan: { same: true }, outcome: 'updated' }
  if (next.externalId !== record.externalId && holder !== undefined && holder.record.id !== record.id) {
    return refused('externalId', 'unique', 'is taken by another record')
  }
  const complete = withBranch(next, caller, rights)
  if ((changed.includes('branchId') || changed.includes('responsibleId')) && !reaches(context, 'change', complete)) return beyond()
  return { plan: { change: { next: complete, changed }, before: record }, outcome: 'updated' }
}

function writable(given: readonly FieldName[], only: ReadonlySet<string> | undefined): readonly FieldName[] {
  if (only === undefined) return given
  const fields = new Set(fieldsSaid([...only]))
  return given.filter((field) => fields.has(field))
}

const reaches = ({ caller }: ImportContext, action: string, { branchId, responsibleId: ownerId }: Counterparty): boolean =>
  sees(caller, 'counterparties', { branchId, ownerId }, action)

const NAMED = 5

/** All of them are records that the caller may see. */
function several({ found, key }: Match): { violations: Violation[] } {
  const names = found.slice(0, NAMED).map(({ record: { displayName, id } }) => `${displayName} (${id})`).join(', ')
  return refused(key[0] ?? '', 'several', `${found.length} records are like this: ${names}${found.length > NAMED ? ', …' : ''}`)
}

const refused = (field: string, rule: string, description: string): { violations: Violation[] } => ({ violations: [{ field, rule, description }] })
const beyond = () => refused('branchId', 'scope', 'your right does not reach this branch or owner')

const TARGETS: [RegExp, FieldName][] = [
  [/^(familyName|givenName|middleName)$/, 'displayName'],
  [/^(phone|email)\d?$|^(site|messenger)$/, 'channels'],
  [/^(iban\d?|bankName)$/, 'bankAccounts'],
  [/^address/, 'addresses'],
  [/^responsible/, 'responsibleId'],
  [/^branch/, 'branchId'],
]

/** Fields of a counterparty that fields of a row speak of: `phone` of the channels. */
export const fieldsSaid = (fields: readonly string[]): FieldName[] =>
  [...new Set(fields.map((field) => TARGETS.find(([pattern]) => pattern.test(field))?.[1] ?? (field as FieldName)))]
