import { expect, test } from '@jest/globals'
import { exact, totalOf } from '../src/opportunity/money.ts'

test.each([
  ['1200', '1200.00'],
  ['1200.5', '1200.50'],
  ['1200.500000', '1200.50'],
  ['0', '0.00'],
  ['007', '7.00'],
  ['9999999999999999.99', '9999999999999999.99'],
  ['12345678901234567', undefined],
  ['1.005', undefined],
  ['-1', undefined],
  ['1e3', undefined],
])('%s is kept as %s', (given, kept) => {
  expect(exact(given)).toBe(kept)
})

test('sums are exact and kept apart by currency', () => {
  const sums = [
    { currency: 'USD', amount: '9007199254740993.01' },
    { currency: 'UAH', amount: '0.10' },
    { currency: 'UAH', amount: '0.20' },
    { currency: null, amount: null },
    { currency: 'USD', amount: '0.02' },
  ]
  expect(totalOf(sums)).toEqual([{ amount: '0.30', currency: 'UAH' }, { amount: '9007199254740993.03', currency: 'USD' }])
})

test('a share is rounded once, at the end', () => {
  // 3 x 0.05 at 10 % is 0.015: rounded one by one it would be 0.03.
  expect(totalOf(Array.from({ length: 3 }, () => ({ currency: 'UAH', amount: '0.05', percent: 10 })))).toEqual([{ amount: '0.02', currency: 'UAH' }])
})
