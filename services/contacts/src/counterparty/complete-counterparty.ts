import type { Caller, RightsData } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import type { CountryCode } from 'libphonenumber-js'
import { channelViolations, withE164 } from './channels.ts'

/** As it is stored: blanks cut, phones in E.164. */
export const normalised = (c: Counterparty, country: CountryCode): Counterparty => ({
  ...c,
  displayName: c.displayName.trim(),
  fullName: c.fullName.trim(),
  taxCode: c.taxCode.trim(),
  vatNumber: c.vatNumber.trim(),
  externalId: c.externalId.trim(),
  channels: withE164(c.channels, country),
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
const headOffice = ({ branches }: RightsData): string | undefined =>
  [...branches].flatMap(([id, parent]) => (parent === null ? [id] : [])).sort()[0]

/** Everything that is wrong beside the limits of the contract. */
export function violationsOf(c: Counterparty, { employees, branches }: RightsData): Violation[] {
  const found = [...channelViolations(c.channels), ...dayViolations(c.birthday), ...textViolations(c)]
  if (c.displayName === '') found.push({ field: 'displayName', rule: 'required', description: 'must not be blank' })
  if (c.responsibleId !== undefined && !employees.has(c.responsibleId)) {
    found.push({ field: 'responsibleId', rule: 'reference', description: 'no such employee' })
  }
  if (c.branchId !== undefined && !branches.has(c.branchId)) {
    found.push({ field: 'branchId', rule: 'reference', description: 'no such branch' })
  }
  return found
}

export function dayViolations(birthday: string): Violation[] {
  const day = new Date(`${birthday}T00:00:00Z`)
  if (birthday === '' || (!Number.isNaN(day.getTime()) && day.toISOString().startsWith(birthday))) return []
  return [{ field: 'birthday', rule: 'format', description: 'is no day of the calendar' }]
}

/** PostgreSQL stores no zero bytes. */
export function textViolations(record: object): Violation[] {
  return Object.entries(record).flatMap(([field, value]) =>
    JSON.stringify(value ?? '').includes('\\u0000') ? [{ field, rule: 'format', description: 'holds a zero byte' }] : [],
  )
}
