const pad = (value: number) => String(value).padStart(2, '0')

/** `2026-11-21` of the parts, or undefined for a day that no calendar has. */
export function dayOf(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day))
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isReal && year >= 1900 && year <= 2200 ? `${year}-${pad(month)}-${pad(day)}` : undefined
}

/** As it is written in the language: 21.11.2026, 21/11/2026. */
export function writeDay(day: string, language: string): string {
  const [year, month, date] = day.split('-')
  if (!year || !month || !date) return ''
  return [date, month, year].join(language === 'en' ? '/' : '.')
}

/** Reads a day as people type it: 21.11.2026, 21/11/26, 2026-11-21; '' stays '', what is no day gives undefined. */
export function readDay(text: string): string | undefined {
  const parts = text.trim().split(/[.,/\s-]+/).filter((part) => part !== '').map(Number)
  if (parts.length === 0) return ''
  const [a, b, c] = parts
  if (parts.length !== 3 || parts.some((part) => !Number.isInteger(part)) || a === undefined || b === undefined || c === undefined) return undefined
  return a > 31 ? dayOf(a, b, c) : dayOf(c < 100 ? 2000 + c : c, b, a)
}

/** Reads a time of the day as people type it: 14:30, 9.30, 930, 9; '' stays '', what is no time gives undefined. */
export function readClock(text: string): string | undefined {
  if (text.trim() === '') return ''
  const [, hour, minute = '0'] = /^(\d{1,2})(?:[:.,\s-]?(\d{2}))?$/.exec(text.trim()) ?? []
  return hour === undefined || Number(hour) > 23 || Number(minute) > 59 ? undefined : `${pad(Number(hour))}:${pad(Number(minute))}`
}

export const today = (now = new Date()) => dayOf(now.getFullYear(), now.getMonth() + 1, now.getDate())!

const momentOf = (day: string, more: number): string | undefined => {
  if (day === '') return undefined
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  return new Date(year, month - 1, date + more).toISOString()
}

/** When the day begins here; undefined for no day. */
export const startOf = (day: string) => momentOf(day, 0)

/** When it is over. */
export const endOf = (day: string) => momentOf(day, 1)

/** The last day before it, of what `endOf` gave; '' for none. */
export const lastDayOf = (end: string | undefined): string => (end ? today(new Date(Date.parse(end) - 1)) : '')
