import { DUPLICATES, formerOf, keysRefusal, keyValues, type Claim, type ImportKind, type Unique } from '@vitrylo/imports'
import type { RightsStore } from '@vitrylo/auth'
import { fieldsOf, dayColumns, figureColumns, fileColumns, listColumns, holdersOf, uniqueValues } from '@vitrylo/custom'
import type { CountryCode } from 'libphonenumber-js'
import { insertCounterparties, updateCounterparties } from '../counterparty/counterparty-sql.ts'
import { flatRow } from '../export/flat-row.ts'
import { importColumns, customHeaders } from './custom-cells.ts'
import { HEADERS } from './header-names.ts'
import { customPlaces } from '../custom/places.ts'
import { contactPersonKind, uniquePersons } from './contact-person-kind.ts'
import { matchCounterparty } from './match-counterparty.ts'
import { ALONE, BESIDE, valuesOf } from './match-keys.ts'
import { FIELDS, parseCounterparty } from './parse-counterparty.ts'
import { partsOf, PERSON, personColumnsOf, personIn, shownPersonOf } from './person-of-row.ts'
import { guessed, personHeaders } from './person-headers.ts'
import { planCounterparties, recordOf, type CounterpartyInRow, type CounterpartyPlan } from './plan-counterparty.ts'
import { savePersons } from './save-persons.ts'
import { namesOfVisible, undoCounterparties } from './undo-counterparty.ts'

/** Counterparties, known and treated as the rules of the import say; a row may bring a contact person with it. */
export function counterpartyKind(country: CountryCode, rights: Pick<RightsStore, 'data'>, zone = 'UTC'): ImportKind<CounterpartyInRow, CounterpartyPlan> {
  const persons = contactPersonKind(country, rights, zone)
  return {
    name: 'counterparty',
    section: 'counterparties',
    // A value that no two may have could be in both batches; persons are sought by what others may be saving just now, and batches wait for each other there.
    concurrent: (records) => records.every(({ person }) => person === undefined) && !fieldsOf(rights.data(), 'counterparties').some(({ unique }) => unique),
    // Custom fields come and go while the service runs.
    get fields() {
      return [...FIELDS, ...personColumnsOf(rights.data()), ...importColumns(rights.data())]
    },
    get figures() {
      return [...figureColumns(fieldsOf(rights.data(), 'counterparties')), ...(persons.figures ?? []).map((field) => PERSON + field)]
    },
    get days() {
      return ['birthday', ...dayColumns(fieldsOf(rights.data(), 'counterparties')), ...(persons.days ?? []).map((field) => PERSON + field)]
    },
    times: ['createTime'],
    get lists() {
      return ['roles', 'tags', 'interests', ...listColumns(fieldsOf(rights.data(), 'counterparties'))]
    },
    zone,
    get files() {
      return fileColumns(fieldsOf(rights.data(), 'counterparties'))
    },
    parse(row, context) {
      const [own, theirs] = partsOf(row)
      const parsed = parseCounterparty(own, context, country)
      // Most files have no such columns: their rows cost nothing more.
      if (theirs === undefined) return parsed
      const { person, violations } = personIn(theirs, context, country)
      if ('violations' in parsed) return { violations: [...parsed.violations, ...violations] }
      return violations.length > 0 ? { violations } : { record: { ...parsed.record, person } }
    },
    show: ({ counterparty, person }, context) => ({ ...flatRow(counterparty, context.rights), ...(person && shownPersonOf(person)) }),
    get headers() {
      return new Map([...customHeaders(rights.data()), ...HEADERS, ...personHeaders])
    },
    guessed,
    keys: { alone: [...ALONE, DUPLICATES], beside: BESIDE },
    refusal: (caller, rules) => keysRefusal(caller, rules, matchCounterparty),
    keysOf: ({ counterparty, person }, { keys }) => [
      ...[['externalId'], ...keys].flatMap((key) => (key[0] === DUPLICATES ? [] : keyValues(key, (part) => valuesOf(part, counterparty)))),
      ...(person === undefined || person.person.externalId === '' ? [] : [`${PERSON}${person.person.externalId}`]),
    ],
    plan: planCounterparties,
    unique: uniqueInRows,
    async save(tx, plans, { caller, now }) {
      const created = plans.flatMap((plan) => ('create' in plan ? [plan.create] : []))
      const changes = plans.flatMap((plan) => ('change' in plan ? [plan] : []))
      const people = plans.flatMap(({ person }) => (person === undefined ? [] : [person]))
      await insertCounterparties(tx, created, caller, now)
      await updateCounterparties(tx, changes.map(({ change }) => change), caller, now)
      const beside = people.length === 0 ? undefined : { kind: persons.name, ...(await savePersons(tx, people, caller, now)) }
      return { created: created.map(({ id }) => id), updated: changes.map(({ change, before }) => formerOf(before, change.next, change.changed)), beside }
    },
    companion: persons,
    undo: undoCounterparties,
    namesOf: namesOfVisible,
  }
}

const isOfPerson = ({ field }: Claim): boolean => field.startsWith(PERSON)
const toPerson = (claim: Claim): Claim => ({ ...claim, field: claim.field.slice(PERSON.length) })
const ofPerson = (claim: Claim): Claim => ({ ...claim, field: PERSON + claim.field })

/** Values of counterparties, and those of the contact persons beside them. */
const uniqueInRows: Unique<CounterpartyPlan> = {
  claims(plan, context) {
    const { person } = plan
    const theirs = person === undefined ? [] : uniquePersons.claims(person, context)
    const name = person !== undefined && 'create' in person ? person.create.displayName : ''
    return [...uniqueValues(fieldsOf(context.rights, 'counterparties'), recordOf(plan)), ...theirs.map((claim) => ofPerson({ ...claim, beside: `person ${name}` }))]
  },
  async holders(db, claims) {
    const [theirs, own] = [claims.filter(isOfPerson).map(toPerson), claims.filter((claim) => !isOfPerson(claim))]
    return [...(await holdersOf(db, customPlaces.counterparties, own)), ...(await uniquePersons.holders(db, theirs)).map(ofPerson)]
  },
  namesOf: async (db, caller, ids) => new Map([...(await namesOfVisible(db, caller, ids)), ...(await uniquePersons.namesOf(db, caller, ids))]),
}
