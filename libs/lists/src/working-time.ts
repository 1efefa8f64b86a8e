import type { Shift, WorkingCalendar } from '@vitrylo/auth'
import { addDays, dayOf, instantOf } from './period.ts'

// A calendar has a shift in every week but for holidays; who shuts for longer than this has no deadlines.
const MOST_DAYS = 1_100

const MONDAY_FIRST = 6

function shiftsOf({ week, exceptions }: WorkingCalendar, day: string): readonly Shift[] {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + MONDAY_FIRST) % 7
  return exceptions.get(day) ?? week[weekday] ?? []
}

/** The shifts from a moment on, as moments: a shift over a change of clocks lasts as long as it really does. */
function* spansFrom(calendar: WorkingCalendar, from: Date): Generator<{ begin: number; end: number }> {
  const { timeZone } = calendar
  let day = dayOf(from, timeZone)
  for (let count = 0; count < MOST_DAYS; count++, day = addDays(day, 1)) {
    for (const shift of shiftsOf(calendar, day)) {
      const end = instantOf(day, shift.until, timeZone)
      const begin = Math.max(instantOf(day, shift.from, timeZone), from.getTime())
      if (end > begin) yield { begin, end }
    }
  }
}

/** The moment when so many minutes of working time have passed. Without any working time in years ahead: so many minutes by the clock. */
export function addWorkingTime(calendar: WorkingCalendar, from: Date, minutes: number): Date {
  let left = minutes * 60_000
  if (left <= 0) return from
  for (const { begin, end } of spansFrom(calendar, from)) {
    if (left <= end - begin) return new Date(begin + left)
    left -= end - begin
  }
  return new Date(from.getTime() + minutes * 60_000)
}

/** Minutes of working time between two moments; 0 where the second is not after the first. */
export function workingTimeBetween(calendar: WorkingCalendar, from: Date, until: Date): number {
  let sum = 0
  for (const { begin, end } of spansFrom(calendar, from)) {
    if (begin >= until.getTime()) break
    sum += Math.min(end, until.getTime()) - begin
  }
  return sum / 60_000
}
