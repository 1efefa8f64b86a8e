import { isDeepStrictEqual } from 'node:util'
import type { Caller } from '@vitrylo/auth'
import { formerOf, type Deeds } from '@vitrylo/imports'
import type { Tx } from '@vitrylo/pg'
import { insertPersons, updatePersons, type PersonChange } from '../contact-person/contact-person-sql.ts'
import { CHANGING } from './parse-person.ts'
import type { PersonPlan } from './plan-person.ts'

/** Saves persons as planned, and tells what was done. */
export async function savePersons(tx: Tx, plans: readonly PersonPlan[], caller: Caller, now: Date): Promise<Deeds> {
  const created = plans.flatMap((plan) => ('create' in plan ? [plan.create] : []))
  const changes = plans.flatMap((plan) => ('change' in plan ? [plan.change] : []))
  await insertPersons(tx, created, caller, now)
  await updatePersons(tx, changes, caller, now)
  const changedIn = ({ locked, next }: PersonChange) => CHANGING.filter((field) => !isDeepStrictEqual(locked.person[field], next[field]))
  return { created: created.map(({ id }) => id), updated: changes.map((change) => formerOf(change.locked.person, change.next, changedIn(change))) }
}
