import type { Violation } from '@vitrylo/errors'

const sumOf = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0)

/** ЄДРПОУ: the eighth digit checks the seven before it. */
function isEdrpou(code: string): boolean {
  if (!/^\d{8}$/.test(code)) return false
  const number = Number(code)
  const weights = number < 30_000_000 || number > 60_000_000 ? [1, 2, 3, 4, 5, 6, 7] : [7, 1, 2, 3, 4, 5, 6]
  let rest = sumOf(code, weights) % 11
  if (rest === 10) rest = (sumOf(code, weights.map((weight) => weight + 2)) % 11) % 10
  return rest === Number(code[7])
}

/** РНОКПП of a person: the tenth digit checks the nine before it. */
const isRnokpp = (code: string): boolean =>
  /^\d{10}$/.test(code) && ((sumOf(code, [-1, 5, 7, 9, 4, 6, 10, 5, 7]) % 11) + 11) % 11 % 10 === Number(code[9])

/** ІПН of a payer of VAT: the twelfth digit checks the eleven before it. */
const isVatNumber = (code: string): boolean =>
  /^\d{12}$/.test(code) && (sumOf(code, [11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47]) % 11) % 10 === Number(code[11])

// Who refused the РНОКПП for their faith has the passport in its place: two letters and six digits, or the nine digits of a card.
const PASSPORT = /^([А-ЯІЇЄҐ]{2}\d{6}|\d{9})$/

type Requisites = { taxCode: string; vatNumber: string; taxCountry: string }

/** What is wrong with the codes of a counterparty. Codes of other countries than Ukraine are texts. */
export function taxViolations({ taxCode, vatNumber, taxCountry }: Requisites, firmCountry: string): Violation[] {
  if ((taxCountry || firmCountry) !== 'UA') return []
  return [taxCodeViolation(taxCode), vatViolation(vatNumber)].filter((found) => found !== undefined)
}

const ELSEWHERE = 'if it is of another country, say which in taxCountry'

function taxCodeViolation(code: string): Violation | undefined {
  if (code === '' || isEdrpou(code) || isRnokpp(code) || PASSPORT.test(code)) return undefined
  const field = 'taxCode'
  if (/^\d{8}$/.test(code)) return { field, rule: 'edrpou-check', description: `the last digit of the ЄДРПОУ does not agree: a digit is mistyped; ${ELSEWHERE}` }
  if (/^\d{10}$/.test(code)) return { field, rule: 'rnokpp-check', description: `the last digit of the РНОКПП does not agree: a digit is mistyped; ${ELSEWHERE}` }
  return { field, rule: 'tax-code', description: `must be a ЄДРПОУ of 8 digits, a РНОКПП of 10, or a passport; ${ELSEWHERE}` }
}

function vatViolation(code: string): Violation | undefined {
  if (code === '' || isVatNumber(code) || isRnokpp(code) || PASSPORT.test(code)) return undefined
  const field = 'vatNumber'
  if (/^\d{12}$/.test(code)) return { field, rule: 'vat-check', description: `the last digit does not agree: a digit is mistyped; ${ELSEWHERE}` }
  return { field, rule: 'vat-number', description: `must have 12 digits, or be the РНОКПП; ${ELSEWHERE}` }
}
