// Working time in Kyiv, where the clocks went from 3 to 4 on 2026-03-29 and go from 4 to 3 on 2026-10-25.
// Seen failing: instantOf taking the earlier of two guesses (the night of the autumn had eight hours).
import { expect, test } from '@jest/globals'
import type { WorkingCalendar } from '@vitrylo/auth'
import fc from 'fast-check'
import { addWorkingTime, workingTimeBetween } from '../src/index.ts'

const h = (from: number, until: number) => ({ from: from * 60, until: until * 60 })
const office = [h(9, 13), h(14, 18)]
const kyiv: WorkingCalendar = { timeZone: 'Europe/Kyiv', week: [office, office, office, office, [h(9, 13)], [], []], exceptions: new Map([['2026-12-25', []], ['2026-12-26', [h(10, 12)]]]) }
const nights: WorkingCalendar = { timeZone: 'Europe/Kyiv', week: Array.from({ length: 7 }, () => [h(0, 6), h(22, 24)]), exceptions: new Map() }
const at = (text: string) => new Date(text)
const due = (calendar: WorkingCalendar, from: string, minutes: number) => addWorkingTime(calendar, at(from), minutes).toISOString()

test('a deadline passes over the break, the night, the weekend and holidays; a day between them may be worked on', () => {
  expect(due(kyiv, '2026-11-23T10:30:00Z', 60)).toBe('2026-11-23T12:30:00.000Z')
  expect(due(kyiv, '2026-11-23T15:30:00Z', 60)).toBe('2026-11-24T07:30:00.000Z')
  expect(due(kyiv, '2026-11-27T10:00:00Z', 120)).toBe('2026-11-30T08:00:00.000Z')
  expect(due(kyiv, '2026-12-24T15:00:00Z', 120)).toBe('2026-12-26T09:00:00.000Z')
  expect(due(kyiv, '2026-11-22T00:00:00Z', 1)).toBe('2026-11-23T07:01:00.000Z')
  expect(due(kyiv, '2026-11-23T10:30:00Z', 0)).toBe('2026-11-23T10:30:00.000Z')
  // The very end of a shift is still in it.
  expect(due(kyiv, '2026-11-23T07:00:00Z', 240)).toBe('2026-11-23T11:00:00.000Z')
})

test('a night is an hour shorter in spring and an hour longer in autumn', () => {
  const night = (day: string, next: string) => workingTimeBetween(nights, at(`${day}T18:00:00Z`), at(`${next}T12:00:00Z`)) / 60
  expect(night('2026-03-27', '2026-03-28')).toBe(8)
  expect(night('2026-03-28', '2026-03-29')).toBe(7)
  expect(night('2026-10-24', '2026-10-25')).toBe(9)
  expect(due(nights, '2026-03-28T22:00:00Z', 5 * 60)).toBe('2026-03-29T03:00:00.000Z')
  expect(due(nights, '2026-10-24T21:00:00Z', 7 * 60)).toBe('2026-10-25T04:00:00.000Z')
  // Office hours are the same hours of the wall on both sides.
  expect(due(kyiv, '2026-03-27T10:00:00Z', 120)).toBe('2026-03-30T07:00:00.000Z')
  expect(due(kyiv, '2026-10-23T09:00:00Z', 120)).toBe('2026-10-26T08:00:00.000Z')
})

test('what is between is what was added, wherever one begins, and a count minute by minute says the same', () => {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Kyiv', hourCycle: 'h23', weekday: 'short', hour: '2-digit', minute: '2-digit' })
  const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
  const works = (calendar: WorkingCalendar, ms: number): boolean => {
    const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]))
    const minute = Number(part.hour) * 60 + Number(part.minute)
    return calendar.week[days.indexOf(part.weekday!)]!.some((shift) => shift.from <= minute && minute < shift.until)
  }
  const plain = { ...kyiv, exceptions: new Map<string, never>() }
  const around = (text: string) => fc.integer({ min: -1_500, max: 600 }).map((minute) => Date.parse(text) + minute * 60_000)
  const moments = fc.oneof(around('2026-03-29T01:00:00Z'), around('2026-10-25T01:00:00Z'), around('2026-11-23T10:00:00Z'))
  fc.assert(
    fc.property(moments, fc.integer({ min: 1, max: 900 }), fc.constantFrom(plain, nights), (from, minutes, calendar) => {
      const end = addWorkingTime(calendar, new Date(from), minutes).getTime()
      expect(workingTimeBetween(calendar, new Date(from), new Date(end))).toBe(minutes)
      let counted = 0
      for (let ms = from; ms < end; ms += 60_000) if (works(calendar, ms)) counted++
      expect(counted).toBe(minutes)
    }),
    { numRuns: 60 },
  )
})

test('a calendar without working time counts by the clock, and what is not after is nothing', () => {
  const shut = { ...kyiv, exceptions: new Map<string, never>(), week: Array.from({ length: 7 }, () => []) }
  expect(due(shut, '2026-11-23T10:30:00Z', 60)).toBe('2026-11-23T11:30:00.000Z')
  expect(workingTimeBetween(kyiv, at('2026-11-23T12:00:00Z'), at('2026-11-23T09:00:00Z'))).toBe(0)
})
