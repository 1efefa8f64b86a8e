import { bareHeader, type Choices, type ValuesOf } from '@vitrylo/imports'
import type { ColumnMapping } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { KINDS, ROLES } from './choice-names.ts'
import { HEADERS, namesToFields } from './header-names.ts'
import { PERSON } from './person-of-row.ts'

// How files of organisations name the columns of the person there.
const NAMES: Record<string, string> = {
  displayName: 'контактна особа, контактне лице, представник, піб контактної особи, імʼя контактної особи, особа для звʼязку, contact person, primary contact, main contact, contact full name, name of contact, представитель, контактное лицо, фио контактного лица',
  familyName: 'прізвище контактної особи, contact last name, contact surname, фамилия контактного лица',
  givenName: 'імʼя контакту, contact first name, имя контактного лица',
  middleName: 'по батькові контактної особи, contact middle name, отчество контактного лица',
  position: 'посада, посада контактної особи, job title, title, position, job, contact title, contact position, contact job title, должность, должность контактного лица',
  decisionRole: 'роль у рішенні, роль контактної особи, decision role, contact role, роль в решении',
  phone: 'телефон особи, телефон контактної особи, телефон контакту, мобільний контактної особи, contact phone, contact mobile, persons phone, person phone, phone of contact, телефон контактного лица',
  email: 'пошта особи, пошта контактної особи, email контактної особи, електронна пошта контактної особи, contact email, contact e-mail, persons email, persons e-mail, person email, person e-mail, email of contact, почта контактного лица',
  birthday: 'дата народження контактної особи, день народження контактної особи, contact birthday, дата рождения контактного лица',
  note: 'примітка про особу, примітка до контактної особи, contact note, contact notes',
  externalId: 'код особи, код контактної особи, contact id, contact external id, person id',
}

/** Name of a column, bare -> field of the person. Names that both could have are the person's only beside a name of theirs. */
export const personHeaders: ReadonlyMap<string, string> = new Map([...namesToFields(NAMES)].map(([name, field]) => [name, PERSON + field]))

/** Names that a person goes by, and an organisation does where there is no other column for its name. */
const EITHER = new Set(['піб', 'повне імʼя', 'full name', 'contact name', 'contact', 'контакт', 'фио', 'полное имя'].map(bareHeader))
/** Names that only organisations go by. */
const FIRMS = new Set(['компанія', 'організація', 'найменування', 'company', 'company name', 'account', 'account name', 'organization', 'organisation', 'компания', 'организация', 'наименование'].map(bareHeader))
const PARTS: readonly string[] = ['familyName', 'givenName', 'middleName']
const NAMED: readonly string[] = ['displayName', ...PARTS].map((field) => PERSON + field)

/** A column of a person's name beside one of the organisation's is the contact person's; without a name of theirs nothing is the person's. */
export function guessed(given: readonly ColumnMapping[], columns: readonly string[], valuesOf: ValuesOf): ColumnMapping[] {
  const mapping = given.map((one) => (one.field === 'kind' && tellsRoles(valuesOf(one.column)) && !given.some(({ field }) => field === 'roles') ? { ...one, field: 'roles' } : one))
  const firm = columns.find((column) => HEADERS.get(bareHeader(column)) === 'displayName' && !EITHER.has(bareHeader(column)))
  const isFirm = firm !== undefined && columns.some((column) => FIRMS.has(bareHeader(column)))
  const taken = new Set(mapping.map(({ field }) => field))
  const moved = firm === undefined ? [...mapping] : mapping.map(({ column, field }) => {
    const bare = bareHeader(column)
    const own = field === 'displayName' && EITHER.has(bare) ? 'displayName' : isFirm && PARTS.includes(field) && HEADERS.get(bare) === field ? field : undefined
    return own === undefined || taken.has(PERSON + own) ? { column, field } : { column, field: PERSON + own }
  })
  const free = (field: string): boolean => !moved.some((one) => one.field === field)
  if (firm !== undefined) {
    if (free('displayName')) moved.push({ column: firm, field: 'displayName' })
    const either = columns.find((column) => EITHER.has(bareHeader(column)) && !moved.some((one) => one.column === column))
    if (either !== undefined && free(`${PERSON}displayName`)) moved.push({ column: either, field: `${PERSON}displayName` })
  }
  const hasPerson = moved.some(({ field }) => NAMED.includes(field))
  return hasPerson ? moved : moved.filter(({ field }) => !field.startsWith(PERSON))
}

/** In a file of persons a column of a firm's name says where they are; each field is taken once. */
export function guessedOfPersons(mapping: readonly ColumnMapping[], columns: readonly string[]): ColumnMapping[] {
  const firm = columns.find((column) => FIRMS.has(bareHeader(column)))
  const rest = mapping.filter(({ column, field }) => column !== firm && field !== 'counterparty')
  if (firm === undefined) return [...mapping]
  const either = columns.find((column) => EITHER.has(bareHeader(column)) || bareHeader(column) === 'name')
  const isFree = !rest.some(({ column, field }) => column === either || field === 'displayName')
  return [...rest, { column: firm, field: 'counterparty' }, ...(either !== undefined && isFree ? [{ column: either, field: 'displayName' }] : [])]
}

/** `Type` is an organisation's kind in some files, and in others whether it is a customer or a partner. */
function tellsRoles(values: readonly string[]): boolean {
  const words = [...new Set(values)]
  const known = ({ of }: Choices<unknown>): number => words.filter((word) => of(word) !== undefined).length
  return known(ROLES) > known(KINDS)
}
