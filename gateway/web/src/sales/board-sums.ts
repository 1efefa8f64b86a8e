import type { TFunction } from 'i18next'
import type { Board, BoardColumn as Column } from '../api/types.ts'
import { currencySign, money, number, type Money } from '../lib/format.ts'

/** Weighted money is an estimate and looks like one: whole thousands from ten thousand on. */
const rounded = (amount: number): number => (amount >= 10_000 ? Math.round(amount / 1000) * 1000 : Math.round(amount))

const estimate = (amount: number, t: TFunction): string => (amount >= 10_000 ? `≈\u00A0${number(Math.round(amount / 1000))}\u00A0${t('sales.thousands')}` : `≈\u00A0${number(amount)}`)

/** The sum beside it says the currency of one; of several each says its own. */
export const weightedOf = ({ weightedAmounts }: Column, t: TFunction): string =>
  weightedAmounts.map(({ amount, currency }) => `${estimate(rounded(Number(amount)), t)}${weightedAmounts.length > 1 ? `\u00A0${currencySign(currency)}` : ''}`).join(' + ')

/** Over the open columns, a sum a currency. Whole kopecks are added: parts of them would not come out even. */
function summed(board: Board | undefined, partsOf: (column: Column) => readonly Money[], share: (amount: number) => number): [currency: string, sum: number][] {
  const sums = new Map<string, number>()
  for (const column of board?.columns ?? [])
    if (column.state === 'open') for (const { amount, currency } of partsOf(column)) sums.set(currency, (sums.get(currency) ?? 0) + Math.round(share(Number(amount)) * 100))
  return [...sums].map(([currency, sum]) => [currency, sum / 100])
}

export const totalOf = (board: Board | undefined): string =>
  summed(board, ({ amounts }) => amounts, (amount) => amount).map(([currency, sum]) => money({ amount: sum.toFixed(2), currency })).join(' + ') || '—'

/** The sum of what the columns show: a reader adds them up. */
export const weightedTotalOf = (board: Board | undefined, t: TFunction): string =>
  summed(board, ({ weightedAmounts }) => weightedAmounts, rounded).map(([currency, sum]) => `${estimate(sum, t)}\u00A0${currencySign(currency)}`).join(' + ') || '—'
