import { sees, type RightsData } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import { matchRows, newRows, type ImportContext, type ImportRow, type Planned } from '@vitrylo/imports'
import type { Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import type { CountryCode } from 'libphonenumber-js'
import { reachablePlaces } from '../contact-person/contact-person-sql.ts'
import { importColumns } from './custom-cells.ts'
import { matchPerson } from './match-person.ts'
import { parsePerson, PERSON_FIELDS, personFieldsSaid, shownPerson, type PersonInRow } from './parse-person.ts'
import { planPerson, refused, type PersonPlan } from './plan-person.ts'
import { fieldsOf } from './read-fields.ts'

/** Columns of the contact person in a file of counterparties: `person.phone`. */
export const PERSON = 'person.'

export const personColumnsOf = (rights: RightsData): string[] => [...PERSON_FIELDS, ...importColumns(rights, 'contact-persons')].map((field) => PERSON + field)

const toPerson = (fields: readonly string[]): string[] => fields.flatMap((field) => (field.startsWith(PERSON) ? [field.slice(PERSON.length)] : []))
const ofPerson = <T extends { field: string }>(wrong: readonly T[]): T[] => wrong.map((one) => ({ ...one, field: PERSON + one.field }))

/** What a row says of the counterparty, and what of the contact person; undefined where all of those columns are empty. */
export function partsOf(row: ImportRow): [own: ImportRow, theirs: ImportRow | undefined] {
  const names = Object.keys(row)
  if (!names.some((field) => field.startsWith(PERSON))) return [row, undefined]
  const part = (isPerson: boolean, from: number): ImportRow => Object.fromEntries(names.filter((field) => field.startsWith(PERSON) === isPerson).map((field) => [field.slice(from), row[field]!]))
  return [part(false, 0), part(true, PERSON.length)]
}

/** A contact person out of what a row says of one. */
export function personIn(row: ImportRow, context: ImportContext, country: CountryCode): { person: PersonInRow; violations: Violation[] } {
  const fields = fieldsOf(row, country)
  const person = parsePerson(fields, row, country, context)
  return { person, violations: ofPerson(fields.violations) }
}

export const shownPersonOf = (row: PersonInRow): Record<string, string> => Object.fromEntries(Object.entries(shownPerson(row)).map(([field, value]) => [PERSON + field, value]))

/** Within the organisation: by external id, else by phone, by mail, by name. */
const KEYS = [['externalId'], ['phone', 'counterparty'], ['email', 'counterparty'], ['displayName', 'counterparty']]

/** A row's person and the counterparty that the row adds or has found. */
export type Companion = { row: PersonInRow; counterparty: Counterparty; isNew: boolean }

/** What becomes of the persons of a batch. Violations name columns of the row. */
export async function planPersonsOf(tx: Tx, companions: readonly Companion[], context: ImportContext): Promise<Planned<PersonPlan>[]> {
  if (companions.length === 0) return []
  const { caller, rules } = context
  const within = { ...context, rules: { ...rules, keys: KEYS, unknown: 'create' as const } }
  const known = companions.flatMap(({ counterparty, isNew }) => (isNew ? [] : [counterparty.id]))
  const places = new Map(await reachablePlaces(tx, caller, 'create', known))
  for (const { counterparty: { id, branchId = '', responsibleId = '' }, isNew } of companions) {
    if (isNew && sees(caller, 'contact-persons', { branchId, ownerId: responsibleId }, 'create')) places.set(id, { branchId, responsibleId })
  }
  const placed = companions.map(({ row: { person, title, role }, counterparty }) => ({ ...person, positions: [{ counterpartyId: counterparty.id, title, decisionRole: role }] }))
  const matches = await matchRows(tx, placed, within, matchPerson)
  const added = await newRows(within, matchPerson)
  const taken = new Set<string>()
  const planned: Planned<PersonPlan>[] = []
  for (const [at, { row, counterparty, isNew }] of companions.entries()) {
    const writable = writableOf(row, rules.updateFields)
    const id = matches[at]!.found[0]?.record.id
    if (!isNew && writable.length === 0) planned.push({ plan: { same: true }, outcome: 'updated' })
    else if (!places.has(counterparty.id)) planned.push({ violations: ofPerson(refused('displayName', 'right', 'you may not add contact persons to this counterparty').violations) })
    else if (id === undefined ? added.has(placed[at]!) : taken.has(id)) planned.push({ again: true, outcome: 'updated' })
    else {
      const judged = await planPerson(tx, { row, counterpartyId: counterparty.id, writable }, matches[at]!, within, places)
      planned.push('violations' in judged ? { violations: ofPerson(judged.violations) } : judged)
      if ('plan' in judged && 'create' in judged.plan) added.add(placed[at]!)
      if ('plan' in judged && id !== undefined) taken.add(id)
    }
  }
  return planned
}

const writableOf = ({ said }: PersonInRow, only: ReadonlySet<string> | undefined) => {
  if (only === undefined) return ['positions' as const, ...said]
  const named = personFieldsSaid(toPerson([...only]))
  return named.length === 0 ? [] : [...new Set(['positions' as const, ...named])]
}
