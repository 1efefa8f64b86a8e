import { instantOf } from '@vitrylo/lists'
import { ImportDates } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'

// With points the day always comes first; with slashes or hyphens it depends on who wrote it.
const TWO_WAYS = /^(\d\d?)([/-])(\d\d?)\2(\d{4})(?=$|[T ,])/
const POINTS = /^(\d\d?)\.(\d\d?)\.(\d{4})(?=[T ,])/
const TIME = /^(\d{4}-\d\d?-\d\d?)(?:T|,? +)(\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?: ?([AaPp])\.?[Mm]\.?)?( ?(?:Z|UTC|[+-]\d\d:?\d\d))?$/

/** What values of a column say of the order of day and month: `example` is one that can be read in two ways, where there is one. */
export function datesIn(values: readonly string[]): { dates: ImportDates; example: string } | undefined {
  let [days, months, example] = [false, false, '']
  let isTwoWays = false
  for (const value of values) {
    const found = TWO_WAYS.exec(value)
    if (found === null) continue
    isTwoWays = true
    const [first, second] = [Number(found[1]), Number(found[3])]
    if (first > 12) days = true
    else if (second > 12) months = true
    else if (first !== second) example ||= value
  }
  if (!isTwoWays) return undefined
  const dates = days === months ? ImportDates.UNSPECIFIED : days ? ImportDates.DAY_FIRST : ImportDates.MONTH_FIRST
  return { dates, example }
}

const padded = (part: string): string => part.padStart(2, '0')

/** A date as the parsers read it: the order of its column applied, and a time without a zone taken in `zone`; without one the day alone is left. */
export function plainDate(text: string, dates: ImportDates | undefined, zone?: string): string {
  const isMonthFirst = dates === ImportDates.MONTH_FIRST
  const iso = text
    .replace(TWO_WAYS, (_all, a: string, _sign, b: string, year: string) => `${year}-${padded(isMonthFirst ? a : b)}-${padded(isMonthFirst ? b : a)}`)
    .replace(POINTS, (_all, day: string, month: string, year: string) => `${year}-${padded(month)}-${padded(day)}`)
  const [, day, hour, minute, second = '00', half, offset] = TIME.exec(iso) ?? []
  if (day === undefined) return iso
  if (zone === undefined) return day
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  const [year, month, date] = day.split('-')
  const whole = `${year}-${padded(month!)}-${padded(date!)}`
  if (hours > 23 || Number(minute) > 59 || Number(second) > 59 || Number.isNaN(Date.parse(whole)) || new Date(whole).toISOString().slice(0, 10) !== whole) return whole
  if (offset === undefined) return new Date(instantOf(whole, hours * 60 + Number(minute), zone) + Number(second) * 1000).toISOString()
  const bare = offset.trim()
  return `${whole}T${padded(String(hours))}:${minute}:${second}${/^(Z|UTC)$/.test(bare) ? 'Z' : bare.replace(/^(...)(\d\d)$/, '$1:$2')}`
}
