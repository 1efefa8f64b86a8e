import type { CustomField } from '@vitrylo/auth'
import { isUuid } from '@vitrylo/pg'

/** `null`: nothing is there. */
export type Read = { value: unknown } | { wrong: string; rule: string } | null

const TEXT_MOST = 2_000
// An index takes no more than 2,700 bytes.
const INDEXED_MOST = 500
const CHOICES_MOST = 50
const MONEY = /^-?\d{1,15}(\.\d{1,6})?$/

/** A value as the field keeps it, or why it does not. */
export function readValue(field: CustomField, given: unknown, before?: unknown): Read {
  if (given === null || given === undefined || given === '' || (Array.isArray(given) && given.length === 0)) return null
  return READERS[field.kind](given, field, before)
}

const wrong = (description: string, rule = 'format'): Read => ({ wrong: description, rule })

const READERS: Record<CustomField['kind'], (given: unknown, field: CustomField, before: unknown) => Read> = {
  text(given, { unique, filterable }) {
    const most = unique || filterable ? INDEXED_MOST : TEXT_MOST
    if (typeof given !== 'string') return wrong('must be a text')
    const value = given.normalize('NFC').trim()
    if (value.includes('\0')) return wrong('holds a zero byte')
    if (value.length > most) return wrong(`must have at most ${most} characters`, 'length')
    return value === '' ? null : { value }
  },
  number(given) {
    if (typeof given !== 'number' || !Number.isFinite(given)) return wrong('must be a number')
    // Beyond that a number of JSON is no longer the one that was written, and filters take no more digits.
    return Math.abs(given) < 1e15 && Number(given.toFixed(6)) === given ? { value: given } : wrong('must have at most 15 digits, 6 of them behind the point', 'range')
  },
  money(given) {
    const { amount, currency, ...rest } = (typeof given === 'object' ? given : {}) as Record<string, unknown>
    if (typeof amount !== 'string' || !MONEY.test(amount) || typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency) || Object.keys(rest).length > 0) {
      return wrong('must be a sum: {"amount": "1500.00", "currency": "UAH"}')
    }
    return { value: { amount, currency } }
  },
  date(given) {
    const day = typeof given === 'string' && /^\d{4}-\d\d-\d\d$/.test(given) ? new Date(`${given}T00:00:00Z`) : undefined
    const real = day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(String(given)) && !String(given).startsWith('0000')
    return real ? { value: given } : wrong('must be a day: 2026-11-21')
  },
  choice(given, field, before) {
    return typeof given === 'string' && offered(field, [before]).includes(given) ? { value: given } : notOffered(field)
  },
  choices(given, field, before) {
    if (!Array.isArray(given) || given.length > CHOICES_MOST) return wrong(`must be a list of at most ${CHOICES_MOST} words`)
    const known = offered(field, Array.isArray(before) ? before : [])
    if (!given.every((word) => known.includes(word))) return notOffered(field)
    // In the order of the options, each once: two records that hold the same are equal.
    return { value: field.options.map(({ word }) => word).filter((word) => given.includes(word)) }
  },
  flag(given) {
    return typeof given === 'boolean' ? { value: given } : wrong('must be true or false')
  },
  link(given, { linkTo }) {
    return typeof given === 'string' && isUuid(given) ? { value: given.toLowerCase() } : wrong(`must be the id of one of the ${linkTo}`)
  },
  // Only the id is taken; what else is known of it the service looks up.
  file(given, _field, before) {
    const id = typeof given === 'object' ? (given as { id?: unknown }).id : undefined
    if (typeof id !== 'string' || !isUuid(id)) return wrong('must be a file that was uploaded before: {"id": "…"}')
    return (before as { id?: string } | undefined)?.id === id.toLowerCase() ? { value: before } : { value: { id: id.toLowerCase() } }
  },
}

/** Options of today, and those that the record has from before. */
const offered = ({ options }: CustomField, before: readonly unknown[]): string[] =>
  options.filter(({ word, archived }) => !archived || before.includes(word)).map(({ word }) => word)

const notOffered = (field: CustomField): Read => wrong(`must be one of ${offered(field, []).join(', ')}`, 'choice')
