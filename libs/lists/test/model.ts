import type { Random } from './random.ts'

/*
 * What a filter means, written from docs/filters.md alone: nothing of src/ is used here. Each condition is made together
 * with the predicate that it stands for, so the reader of texts has no part in the expected answer.
 */

export type Part = { state: string; amount: number | null; currency: string | null; at: Date; visible: boolean }

export type Thing = {
  id: string
  title: string
  nick: string | null
  state: string
  ownerId: string | null
  amount: number | null
  currency: string | null
  size: number
  rank: number | null
  vip: boolean
  born: string | null
  at: Date
  doneAt: Date | null
  tags: string[]
  parts: Part[]
}

type Holds<T> = (row: T) => boolean
/** How closely the text binds: 3 a single condition, 2 NOT, 1 OR, 0 AND. */
type Made<T> = { text: string; holds: Holds<T>; binds: number }

export const NOW = new Date('2026-03-29T00:30:00Z') // the night when clocks change in Kyiv
export const ME = '01900000-0000-7000-8000-00000000000a'
export const OWNERS = [ME, '01900000-0000-7000-8000-00000000000b', '01900000-0000-7000-8000-00000000000c']
export const STATES = ['open', 'won', 'lost']
export const TAGS = ['vip', 'опт', 'a b', '"q"']
const LETTERS = ['а', 'Б', 'ґ', 'Ґ', 'ї', 'І', 'a', 'B', '%', '_', '\\', '"', "'", ' ', '(', '*', '’']
const AMOUNTS = [0, 10, 99.99, 100, 100000, 250000.5]
const DAYS = ['2024-02-29', '2025-12-31', '2026-01-01', '2026-03-01', '2026-03-28', '2026-03-29', '2026-03-30', '2026-04-06']

export function randomThing(r: Random, id: string): Thing {
  const amount = r.chance(0.3) ? null : r.pick(AMOUNTS)
  return {
    id, title: word(r), nick: r.chance(0.3) ? null : word(r), state: r.pick(STATES), ownerId: r.chance(0.3) ? null : r.pick(OWNERS), amount,
    currency: amount === null ? null : r.pick(['UAH', 'EUR']), size: r.below(5), rank: r.chance(0.4) ? null : r.below(4), vip: r.chance(0.5),
    born: r.chance(0.3) ? null : r.pick(DAYS), at: instant(r), doneAt: r.chance(0.4) ? null : instant(r), tags: TAGS.filter(() => r.chance(0.3)),
    parts: Array.from({ length: r.below(4) }, () => randomPart(r)),
  }
}

function randomPart(r: Random): Part {
  const amount = r.chance(0.3) ? null : r.pick(AMOUNTS)
  return { state: r.pick(STATES), amount, currency: amount === null ? null : r.pick(['UAH', 'EUR']), at: instant(r), visible: r.chance(0.7) }
}

/** Near a border of days in Kyiv or in Greenwich, often. */
const instant = (r: Random): Date =>
  new Date(Date.parse(`${r.pick(DAYS)}T${r.pick(['00:00', '00:59', '12:30', '20:59', '21:00', '21:59', '22:00', '23:59'])}:00Z`))

const word = (r: Random): string => Array.from({ length: r.below(4) }, () => r.pick(LETTERS)).join('')

export function randomFilter(r: Random, zone: string): Made<Thing> {
  return combined(r, 3, () => (r.chance(0.12) ? related(r, zone) : condition(r, THING, zone)))
}

function combined<T>(r: Random, depth: number, leaf: () => Made<T>): Made<T> {
  if (depth === 0 || r.chance(0.35)) return leaf()
  if (r.chance(0.3)) return negated(r, combined(r, depth - 1, leaf))
  const parts = Array.from({ length: 2 + r.below(2) }, () => combined(r, depth - 1, leaf))
  const isOr = r.chance(0.5)
  const binds = isOr ? 1 : 0
  const text = parts.map((part) => (part.binds > binds && r.chance(0.8) ? part.text : spaced(r, part.text))).join(isOr ? ' OR ' : '  AND ')
  return { text, binds, holds: (row) => (isOr ? parts.some((part) => part.holds(row)) : parts.every((part) => part.holds(row))) }
}

function negated<T>(r: Random, part: Made<T>): Made<T> {
  const inner = part.binds === 3 && r.chance(0.7) ? part.text : spaced(r, part.text)
  return { text: r.chance(0.3) ? `-${inner}` : `NOT ${inner}`, binds: 2, holds: (row) => !part.holds(row) }
}

const spaced = (r: Random, text: string): string => (r.chance(0.5) ? `(${text})` : `( ${text}\n)`)

function related(r: Random, zone: string): Made<Thing> {
  if (r.chance(0.15)) return { text: 'parts.any()', binds: 3, holds: ({ parts }) => parts.some(({ visible }) => visible) }
  const inner = combined<Part>(r, 1, () => condition(r, PART, zone))
  return { text: `parts.any(${inner.text})`, binds: 3, holds: ({ parts }) => parts.some((part) => part.visible && inner.holds(part)) }
}

type Field<T> = (r: Random, zone: string) => { text: string; holds: Holds<T> }

function condition<T>(r: Random, fields: readonly Field<T>[], zone: string): Made<T> {
  return { ...r.pick(fields)(r, zone), binds: 3 }
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
const gap = (r: Random): string => r.pick(['', ' ', '  '])
const write = (r: Random, name: string, operator: string, value: string): string => `${name}${gap(r)}${operator}${gap(r)}${value}`

const ORDER: Record<string, (a: number) => boolean> = {
  '<': (a) => a < 0, '<=': (a) => a <= 0, '>': (a) => a > 0, '>=': (a) => a >= 0, '=': (a) => a === 0, '!=': (a) => a !== 0,
}

/** Presence, asked in one of its four ways. */
function present<T>(r: Random, name: string, isThere: Holds<T>): { text: string; holds: Holds<T> } {
  const [text, wanted] = r.pick<[string, boolean]>([[`${name}:*`, true], [`${name} != null`, true], [`${name}=null`, false], [`(-${name}:*)`, false]])
  return { text, holds: (row) => isThere(row) === wanted }
}

function textField<T>(name: string, of: (row: T) => string | null): Field<T> {
  return (r) => {
    if (r.chance(0.2)) return present<T>(r, name, (row) => (of(row) ?? '') !== '')
    const wanted = word(r)
    const operator = r.pick(['=', '!=', ':'])
    const holds: Holds<T> = (row) => {
      const value = of(row)
      if (operator === ':') return value !== null && value.toLowerCase().includes(wanted.toLowerCase())
      return (value === wanted) === (operator === '=')
    }
    return { text: write(r, name, operator, quoted(wanted)), holds }
  }
}

function choice<T>(name: string, values: readonly string[], of: (row: T) => string | null, mayBeAbsent = false): Field<T> {
  return (r) => {
    if (mayBeAbsent && r.chance(0.2)) return present<T>(r, name, (row) => of(row) !== null)
    const wanted = r.pick(values)
    const operator = r.pick(['=', '!='])
    const literal = wanted === ME && r.chance(0.5) ? 'me' : r.chance(0.5) ? quoted(wanted) : wanted
    return { text: write(r, name, operator, literal), holds: (row) => (of(row) === wanted) === (operator === '=') }
  }
}

function figure<T>(name: string, values: readonly number[], of: (row: T) => number | null, mayBeAbsent = false): Field<T> {
  return (r) => {
    if (mayBeAbsent && r.chance(0.2)) return present<T>(r, name, (row) => of(row) !== null)
    const wanted = r.pick(values)
    const operator = r.pick(Object.keys(ORDER))
    const holds: Holds<T> = (row) => {
      const value = of(row)
      return value === null ? operator === '!=' : ORDER[operator]!(value - wanted)
    }
    return { text: write(r, name, operator, r.chance(0.5) ? String(wanted) : quoted(String(wanted))), holds }
  }
}

function money<T>(name: string, of: (row: T) => { amount: number | null; currency: string | null }): Field<T> {
  return (r) => {
    if (r.chance(0.2)) return present<T>(r, name, (row) => of(row).amount !== null)
    const wanted = r.pick(AMOUNTS)
    const currency = r.pick([undefined, 'UAH', 'EUR'])
    const operator = r.pick(Object.keys(ORDER))
    const matches = (row: T, test: (a: number) => boolean): boolean => {
      const { amount, currency: own } = of(row)
      return amount !== null && test(amount - wanted) && (currency === undefined || own === currency)
    }
    const holds: Holds<T> = (row) => (operator === '!=' ? !matches(row, ORDER['=']!) : matches(row, ORDER[operator]!))
    const literal = currency === undefined ? String(wanted) : quoted(`${wanted} ${currency}`)
    return { text: write(r, name, operator, literal), holds }
  }
}

const daysAt = new Map<string, string>()

/** What the calendar on the wall shows. Remembered: rows have few different moments, and asking costs. */
function dayAt(at: Date, timeZone: string): string {
  const key = `${at.getTime()} ${timeZone}`
  const day = daysAt.get(key) ?? at.toLocaleDateString('sv-SE', { timeZone })
  daysAt.set(key, day)
  return day
}

const plus = (day: string, days: number): string => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)

/** First day and the day after the last, found by walking over the calendar. */
function stretch(word: string, today: string): [string, string] {
  const single = { today: 0, yesterday: -1, tomorrow: 1, '-30d': -30, '+1d': 1, '-2w': -14 }[word]
  if (single !== undefined) return [plus(today, single), plus(today, single + 1)]
  if (word === '-1m') return ['2026-02-28', '2026-03-01'] // of 29 March
  if (word === '-1y') return ['2025-03-29', '2025-03-30']
  const key: (day: string) => string = {
    Week: (day: string) => plus(day, -((new Date(day).getUTCDay() + 6) % 7)),
    Month: (day: string) => day.slice(0, 7),
    Quarter: (day: string) => `${day.slice(0, 4)} ${Math.ceil(Number(day.slice(5, 7)) / 3)}`,
    Year: (day: string) => day.slice(0, 4),
  }[word.slice(4) as 'Week']
  let inside = today
  const step = { this: 0, last: -1, next: 1 }[word.slice(0, 4)]!
  while (step !== 0 && key(inside) === key(today)) inside = plus(inside, step)
  let from = inside
  let to = inside
  while (key(plus(from, -1)) === key(inside)) from = plus(from, -1)
  while (key(to) === key(inside)) to = plus(to, 1)
  return [from, to]
}

const STRETCHES = ['today', 'yesterday', 'tomorrow', '-30d', '+1d', '-2w', '-1m', '-1y', 'thisWeek', 'lastWeek', 'nextWeek', 'thisMonth', 'lastMonth',
  'nextMonth', 'thisQuarter', 'lastQuarter', 'nextQuarter', 'thisYear', 'lastYear', 'nextYear']

/** A stretch of days: `=` is inside, `<` before, `>` after. */
function compareDay(day: string, [from, to]: [string, string], operator: string): boolean {
  const place = day < from ? -1 : day >= to ? 1 : 0
  return ORDER[operator]!(place)
}

function day<T>(name: string, of: (row: T) => string | Date | null, mayBeAbsent: boolean): Field<T> {
  return (r, zone) => {
    if (mayBeAbsent && r.chance(0.2)) return present<T>(r, name, (row) => of(row) !== null)
    const operator = r.pick(Object.keys(ORDER))
    const literal = r.chance(0.5) ? r.pick(STRETCHES) : r.pick(DAYS)
    const [from, to] = /^\d/.test(literal) ? [literal, plus(literal, 1)] : stretch(literal, dayAt(NOW, zone))
    const holds: Holds<T> = (row) => {
      const value = of(row)
      if (value === null) return operator === '!='
      return compareDay(value instanceof Date ? dayAt(value, zone) : value, [from!, to!], operator)
    }
    return { text: write(r, name, operator, literal), holds }
  }
}

/** A moment: absolute, or so long before or after now. */
function time<T>(name: string, of: (row: T) => Date | null): Field<T> {
  return (r) => {
    const operator = r.pick(Object.keys(ORDER))
    const [literal, at] = r.pick<[string, Date]>([
      ['2026-03-28T22:00:00Z', new Date('2026-03-28T22:00:00Z')],
      ['"2026-03-29T00:00:00+02:00"', new Date('2026-03-28T22:00:00Z')],
      ['now', NOW],
      ['-3h', new Date(NOW.getTime() - 3 * 3_600_000)],
      ['+90min', new Date(NOW.getTime() + 90 * 60_000)],
    ])
    const holds: Holds<T> = (row) => {
      const value = of(row)
      return value === null ? operator === '!=' : ORDER[operator]!(value.getTime() - at.getTime())
    }
    return { text: write(r, name, operator, literal), holds }
  }
}

const tags: Field<Thing> = (r) => {
  if (r.chance(0.2)) return present<Thing>(r, 'tags', (row) => row.tags.length > 0)
  const wanted = r.pick(TAGS)
  const operator = r.pick([':', '=', '!='])
  return { text: write(r, 'tags', operator, quoted(wanted)), holds: (row) => row.tags.includes(wanted) === (operator !== '!=') }
}

const THING: readonly Field<Thing>[] = [
  textField('title', ({ title }) => title),
  textField('nick', ({ nick }) => nick),
  choice('state', STATES, ({ state }) => state),
  choice('ownerId', OWNERS, ({ ownerId }) => ownerId, true),
  choice('vip', ['true', 'false'], ({ vip }) => String(vip)),
  figure('size', [0, 1, 2, 4], ({ size }) => size),
  figure('rank', [0, 1, 2], ({ rank }) => rank, true),
  money('amount', (row) => row),
  day('born', ({ born }) => born, true),
  day('at', ({ at }) => at, false),
  day('doneAt', ({ doneAt }) => doneAt, true),
  time('at', ({ at }) => at),
  time('doneAt', ({ doneAt }) => doneAt),
  tags,
]

const PART: readonly Field<Part>[] = [
  choice('state', STATES, ({ state }) => state),
  money('amount', (row) => row),
  day('at', ({ at }) => at, false),
]
