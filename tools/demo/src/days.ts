import type { Random } from './random.ts'

export const DAY_MS = 86_400_000

/** So many days before, at working time; what would fall on a week-end was on Friday. */
export function before(day: Date, days: number, random: Random): Date {
  const time = new Date(day.getTime() - days * DAY_MS)
  const weekday = time.getUTCDay()
  if (weekday === 0 || weekday === 6) time.setUTCDate(time.getUTCDate() - (weekday === 0 ? 2 : 1))
  time.setUTCHours(random.int(7, 15), random.int(0, 59), 0, 0)
  return time
}

/** So many days ahead, at working time; after a week-end where it would fall on one. */
export function ahead(day: Date, days: number, random: Random): Date {
  const time = new Date(day.getTime() + days * DAY_MS)
  const weekday = time.getUTCDay()
  if (weekday === 0 || weekday === 6) time.setUTCDate(time.getUTCDate() + (weekday === 0 ? 1 : 2))
  time.setUTCHours(random.int(7, 14), random.pick([0, 15, 30, 45]), 0, 0)
  return time
}

export const dayOf = (time: Date): string => time.toISOString().slice(0, 10)
