import i18next from 'i18next'
import { date, number } from '../lib/format.ts'
import { ApiError, LinkError } from './client.ts'

/** Reasons that people can meet have a sentence of their own; the server's text is for machines and logs. */
export function errorText(error: unknown): string {
  if (error instanceof LinkError) return i18next.t('errors.link')
  if (!(error instanceof ApiError)) return i18next.t('errors.unknown')
  const key = `errors.reason.${error.problem.reason}`
  if (i18next.exists(key)) return i18next.t(key, { ...error.problem.metadata, context: error.problem.metadata?.['deed'] })
  if (error.status >= 500) return i18next.t('errors.server')
  return error.problem.detail ?? error.problem.title ?? i18next.t('errors.unknown')
}

const shownAs = (value: string): string => (/^-?\d{5,}$/.test(value) ? number(value) : /^\d{4}-\d\d-\d\d$/.test(value) ? date(value) : value)

/** The message under a field, if the server complained about it. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  const found = error.problem.errors?.find((one) => one.field === field || one.field.startsWith(`${field}[`) || one.field.startsWith(`${field}.`))
  if (!found) return undefined
  return ruleText(found)
}

/** How things are written that only a service can judge; what the contract judges comes with an example of its own. */
const EXAMPLES: [RegExp, string][] = [
  [/phone|callerNumber|line$/i, '+380 67 123 45 67'], [/iban/i, 'UA21 3223 1300 0002 6007 2335 66001'], [/email/i, 'olena@example.com'], [/site/i, 'https://example.com'],
  [/(date|day|birthday)$/i, '21.11.2026'], [/amount/i, '1200.50'], [/currency/i, 'UAH'],
]

const LIMITS = ['max', 'min', 'example'] as const

/** What is wrong with a value, in words, with the limit or an example; a rule that this release does not know is told as the server does. */
export function ruleText({ field = '', rule, description, params = {} }: { field?: string; rule: string; description: string; params?: Record<string, string> }): string {
  const given: Record<string, string | undefined> = { ...params, ...(rule === 'format' && params['example'] === undefined && { example: EXAMPLES.find(([pattern]) => pattern.test(field))?.[1] }) }
  const limit = LIMITS.find((name) => given[name] !== undefined && i18next.exists(`errors.limit.${rule}.${name}`))
  if (limit !== undefined) return i18next.t(`errors.limit.${rule}.${limit}`, { value: shownAs(given[limit]!) })
  const key = `errors.rule.${rule}`
  return i18next.exists(key) ? i18next.t(key) : description || i18next.t('errors.rule.invalid')
}
