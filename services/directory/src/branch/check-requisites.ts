import { invalid, type Violation } from '@vitrylo/errors'
import type { Branch, BranchRequisites } from '@vitrylo/proto/vitrylo/directory/v1/branch.ts'
import { bankCodeOf, bareIban, ibanViolation, isCurrency, taxViolations } from '@vitrylo/service/requisites.ts'

/** As they are stored: blanks cut, the bank of a Ukrainian account from its number. */
export function normalRequisites(r: BranchRequisites | undefined): BranchRequisites | undefined {
  if (r === undefined) return undefined
  const iban = bareIban(r.iban)
  const next = {
    legalName: r.legalName.trim(), taxCode: r.taxCode.trim().toUpperCase(), vatNumber: r.vatNumber.trim().toUpperCase(), iban,
    bankName: r.bankName.trim(), bankCode: r.bankCode || bankCodeOf(iban), legalAddress: r.legalAddress.trim(), director: r.director.trim(),
  }
  return Object.values(next).every((value) => value === '') ? undefined : next
}

/** What the limits of the contract cannot say. Asked of what changes: an older wrong code does not stand in the way of a new name. */
export function assertRequisites({ requisites, currency }: Branch, changed: readonly string[], country: string): void {
  const wrong: Violation[] = changed.includes('requisites') && requisites !== undefined ? requisiteViolations(requisites, country) : []
  if (changed.includes('currency') && currency !== '' && !isCurrency(currency)) {
    wrong.push({ field: 'branch.currency', rule: 'choice', description: 'no such currency of ISO 4217; write it as UAH' })
  }
  if (wrong.length > 0) throw invalid(wrong)
}

function requisiteViolations({ taxCode, vatNumber, iban, bankName, bankCode }: BranchRequisites, country: string): Violation[] {
  const path = 'branch.requisites'
  const found = taxViolations({ taxCode, vatNumber, taxCountry: '' }, country).map((violation) => ({ ...violation, field: `${path}.${violation.field}` }))
  const account = iban === '' ? undefined : ibanViolation(iban, `${path}.iban`)
  if (account !== undefined) found.push(account)
  if (iban === '' && (bankName !== '' || bankCode !== '')) found.push({ field: `${path}.iban`, rule: 'required', description: 'a bank without an account: write the IBAN too' })
  else if (account === undefined && bankCodeOf(iban) !== '' && bankCode !== bankCodeOf(iban)) {
    found.push({ field: `${path}.bankCode`, rule: 'bank-code', description: `the IBAN is of the bank ${bankCodeOf(iban)}; compare it with the document` })
  }
  return found
}
