import { DUPLICATES, formerOf, type ImportKind } from '@vitrylo/imports'
import type { RightsStore } from '@vitrylo/auth'
import type { CountryCode } from 'libphonenumber-js'
import { insertCounterparties, updateCounterparties } from '../counterparty/counterparty-sql.ts'
import { flatRow } from '../export/flat-row.ts'
import { customColumns, customHeaders } from './custom-cells.ts'
import { HEADERS } from './header-names.ts'
import { ALONE, BESIDE, keyValues, usableKeys } from './match-keys.ts'
import { FIELDS, parseCounterparty } from './parse-counterparty.ts'
import { planCounterparties, type CounterpartyInRow, type CounterpartyPlan } from './plan-counterparty.ts'
import { namesOfVisible, undoCounterparties } from './undo-counterparty.ts'

/** Counterparties, known and treated as the rules of the import say. */
export function counterpartyKind(country: CountryCode, rights: Pick<RightsStore, 'data'>): ImportKind<CounterpartyInRow, CounterpartyPlan> {
  return {
    name: 'counterparty',
    section: 'counterparties',
    // Custom fields come and go while the service runs.
    get fields() {
      return [...FIELDS, ...customColumns(rights.data())]
    },
    parse: (row, context) => parseCounterparty(row, context, country),
    show: ({ counterparty }, context) => flatRow(counterparty, context.rights),
    get headers() {
      return new Map([...customHeaders(rights.data()), ...HEADERS])
    },
    keys: { alone: [...ALONE, DUPLICATES], beside: BESIDE },
    refusal(caller, rules) {
      // By the usual key alone rows without one are added for everybody, and rows with a hidden one are refused one by one.
      const isUsual = rules.keys.every((key) => key.join('+') === 'externalId')
      return isUsual || usableKeys(rules, caller).length > 0 ? undefined : 'every field that records are to be known by is hidden from you: each row would be added once more; choose other keys'
    },
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
