import type { WorkingCalendar, WorkingShift } from '../api/types.ts'
import { readDay, writeDay } from '../lib/day.ts'

const pad = (value: number) => String(value).padStart(2, '0')
const clock = (minutes: number) => `${Math.floor(minutes / 60)}:${pad(minutes % 60)}`

/** `9:00–13:00, 14:00–18:00`. */
export const writeShifts = (shifts: readonly WorkingShift[]): string => shifts.map(({ from, until }) => `${clock(from)}–${clock(until)}`).join(', ')

const SHIFT = /^(\d{1,2})(?::(\d{2}))?\s*[-–—]\s*(\d{1,2})(?::(\d{2}))?$/

/** As people type it: `9-13, 14:30 - 18`; undefined for what is none. */
export function readShifts(text: string): WorkingShift[] | undefined {
  const parts = text.split(/[,;]/).map((part) => part.trim()).filter((part) => part !== '')
  const shifts = parts.map((part) => {
    const [, h1, m1 = '0', h2, m2 = '0'] = SHIFT.exec(part) ?? []
    const [from, until] = [Number(h1) * 60 + Number(m1), Number(h2) * 60 + Number(m2)]
    return Number(m1) < 60 && Number(m2) < 60 && from < until && until <= 1440 ? { from, until } : undefined
  })
  const known = shifts.filter((shift) => shift !== undefined)
  const inOrder = known.every((shift, at) => at === 0 || known[at - 1]!.until <= shift.from)
  return known.length === shifts.length && inOrder ? known : undefined
}

type Exceptions = WorkingCalendar['exceptions']

/** A line for a date: alone it is free, with hours it is worked. */
export const writeExceptions = (exceptions: Exceptions, language: string): string =>
  exceptions.map(({ date, shifts }) => [writeDay(date, language), writeShifts(shifts)].filter(Boolean).join(' ')).join('\n')

export function readExceptions(text: string): Exceptions | undefined {
  const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
  const found = lines.map((line) => {
    const [word = '', ...rest] = line.split(/\s+/)
    const [date, shifts] = [readDay(word), readShifts(rest.join(' '))]
    return date && shifts ? { date, shifts } : undefined
  })
  return found.some((one) => one === undefined) ? undefined : (found as Exceptions)
}
