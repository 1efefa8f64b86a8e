import type { Violation } from '@vitrylo/errors'
import type { Money } from '@vitrylo/proto/vitrylo/types/v1/money.ts'

const EXACT = /^(\d{1,16})(?:\.(\d{1,2})0*)?$/

/** `1200.5` -> `1200.50`; undefined for what the store could not keep exactly, and for less than nothing. */
export function exact(amount: string): string | undefined {
  const [, whole, cents = ''] = EXACT.exec(amount) ?? []
  return whole === undefined ? undefined : `${BigInt(whole)}.${cents.padEnd(2, '0')}`
}

export const wrongMoney = (money: Money | undefined): Violation[] =>
  money === undefined || exact(money.amount) !== undefined
    ? []
    : [{ field: 'amount.amount', rule: 'range', description: 'must be 0 or more, with at most 16 digits before and 2 behind the point' }]

export const exactMoney = (money: Money | undefined): Money | undefined =>
  money && { amount: exact(money.amount)!, currency: money.currency }

/** An amount of the store in its smallest part, for sums without rounding. */
export const centsOf = (amount: string): bigint => BigInt(amount.replace('.', ''))

const textOf = (cents: bigint): string => {
  const digits = String(cents).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

export type Sum = { currency: string | null; amount: string | null }

/** One amount a currency; with a percent, that share of each, rounded once at the end. */
export function totalOf(sums: readonly (Sum & { percent?: number })[]): Money[] {
  const totals = new Map<string, bigint>()
  for (const { currency, amount, percent = 100 } of sums) {
    if (currency === null || amount === null) continue
    totals.set(currency, (totals.get(currency) ?? 0n) + centsOf(amount) * BigInt(percent))
  }
  return [...totals].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([currency, parts]) => ({ amount: textOf((parts + 50n) / 100n), currency }))
}
