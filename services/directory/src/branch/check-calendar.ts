import { invalid, type Violation } from '@vitrylo/errors'
import { isDay, isTimeZone } from '@vitrylo/lists'
import type { WorkingCalendar, WorkingShift } from '@vitrylo/proto/vitrylo/directory/v1/branch.ts'

/** What the limits of the contract cannot say. */
export function assertCalendar(calendar: WorkingCalendar | undefined): void {
  if (calendar === undefined) return
  const { timeZone, week, exceptions } = calendar
  const field = 'branch.calendar'
  const wrong: Violation[] = isTimeZone(timeZone) ? [] : [{ field: `${field}.timeZone`, rule: 'choice', description: 'no such time zone; name one as Europe/Kyiv' }]
  wrong.push(...week.flatMap(({ shifts }, at) => shiftViolations(shifts, `${field}.week[${at}].shifts`)))
  if (week.every(({ shifts }) => shifts.length === 0)) wrong.push({ field: `${field}.week`, rule: 'required', description: 'there must be some working time' })
  for (const [at, { date, shifts }] of exceptions.entries()) {
    if (!isDay(date)) wrong.push({ field: `${field}.exceptions[${at}].date`, rule: 'format', description: 'is no day of the calendar' })
    if (exceptions.findIndex((other) => other.date === date) < at) wrong.push({ field: `${field}.exceptions[${at}].date`, rule: 'unique', description: 'is named twice' })
    wrong.push(...shiftViolations(shifts, `${field}.exceptions[${at}].shifts`))
  }
  if (wrong.length > 0) throw invalid(wrong)
}

const shiftViolations = (shifts: readonly WorkingShift[], field: string): Violation[] =>
  shifts.flatMap(({ from, until }, at) =>
    from < until && (at === 0 || shifts[at - 1]!.until <= from) ? [] : [{ field: `${field}[${at}]`, rule: 'range', description: 'must end after it begins, and begin after the one before has ended' }],
  )
