import { X509Certificate } from 'node:crypto'
import { isSupportedCountry } from 'libphonenumber-js'
import type { RightsData } from '@vitrylo/auth'
import { invalid, type Violation } from '@vitrylo/errors'
import type { Pbx } from '@vitrylo/proto/vitrylo/telephony/v1/pbx.ts'

// Digits, classes and counts only, one count with a choice in each alternative: such a pattern cannot take long on any
// input. It is read by alternatives, because a repetition of repetitions would itself take forever.
const ALTERNATIVE = /^\^?(?:(?:\\d|\d|\.|\[[0-9-]+\])(?:\{\d{1,2}(?:,\d{0,2})?\})?)*\$?$/
const isSafe = (pattern: string): boolean => pattern.split('|').every((part) => ALTERNATIVE.test(part) && part.split(',').length <= 2)

/** What the limits of the contract cannot say; every wrong field is named. */
export function checkPbx(pbx: Pbx, { employees, branches }: RightsData): void {
  const wrong: Violation[] = []
  if (!isSafe(pbx.extensionPattern) || !compiles(pbx.extensionPattern)) {
    wrong.push({ field: 'extensionPattern', rule: 'format', description: 'may hold digits, \\d, [0-9], {n}, ^, $ and | only, and one {n,m} between two |' })
  }
  if (!isSupportedCountry(pbx.country)) {
    wrong.push({ field: 'country', rule: 'choice', description: `no country ${pbx.country}; two letters as in UA` })
  }
  if (pbx.tlsCertificate !== '' && !isCertificate(pbx.tlsCertificate)) {
    wrong.push({ field: 'tlsCertificate', rule: 'format', description: 'is no certificate in PEM: -----BEGIN CERTIFICATE-----…' })
  }
  if (!branches.has(pbx.branchId!)) wrong.push({ field: 'branchId', rule: 'reference', description: 'no such branch' })
  const seen = new Set<string>()
  for (const [index, { extension, employeeId }] of pbx.extensions.entries()) {
    const field = `extensions[${index}]`
    if (!employees.has(employeeId)) wrong.push({ field: `${field}.employeeId`, rule: 'reference', description: 'no such employee' })
    if (seen.has(extension)) wrong.push({ field: `${field}.extension`, rule: 'unique', description: `${extension} is mapped twice` })
    seen.add(extension)
  }
  if (wrong.length > 0) throw invalid(wrong)
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern)
    return true
  } catch {
    return false
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}
