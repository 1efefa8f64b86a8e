import type { Violation } from '@vitrylo/errors'

// Letters and digits of an account in each country that has IBAN (register of ISO 13616).
const LENGTHS: Record<string, number> = {
  AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BI: 27, BR: 29, BY: 28, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22,
  DJ: 27, DK: 18, DO: 28, EE: 20, EG: 29, ES: 24, FI: 18, FK: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HN: 28,
  HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20, LB: 28, LC: 32, LI: 21, LT: 20, LU: 20, LV: 21, LY: 25,
  MC: 27, MD: 24, ME: 22, MK: 19, MN: 20, MR: 27, MT: 31, MU: 30, NI: 28, NL: 18, NO: 15, OM: 23, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29,
  RO: 24, RS: 22, RU: 33, SA: 24, SC: 31, SD: 18, SE: 24, SI: 19, SK: 24, SM: 27, SO: 23, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26, UA: 29,
  VA: 22, VG: 24, XK: 20, YE: 30,
}

/** As it is stored: capital letters without blanks. */
export const bareIban = (iban: string): string => iban.replace(/\s/g, '').toUpperCase()

/** What is wrong with an account number, and what to do about it. */
export function ibanViolation(iban: string, field: string): Violation | undefined {
  const country = iban.slice(0, 2)
  const length = LENGTHS[country]
  if (length === undefined) {
    return { field, rule: 'iban-country', description: `${country} has no IBAN; write the account into the note` }
  }
  if (iban.length !== length) {
    return { field, rule: 'iban-length', description: `an account in ${country} has ${length} letters and digits, this one has ${iban.length}; compare it with the document` }
  }
  if (remainderOf(iban) !== 1) return { field, rule: 'iban-check', description: 'the check digits do not agree: a letter is mistyped; compare it with the document' }
  return undefined
}

/** ISO 7064, mod 97-10: the country and the check digits go to the end, letters become 10 to 35. */
function remainderOf(iban: string): number {
  let rest = 0
  for (const letter of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(letter, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest
}

/** МФО: in accounts of Ukraine the bank stands after the check digits; of other countries nothing is known. */
export const bankCodeOf = (iban: string): string => (iban.startsWith('UA') ? iban.slice(4, 10) : '')
