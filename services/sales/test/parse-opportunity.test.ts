import { expect, test } from '@jest/globals'
import { callerOf, rightsData } from '@vitrylo/auth'
import type { ImportRow } from '@vitrylo/imports'
import { parseOpportunity } from '../src/imports/parse-opportunity.ts'

const rights = rightsData({ employees: [], branches: [], groups: [] })
const caller = callerOf(rights, { subject: 's', username: 'nobody', groups: [], client: '', sessionId: undefined, expiresAt: 0 })
const parsed = (row: ImportRow) => parseOpportunity({ title: 'Партія борошна', ...row }, { rights, caller })
const wrong = (row: ImportRow) => {
  const result = parsed(row)
  return 'violations' in result ? result.violations.map(({ field, rule }) => `${field} ${rule}`) : []
}

test('a full row is read', () => {
  expect(parsed({ state: 'Won', amount: '1 200,5', currency: 'UAH', openTime: '2025-01-31', closeTime: '03.02.2025', expectedCloseDate: '1/2/2025' })).toMatchObject({
    record: {
      title: 'Партія борошна', state: 'won', amount: { amount: '1200.50', currency: 'UAH' },
      openTime: new Date('2025-01-31T00:00:00Z'), closeTime: new Date('2025-02-03T00:00:00Z'), expectedCloseDate: '2025-02-01',
    },
  })
})

test.each([
  [{ title: '' }, ['title required']],
  [{ title: 'x'.repeat(301), state: 'maybe' }, ['state choice', 'title length']],
  [{ amount: '1,200.50', currency: 'UAH' }, ['amount format']],
  // Seen failing: read as 1.20, 12.50, 100.00.
  [{ amount: '1,200', currency: 'UAH' }, ['amount unclear']],
  [{ amount: '12.500', currency: 'UAH' }, ['amount unclear']],
  [{ amount: ' 100,000 ', currency: 'UAH' }, ['amount unclear']],
  [{ amount: '12' }, ['currency required']],
  [{ amount: '12', currency: 'грн' }, ['currency format']],
  [{ openTime: '2025-02-30' }, ['openTime calendar']],
  [{ openTime: '2025-02-03T10:00:00' }, ['openTime moment']],
  [{ expectedCloseDate: 'скоро' }, ['expectedCloseDate format']],
  [{ state: 'won', openTime: '2025-02-03', closeTime: '2025-02-02' }, ['closeTime range']],
  [{ closeTime: '2025-02-02' }, ['closeTime openUntil']],
])('%j is refused as %j', (row, rules) => {
  expect(wrong(row as ImportRow)).toEqual(rules)
})

test.each([['0,500', '0.50'], ['1 200,500', '1200.50'], ['1200.500', '1200.50'], ['12,5000', '12.50'], ['1 200', '1200.00'], ['7,25', '7.25']])('%s is %s: nothing else can be meant', (amount, read) => {
  expect(parsed({ amount, currency: 'UAH' })).toMatchObject({ record: { amount: { amount: read } } })
})

test('a time with its zone is taken as it is', () => {
  expect(parsed({ openTime: '2025-02-03T10:00:00+02:00' })).toMatchObject({ record: { openTime: new Date('2025-02-03T08:00:00Z') } })
})
