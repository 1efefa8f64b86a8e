import type { Caller, RightsStore } from '@vitrylo/auth'
import { fieldsOf as fieldsOfResource, dayColumns, figureColumns, fileColumns, listColumns, holdersOf } from '@vitrylo/custom'
import { DUPLICATES, keysRefusal, keyValues, matchRows, newRows, type ImportContext, type ImportKind, type Parsed, type Planned, type Unique } from '@vitrylo/imports'
import { isUuid, many, sql, type Tx } from '@vitrylo/pg'
import type { ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import type { CountryCode } from 'libphonenumber-js'
import { reachablePlaces, type Place } from '../contact-person/contact-person-sql.ts'
import { scope } from '../counterparty/counterparty-sql.ts'
import { customPlaces } from '../custom/places.ts'
import { skeleton } from '../search/skeleton.ts'
import { importColumns, customHeaders } from './custom-cells.ts'
import { HEADERS } from './header-names.ts'
import { guessedOfPersons } from './person-headers.ts'
import { matchPerson, PERSON_ALONE, PERSON_BESIDE } from './match-person.ts'
import { parsePerson, PERSON_FIELDS, personFieldsSaid, shownPerson, type PersonInRow } from './parse-person.ts'
import { planPerson, refused, uniqueOfPerson, type PersonPlan } from './plan-person.ts'
import { fieldsOf, type Fields } from './read-fields.ts'
import { savePersons } from './save-persons.ts'
import { namesOfPersons, undoPersons } from './undo-persons.ts'

const ORGANISATION = ['counterpartyId', 'counterpartyExternalId', 'counterpartyTaxCode', 'counterparty'] as const

type Organisation = { field: (typeof ORGANISATION)[number]; value: string }
type Row = PersonInRow & { organisation: Organisation }

/** Contact persons, known and treated as the rules of the import say; the organisation by its id, external id or tax code. One more row of a person adds a position. */
export function contactPersonKind(country: CountryCode, rights: Pick<RightsStore, 'data'>, zone = 'UTC'): ImportKind<Row, PersonPlan> {
  return {
    name: 'contact-person',
    section: 'contact-persons',
    // Custom fields come and go while the service runs.
    get fields() {
      return [...PERSON_FIELDS, ...ORGANISATION, ...importColumns(rights.data(), 'contact-persons')]
    },
    get figures() {
      return figureColumns(fieldsOfResource(rights.data(), 'contact-persons'))
    },
    get days() {
      return ['birthday', ...dayColumns(fieldsOfResource(rights.data(), 'contact-persons'))]
    },
    get lists() {
      return listColumns(fieldsOfResource(rights.data(), 'contact-persons'))
    },
    zone,
    get files() {
      return fileColumns(fieldsOfResource(rights.data(), 'contact-persons'))
    },
    parse: (row, context) => parse(fieldsOf(row, country), row, country, context),
    get headers() {
      return new Map([...customHeaders(rights.data(), 'contact-persons'), ...HEADERS])
    },
    // What a file of people calls a firm is theirs, not their name.
    guessed: (mapping, columns) => guessedOfPersons(mapping, columns),
    show: (row) => ({ ...shownPerson(row), [row.organisation.field]: row.organisation.value }),
    keys: { alone: [...PERSON_ALONE, DUPLICATES], beside: PERSON_BESIDE },
    refusal: (caller, rules) => keysRefusal(caller, rules, matchPerson),
    keysOf: ({ person, organisation }, { keys }) =>
      [['externalId'], ...keys].flatMap((key) => (key[0] === DUPLICATES ? [] : keyValues(key, (part) => (part === 'counterparty' ? [keyOf(organisation)] : matchPerson.valuesOf(part, person))))),
    plan,
    unique: uniquePersons,
    save: (tx, plans, { caller, now }) => savePersons(tx, plans, caller, now),
    undo: undoPersons,
    namesOf: namesOfPersons,
  }
}

export const uniquePersons: Unique<PersonPlan> = {
  claims: uniqueOfPerson,
  holders: (db, claims) => holdersOf(db, customPlaces['contact-persons'], claims),
  namesOf: namesOfPersons,
}

function parse(fields: Fields, row: Readonly<Record<string, string>>, country: CountryCode, context: ImportContext): Parsed<Row> {
  const field = ORGANISATION.find((name) => row[name] !== undefined)
  if (field === undefined) fields.refuse('counterparty', 'noOrganisation', 'the row names no organisation; choose the column of its name, id, external id or tax code')
  if (field === 'counterpartyId' && !isUuid(row[field]!)) fields.refuse(field, 'id', 'is no id')
  const person = parsePerson(fields, row, country, context)
  if (fields.violations.length > 0) return { violations: fields.violations }
  return { record: { ...person, organisation: { field: field!, value: row[field!]!.trim() } } }
}

/** Which person each row is, and what becomes of them. A row that is one with another of the batch waits until that one is saved. */
async function plan(tx: Tx, rows: readonly Row[], context: ImportContext): Promise<Planned<PersonPlan>[]> {
  const organisations = new Map([...(await organisationsOf(tx, rows)), ...(await organisationsNamed(tx, context.caller, rows))])
  const places = await reachablePlaces(tx, context.caller, 'create', [...new Set(organisations.values())].filter((id) => id !== SEVERAL))
  const placed = rows.map((row) => at(row, organisations.get(keyOf(row.organisation))))
  const matches = await matchRows(tx, placed, context, matchPerson)
  const added = await newRows(context, matchPerson)
  const taken = new Set<string>()
  const planned: Planned<PersonPlan>[] = []
  for (const [index, row] of rows.entries()) {
    const refusal = unplaced(row, placed[index]!, places, context.caller)
    const id = matches[index]!.found[0]?.record.id
    const isTwin = id === undefined ? added.has(placed[index]!) : taken.has(id)
    if (refusal !== undefined || (isTwin && matches[index]!.found.length <= 1)) {
      planned.push(refusal ?? { again: true, outcome: context.rules.known === 'skip' ? 'skipped' : 'updated' })
      continue
    }
    const writable = context.rules.updateFields === undefined ? ['positions' as const, ...row.said] : personFieldsSaid([...context.rules.updateFields])
    const judged = await planPerson(tx, { row, counterpartyId: placed[index]!.positions[0]!.counterpartyId, writable }, matches[index]!, context, places)
    planned.push(judged)
    if ('plan' in judged && 'create' in judged.plan) added.add(placed[index]!)
    if ('plan' in judged && id !== undefined) taken.add(id)
  }
  return planned
}

/** The person as they would stand at the organisation, to be compared with those of the base. */
const at = ({ person, title, role }: Row, counterpartyId: string | undefined): ContactPerson =>
  counterpartyId === undefined ? person : { ...person, positions: [{ counterpartyId, title, decisionRole: role }] }

function unplaced({ organisation }: Row, { positions }: ContactPerson, places: ReadonlyMap<string, Place>, caller: Caller) {
  if (asksHidden(caller, organisation.field)) return refused(organisation.field, 'right', 'names it by a field that is hidden from you')
  const counterpartyId = positions[0]?.counterpartyId
  if (counterpartyId === SEVERAL) return refused(organisation.field, 'ambiguous', 'several of this name; name it by its id, external id or tax code')
  return counterpartyId === undefined || !places.has(counterpartyId) ? refused(organisation.field, 'reference', 'no such counterparty') : undefined
}

const ASKED: Partial<Record<Organisation['field'], string>> = { counterpartyExternalId: 'externalId', counterpartyTaxCode: 'taxCode', counterparty: 'displayName' }

/** In place of an id: a name that several have. No record has it. */
const SEVERAL = '00000000-0000-0000-0000-000000000000'

/** Whether there is such a client is not told by what is hidden of clients. */
const asksHidden = (caller: Caller, field: Organisation['field']): boolean =>
  caller.limits()?.hidden.get('counterparties')?.has(ASKED[field] ?? '') === true

const keyOf = ({ field, value }: Organisation): string => `${field} ${value}`

async function organisationsOf(tx: Tx, rows: readonly Row[]): Promise<Map<string, string>> {
  const values = (name: Organisation['field']): string[] =>
    rows.flatMap(({ organisation: { field, value } }) => (field === name ? [value] : []))
  const found = await many<{ id: string; external_id: string; tax_code: string }>(
    tx,
    sql`select id, external_id, tax_code from counterparty where id = any(${values('counterpartyId')}::uuid[])
        union select id, external_id, tax_code from counterparty where external_id <> '' and external_id = any(${values('counterpartyExternalId')}::text[])
        union select id, external_id, tax_code from counterparty
          where tax_code <> '' and deleted_at is null and tax_code = any(${values('counterpartyTaxCode')}::text[])`,
  )
  return new Map(found.sort((a, b) => (a.id < b.id ? 1 : -1)).flatMap(({ id, external_id: externalId, tax_code: taxCode }) => [
    [`counterpartyId ${id}`, id], [`counterpartyExternalId ${externalId}`, id], [`counterpartyTaxCode ${taxCode}`, id],
  ]))
}

/** Organisations by name, in any spelling: of those alone that the caller may see. */
async function organisationsNamed(tx: Tx, caller: Caller, rows: readonly Row[]): Promise<Map<string, string>> {
  const named = rows.flatMap(({ organisation }) => (organisation.field === 'counterparty' ? [organisation] : []))
  if (named.length === 0) return new Map()
  const keys = [...new Set(named.map(({ value }) => skeleton(value)))].filter((key) => key !== '')
  const found = await many<{ name_key: string; ids: string[] }>(
    tx,
    sql`select c.name_key, (array_agg(c.id order by c.id))[1:2] as ids from counterparty c
        where c.deleted_at is null and c.name_key = any(${keys}::text[]) and ${scope(caller, 'view')} group by c.name_key`,
  )
  const known = new Map(found.map(({ name_key: key, ids }) => [key, ids.length > 1 ? SEVERAL : ids[0]!]))
  return new Map(named.flatMap((one): [string, string][] => {
    const id = known.get(skeleton(one.value))
    return id === undefined ? [] : [[keyOf(one), id]]
  }))
}
