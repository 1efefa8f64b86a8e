import { expect, test } from '@jest/globals'
import { ImportDates } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { dayRefusal, readDay } from '../src/read-day.ts'
import { datesIn, plainDate } from '../src/dates.ts'

const { DAY_FIRST, MONTH_FIRST, UNSPECIFIED } = ImportDates

test.each([
  [['02/03/2025', '05/17/2025', '2025-02-02 14:01:00'], { dates: MONTH_FIRST, example: '02/03/2025' }],
  [['02/03/2025', '17/05/2025'], { dates: DAY_FIRST, example: '02/03/2025' }],
  [['02/03/2025', '17/05/2025', '05/17/2025'], { dates: UNSPECIFIED, example: '02/03/2025' }],
  [['02-03-2025'], { dates: UNSPECIFIED, example: '02-03-2025' }],
  [['02.03.2025', '2025-03-02', ''], undefined],
])('the order of %j is %j', (values, told) => {
  expect(datesIn(values)).toEqual(told)
})

// As a user met it: 05/17/2025 was refused as no day of the calendar, and 2 March was read of 02/03/2025 beside it.
test('a column is read in one order, dots and ISO in theirs; what fits not says so', () => {
  expect(['05/17/2025', '2/3/2025', '02.03.2025', '2025-03-02'].map((text) => readDay(plainDate(text, MONTH_FIRST)))).toEqual(['2025-05-17', '2025-02-03', '2025-03-02', '2025-03-02'])
  expect(readDay(plainDate('2/3/2025', undefined))).toBe('2025-03-02')
  expect([dayRefusal(plainDate('17/05/2025', MONTH_FIRST))[0], dayRefusal(plainDate('05/17/2025', DAY_FIRST))[0], dayRefusal(plainDate('31/02/2025', DAY_FIRST))[0]]).toEqual(['dayOrder', 'dayOrder', 'calendar'])
})

test('a time without a zone is that of the importer, of a day the time is left out', () => {
  const time = (text: string) => plainDate(text, MONTH_FIRST, 'Europe/Kyiv')
  expect(['2025-02-02 14:01:00', '2025-07-02T14:01', '7/2/2025 2:01 PM', '02.07.2025 12:01 am'].map(time)).toEqual(['2025-02-02T12:01:00.000Z', '2025-07-02T11:01:00.000Z', '2025-07-02T11:01:00.000Z', '2025-07-01T21:01:00.000Z'])
  expect([time('2025-02-02T14:01:00Z'), time('2025-02-02 14:01:00+0200'), time('2025-02-02')]).toEqual(['2025-02-02T14:01:00Z', '2025-02-02T14:01:00+02:00', '2025-02-02'])
  expect([plainDate('2025-02-02 14:01:00', undefined), time('2025-02-30 14:01:00')]).toEqual(['2025-02-02', '2025-02-30'])
})
