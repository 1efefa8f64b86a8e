import { DUPLICATES, formerOf, type ImportKind } from '@vitrylo/imports'
import type { CountryCode } from 'libphonenumber-js'
import { insertCounterparties, updateCounterparties } from '../counterparty/counterparty-sql.ts'
import { flatRow } from '../export/flat-row.ts'
import { HEADERS } from './header-names.ts'
import { ALONE, BESIDE, keyValues } from './match-keys.ts'
import { FIELDS, parseCounterparty } from './parse-counterparty.ts'
import { planCounterparties, type CounterpartyInRow, type CounterpartyPlan } from './plan-counterparty.ts'
import { namesOfVisible, undoCounterparties } from './undo-counterparty.ts'

/** Counterparties, known and treated as the rules of the import say. */
export function counterpartyKind(country: CountryCode): ImportKind<CounterpartyInRow, CounterpartyPlan> {
  return {
    name: 'counterparty',
    section: 'counterparties',
    fields: FIELDS,
    parse: (row, context) => parseCounterparty(row, context, country),
    show: ({ counterparty }, { rights }) => flatRow(counterparty, rights),
    headers: HEADERS,
    keys: { alone: [...ALONE, DUPLICATES], beside: BESIDE },
    keysOf: ({ counterparty }, { keys }) =>
      [['externalId'], ...keys].flatMap((key) => (key[0] === DUPLICATES ? [] : keyValues(key, counterparty))),
    plan: planCounterparties,
    async save(tx, plans, { caller, now }) {
      const created = plans.flatMap((plan) => ('create' in plan ? [plan.create] : []))
      const changes = plans.flatMap((plan) => ('change' in plan ? [plan] : []))
      await insertCounterparties(tx, created, caller, now)
      await updateCounterparties(tx, changes.map(({ change }) => change), caller, now)
      return { created: created.map(({ id }) => id), updated: changes.map(({ change, before }) => formerOf(before, change.next, change.changed)) }
    },
    undo: undoCounterparties,
    namesOf: namesOfVisible,
  }
}
