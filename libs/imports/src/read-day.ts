type Parts = [year: number, month: number, day: number]

function partsOf(text: string): Parts | undefined {
  const [, y, m, d] = /^(\d{4})-(\d\d?)-(\d\d?)(?:T.*)?$/.exec(text) ?? /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? []
  const [, day, month, year] = /^(\d\d?)[./](\d\d?)[./](\d{4})$/.exec(text) ?? []
  const parts = [y ?? year, m ?? month, d ?? day].map(Number)
  return parts.some(Number.isNaN) ? undefined : (parts as Parts)
}

/** `2026-03-04`, `20260304`, `04.03.2026`, `4/3/2026` -> `2026-03-04`; undefined if it is no day of the calendar. */
export function readDay(text: string): string | undefined {
  const parts = partsOf(text)
  if (parts === undefined) return undefined
  const [yyyy, mm, dd] = parts
  const date = new Date(Date.UTC(yyyy, mm - 1, dd))
  if (yyyy < 1000 || date.getUTCMonth() !== mm - 1 || date.getUTCDate() !== dd) return undefined
  return date.toISOString().slice(0, 10)
}

/** A day, or a time with its zone; undefined for anything else. A day begins at midnight UTC: in Ukraine that is the same day the whole year. */
export function readTime(text: string): Date | undefined {
  const withZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
  // `Date` would make 2 March of 30 February.
  const day = readDay(text)
  const time = new Date(day === undefined ? Number.NaN : withZone ? text : day)
  return Number.isNaN(time.getTime()) || (text.includes('T') && !withZone) ? undefined : time
}

type Refusal = [rule: string, description: string]

function refusal(text: string, otherwise: Refusal): Refusal {
  const parts = partsOf(text)
  if (parts === undefined || readDay(text) !== undefined) return otherwise
  const [, month, day] = parts
  // Read the other way it would be one.
  if (month > 12 && day >= 1 && day <= 12) return ['dayOrder', 'is no day with day and month in the order of the column; choose the other order for the column']
  return ['calendar', 'is no day of the calendar']
}

/** What is wrong with a text that `readDay` does not take: a day that is not, or no day at all. */
export const dayRefusal = (text: string): Refusal => refusal(text, ['format', 'is no day; write 2026-03-04, 20260304 or 04.03.2026'])

/** The same of `readTime`. */
export const timeRefusal = (text: string): Refusal => refusal(text, ['moment', 'must be a day like 2026-03-04, or a time with its zone'])
