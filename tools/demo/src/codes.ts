import type { Random } from './random.ts'

const digitsOf = (text: string): number[] => [...text].map(Number)
const weighted = (digits: readonly number[], weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * digits[index]!, 0) % 11

/** Last digit of a ЄДРПОУ for its first seven. */
export function edrpouCheckDigit(seven: string): number {
  const digits = digitsOf(seven)
  const number = Number(`${seven}0`)
  const base = number < 30_000_000 || number > 60_000_000 ? [1, 2, 3, 4, 5, 6, 7] : [7, 1, 2, 3, 4, 5, 6]
  const first = weighted(digits, base)
  if (first < 10) return first
  return weighted(digits, base.map((weight) => weight + 2)) % 10
}

/** Last digit of a РНОКПП for its first nine. */
export const rnokppCheckDigit = (nine: string): number =>
  ((weighted(digitsOf(nine), [-1, 5, 7, 9, 4, 6, 10, 5, 7]) + 11) % 11) % 10

/** Two check digits of a Ukrainian IBAN (ISO 13616): bank of six digits, account of nineteen. */
export function ibanOf(bank: string, account: string): string {
  const rest = BigInt(`${bank}${account}301000`) % 97n // U = 30, A = 10, then 00
  return `UA${String(98n - rest).padStart(2, '0')}${bank}${account}`
}

/** A code of an organisation that nobody has: numbers from 90 million on are not given out. */
export function fictionalEdrpou(random: Random): string {
  const seven = `9${String(random.int(0, 999_999)).padStart(6, '0')}`
  return `${seven}${edrpouCheckDigit(seven)}`
}

/** A code of a person that nobody has: its first five digits count days, these would be born after 2146. */
export function fictionalRnokpp(random: Random, female: boolean): string {
  const day = random.int(90_000, 99_999)
  const order = random.int(0, 999)
  const sex = random.int(0, 4) * 2 + (female ? 0 : 1)
  const nine = `${day}${String(order).padStart(3, '0')}${sex}`
  return `${nine}${rnokppCheckDigit(nine)}`
}

/** An account at one of the banks of data/banks; bank codes from 990000 on belong to no bank. */
export function fictionalIban(random: Random, bank: string): string {
  const account = Array.from({ length: 14 }, () => random.int(0, 9)).join('')
  return ibanOf(bank, `26000${account}`)
}
