/** Whose day it is: relative dates are those of the one who asks. */
export type Clock = { now: Date; timeZone: string }

/** A stretch of time, half open: as moments, and as days where it begins and ends at midnight. */
export type Period = { from: Date; to: Date; days?: { from: string; to: string } }

const DAY_MS = 86_400_000
const NAMED = /^(today|yesterday|tomorrow|now|(?:this|last|next)(?:Week|Month|Quarter|Year))$/
const DISTANCE = /^([+-])(\d{1,4})(d|w|m|y|h|min)$/

/** A word that stands for a day, a period or a moment: `today`, `lastQuarter`, `-30d`, `+2h`; undefined for another. */
export function relativePeriod(word: string, { now, timeZone }: Clock): Period | undefined {
  const today = dayOf(now, timeZone)
  const distance = DISTANCE.exec(word)
  if (distance !== null) {
    const count = Number(distance[2]) * (distance[1] === '-' ? -1 : 1)
    const unit = distance[3]!
    if (unit === 'h' || unit === 'min') return moment(new Date(now.getTime() + count * (unit === 'h' ? 3_600_000 : 60_000)))
    const day = unit === 'd' || unit === 'w' ? addDays(today, count * (unit === 'd' ? 1 : 7)) : addMonths(today, count * (unit === 'm' ? 1 : 12))
    return within(day) ? days(day, addDays(day, 1), timeZone) : undefined
  }
  if (!NAMED.test(word)) return undefined
  if (word === 'now') return moment(now)
  const shift = { today: 0, yesterday: -1, tomorrow: 1 }[word]
  if (shift !== undefined) return days(addDays(today, shift), addDays(today, shift + 1), timeZone)
  const [from, to] = named(word.slice(4), { this: 0, last: -1, next: 1 }[word.slice(0, 4)]!, today)
  return days(from, to, timeZone)
}

/** A day as it is written, `2026-11-21`, in the time zone of the asker; undefined for one that no calendar has. */
export function writtenDay(day: string, timeZone: string): Period | undefined {
  const at = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(at) || iso(at) !== day || !within(day)) return undefined
  return days(day, addDays(day, 1), timeZone)
}

// Outside of four digits a year is written otherwise.
const within = (day: string): boolean => /^[1-9]\d{3}-/.test(day) && day < '9999'

export const moment = (at: Date): Period => ({ from: at, to: at })

function named(unit: string, shift: number, today: string): [string, string] {
  if (unit === 'Week') {
    const monday = addDays(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7) + shift * 7)
    return [monday, addDays(monday, 7)]
  }
  const length = { Month: 1, Quarter: 3, Year: 12 }[unit]!
  const month = Number(today.slice(5, 7)) - 1
  const first = addMonths(`${today.slice(0, 5)}${String(month - (month % length) + 1).padStart(2, '0')}-01`, shift * length)
  return [first, addMonths(first, length)]
}

const days = (from: string, to: string, timeZone: string): Period => ({
  from: startOfDay(from, timeZone), to: startOfDay(to, timeZone), days: { from, to },
})

const iso = (at: number): string => new Date(at).toISOString().slice(0, 10)

export const addDays = (day: string, count: number): string => iso(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS)

/** Whether `2026-02-28` is a day of the calendar; of a text in another form, it is none. Of a year 0 PostgreSQL knows nothing. */
export function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isFinite(at) && iso(at) === text && !text.startsWith('0000')
}

/** The same day of another month, or its last one where it is shorter. */
function addMonths(day: string, count: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month + count, 0)).getUTCDate()
  return iso(Date.UTC(year, month - 1 + count, Math.min(date, last)))
}

const MOST_FORMATS = 100
const formats = new Map<string, Intl.DateTimeFormat>()

/** `Europe/Kyiv`; a name that is none, or an offset, is refused. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false
  try {
    zoneFormat(name)
    return true
  } catch {
    return false
  }
}

function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (format === undefined) {
    if (formats.size >= MOST_FORMATS) formats.clear()
    format = new Intl.DateTimeFormat('en-US', {
      timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    })
    formats.set(timeZone, format)
  }
  return format
}

/** What a clock on the wall shows, as if it were UTC. */
export function wallOf(at: Date, timeZone: string): number {
  const part = Object.fromEntries(zoneFormat(timeZone).formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second)
}

/** The day that a calendar on the wall shows. */
export const dayOf = (at: Date, timeZone: string): string => iso(wallOf(at, timeZone))

/** The moment at which a clock on the wall shows so many minutes since midnight; where it shows that never, when it would have; where twice, first. */
export function instantOf(day: string, minutes: number, timeZone: string): number {
  const shown = Date.parse(`${day}T00:00:00Z`) + minutes * 60_000
  const guess = startOfDay(day, timeZone).getTime() + minutes * 60_000
  const ahead = wallOf(new Date(guess), timeZone) - shown
  if (ahead === 0 || wallOf(new Date(guess - ahead), timeZone) !== shown) return guess
  return guess - ahead
}

/** The first moment of a day. The offset of a guess may be that of the other side of a change of clocks: asked twice. */
function startOfDay(day: string, timeZone: string): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  const offset = (at: number) => wallOf(new Date(at), timeZone) - at
  const first = midnight - offset(midnight)
  const second = midnight - offset(first)
  return new Date(iso(wallOf(new Date(second), timeZone)) < day ? first : second)
}
