import type { Caller, RightsData } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import { isDay } from '@vitrylo/lists'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { bareIban, ibanViolation, taxViolations } from '@vitrylo/service/requisites.ts'
import type { CountryCode } from 'libphonenumber-js'
import { channelViolations, normalChannels } from './channels.ts'
import { normalTags } from './tags.ts'

/** As it is stored: blanks cut, phones in E.164, tags in one spelling. */
export const normalised = (c: Counterparty, country: CountryCode): Counterparty => ({
  ...c,
  displayName: c.displayName.trim(),
  fullName: c.fullName.trim(),
  taxCode: c.taxCode.trim().toUpperCase(),
  vatNumber: c.vatNumber.trim().toUpperCase(),
  externalId: c.externalId.trim(),
  channels: normalChannels(c.channels, country),
  bankAccounts: c.bankAccounts.map((account) => ({ ...account, iban: bareIban(account.iban) })),
  caretakers: c.caretakers.map(({ purpose, employeeId }) => ({ purpose: purpose.trim(), employeeId })),
  interests: c.interests.map((interest) => ({ ...interest, subject: interest.subject.trim() })),
  tags: normalTags(c.tags),
})

/** Owner and branch of a new counterparty, where they are not given. */
export function withOwner(c: Counterparty, caller: Caller, rights: RightsData): Counterparty {
  const responsibleId = c.responsibleId ?? caller.employeeId
  return withBranch({ ...c, responsibleId }, caller, rights)
}

/** A record without a branch would be seen by those only who see everything. */
export function withBranch(c: Counterparty, caller: Caller, rights: RightsData): Counterparty {
  const responsible = c.responsibleId === undefined ? undefined : rights.employees.get(c.responsibleId)
  return { ...c, branchId: c.branchId ?? responsible?.branchId ?? caller.branchId ?? headOffice(rights) }
}

/** For machines, which work nowhere. */
export const headOffice = ({ branches }: RightsData): string | undefined =>
  [...branches].flatMap(([id, parent]) => (parent === null ? [id] : [])).sort()[0]

/** Everything that is wrong beside the limits of the contract. */
export function violationsOf(c: Counterparty, { employees, branches }: RightsData): Violation[] {
  const found = [
    ...channelViolations(c.channels), ...dayViolations(c.birthday, 'birthday'), ...interestViolations(c.interests), ...caretakerViolations(c.caretakers, employees),
    ...textViolations(c),
  ]
  if (c.displayName === '') found.push({ field: 'displayName', rule: 'required', description: 'must not be blank' })
  if (c.responsibleId !== undefined && !employees.has(c.responsibleId)) {
    found.push({ field: 'responsibleId', rule: 'reference', description: 'no such employee' })
  }
  if (c.branchId !== undefined && !branches.has(c.branchId)) {
    found.push({ field: 'branchId', rule: 'reference', description: 'no such branch' })
  }
  return found
}

/** What is wrong with codes and accounts. Asked of what is new or changed: an older record with a wrong code can still be worked with. */
export function requisiteViolations(c: Counterparty, changed: readonly string[], country: string): Violation[] {
  const accounts = changed.includes('bankAccounts') ? accountViolations(c.bankAccounts) : []
  const moved = changed.includes('taxCountry')
  const codes = taxViolations(c, country).filter(({ field }) => moved || changed.includes(field))
  return [...codes, ...accounts]
}

/** Fields that `requisiteViolations` looks at, for a new record. */
export const REQUISITES = ['taxCode', 'vatNumber', 'bankAccounts'] as const

function accountViolations(accounts: Counterparty['bankAccounts']): Violation[] {
  return accounts.flatMap(({ iban }, index): Violation[] => {
    const field = `bankAccounts[${index}].iban`
    const wrong = ibanViolation(iban, field)
    if (wrong !== undefined) return [wrong]
    const twice = accounts.findIndex((other) => other.iban === iban) < index
    return twice ? [{ field, rule: 'unique', description: 'the account is named twice' }] : []
  })
}

function caretakerViolations(caretakers: Counterparty['caretakers'], employees: RightsData['employees']): Violation[] {
  return caretakers.flatMap(({ purpose, employeeId }, index): Violation[] => {
    const field = `caretakers[${index}]`
    if (purpose === '') return [{ field: `${field}.purpose`, rule: 'required', description: 'must not be blank' }]
    if (!employees.has(employeeId)) return [{ field: `${field}.employeeId`, rule: 'reference', description: 'no such employee' }]
    const twice = caretakers.findIndex((other) => other.purpose === purpose) < index
    return twice ? [{ field: `${field}.purpose`, rule: 'unique', description: 'the matter is named twice' }] : []
  })
}

function interestViolations(interests: Counterparty['interests']): Violation[] {
  return interests.flatMap(({ subject, fromDate, untilDate }, index): Violation[] => {
    const field = `interests[${index}]`
    const found = [...dayViolations(fromDate, `${field}.fromDate`), ...dayViolations(untilDate, `${field}.untilDate`)]
    if (subject === '') found.push({ field: `${field}.subject`, rule: 'required', description: 'must not be blank' })
    if (fromDate !== '' && untilDate !== '' && untilDate < fromDate) {
      found.push({ field: `${field}.untilDate`, rule: 'beforeStart', description: 'is before the first day' })
    }
    return found
  })
}

export function dayViolations(text: string, field: string): Violation[] {
  if (text === '' || isDay(text)) return []
  return [{ field, rule: 'format', description: 'is no day of the calendar' }]
}

/** PostgreSQL stores no zero bytes. */
export function textViolations(record: object): Violation[] {
  return Object.entries(record).flatMap(([field, value]) =>
    JSON.stringify(value ?? '').includes('\\u0000') ? [{ field, rule: 'format', description: 'holds a zero byte' }] : [],
  )
}
