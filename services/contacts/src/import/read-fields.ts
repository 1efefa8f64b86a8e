import type { Violation } from '@vitrylo/errors'
import { dayRefusal, readDay, readTime, timeRefusal, type Choices, type ImportRow } from '@vitrylo/imports'
import { ChannelKind, type Channel } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import type { CountryCode } from 'libphonenumber-js'
import { rowViolation } from '../counterparty/channels.ts'

/** Reads fields of a row one by one and gathers what is wrong with them. */
export type Fields = {
  violations: Violation[]
  text(field: string, max: number): string
  list(field: string): string[]
  choice<T>(field: string, choices: Choices<T>): T | undefined
  choices<T>(field: string, choices: Choices<T>): T[]
  yes(field: string): boolean
  day(field: string): string
  whole(field: string): number
  channels(fields: readonly string[]): Channel[]
  refuse(field: string, rule: string, description: string): void
}

const MAX_LIST = 64 * 1024
const YES = new Set(['1', 'true', 'yes', 'y', 'так', 't', '+'])
const NO = new Set(['', '0', 'false', 'no', 'n', 'ні', 'f', '-'])

export function fieldsOf(row: ImportRow, country: CountryCode): Fields {
  const violations: Violation[] = []
  const refuse = (field: string, rule: string, description: string): void => void violations.push({ field, rule, description })
  const text = (field: string, max: number): string => {
    const given = row[field]
    if (given === undefined) return ''
    const value = given.trim()
    if (value.length > max) refuse(field, 'length', `is longer than ${max} characters`)
    // A zero byte fits into no column of the database: one such cell would end the whole import.
    if (value.includes('\0')) refuse(field, 'format', 'holds a zero byte')
    return value
  }
  const list = (field: string): string[] => [...new Set(text(field, MAX_LIST).split(/[;,|]/).map((word) => word.trim()).filter((word) => word !== ''))]
  const chosen = <T>(field: string, text: string, { of, words }: Choices<T>): T | undefined => {
    const value = of(text)
    if (value === undefined) refuse(field, 'choice', `must be of ${words.join(', ')}`)
    return value
  }
  return {
    violations,
    refuse,
    text,
    list,
    choice(field, choices) {
      const cell = (row[field] ?? '').trim()
      return cell === '' ? undefined : chosen(field, cell, choices)
    },
    choices: (field, choices) => [...new Set(list(field).flatMap((word) => chosen(field, word, choices) ?? []))],
    yes(field) {
      const word = (row[field] ?? '').trim().toLowerCase()
      if (!YES.has(word) && !NO.has(word)) refuse(field, 'yes-no', 'must be yes or no')
      return YES.has(word)
    },
    day(field) {
      const value = (row[field] ?? '').trim()
      const day = value === '' ? '' : readDay(value)
      if (day === undefined) refuse(field, ...dayRefusal(value))
      return day ?? ''
    },
    whole(field) {
      const value = (row[field] ?? '').replace(/\s/g, '')
      if (value === '') return 0
      if (!/^\d{1,9}$/.test(value)) refuse(field, 'whole-number', 'must be a whole number')
      return Number(value) || 0
    },
    channels: (fields) =>
      fields.flatMap((field): Channel[] => {
        const value = text(field, 200)
        if (value === '') return []
        const kind = CHANNELS[field.replace(/\d$/, '')]!
        const wrong = rowViolation({ kind, value }, country, field)
        if (wrong !== undefined) violations.push(wrong)
        return [{ kind, value, e164: '', label: '', primary: field === 'phone' || field === 'email', consent: 'CHANNEL_CONSENT_UNSPECIFIED', blocked: false }]
      }),
  }
}

/** No client is known to a system for longer; 1900-01-01 and 1970-01-01 are what an empty cell becomes on its way through other programs. */
const OLDEST = new Date('1980-01-01T00:00:00Z')

/** When another system made the record, or why that cannot be; undefined where the row does not say. */
export function madeIn(row: ImportRow, now: Date): Date | Violation | undefined {
  const value = (row.createTime ?? '').trim()
  if (value === '') return undefined
  const refused = (rule: string, description: string): Violation => ({ field: 'createTime', rule, description })
  const time = readTime(value)
  if (time === undefined) return refused(...timeRefusal(value))
  if (time > now) return refused('notFuture', 'cannot be in the future')
  return time < OLDEST ? refused('range', 'cannot be before 1980; leave it out if it is not known') : time
}

const CHANNELS: Record<string, Channel['kind']> = {
  phone: ChannelKind.PHONE, email: ChannelKind.EMAIL, site: ChannelKind.SITE, messenger: ChannelKind.MESSENGER,
}

/** `Гнатюк Олена Петрівна` of its parts, unless the whole is given. */
export function displayNameOf(fields: Fields): string {
  const whole = fields.text('displayName', 200)
  if (whole !== '') return whole
  const name = ['familyName', 'givenName', 'middleName'].map((field) => fields.text(field, 100)).filter((part) => part !== '').join(' ')
  if (name === '') fields.refuse('displayName', 'required', 'the row has no name')
  return name
}
