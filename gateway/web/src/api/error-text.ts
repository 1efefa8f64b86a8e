import i18next from 'i18next'
import { ApiError, LinkError } from './client.ts'

/** Reasons that people can meet have a sentence of their own; the server's text is for machines and logs. */
export function errorText(error: unknown): string {
  if (error instanceof LinkError) return i18next.t('errors.link')
  if (!(error instanceof ApiError)) return i18next.t('errors.unknown')
  const key = `errors.reason.${error.problem.reason}`
  if (i18next.exists(key)) return i18next.t(key)
  if (error.status >= 500) return i18next.t('errors.server')
  return error.problem.detail ?? error.problem.title ?? i18next.t('errors.unknown')
}

/** The message under a field, if the server complained about it. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  const found = error.problem.errors?.find((one) => one.field === field || one.field.startsWith(`${field}[`) || one.field.startsWith(`${field}.`))
  if (!found) return undefined
  return ruleText(found)
}

/** What is wrong with a value, in words; a rule that this release does not know is told as the server does. */
export function ruleText({ rule, description }: { rule: string; description: string }): string {
  const key = `errors.rule.${rule}`
  return i18next.exists(key) ? i18next.t(key) : description || i18next.t('errors.rule.invalid')
}
