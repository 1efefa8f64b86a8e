import i18next from 'i18next'
import { ApiError, LinkError } from './client.ts'

/** Reasons that have a sentence of their own; the server's text is for machines and logs. */
const reasons = ['ETAG_MISMATCH', 'NOT_FOUND', 'FIELDS_INVALID', 'PERMISSION_DENIED', 'ALREADY_EXISTS', 'UNAVAILABLE'] as const

export function errorText(error: unknown): string {
  if (error instanceof LinkError) return i18next.t('errors.link')
  if (!(error instanceof ApiError)) return i18next.t('errors.unknown')
  const known = reasons.find((reason) => reason === error.problem.reason)
  if (known) return i18next.t(`errors.reason.${known}`)
  if (error.status >= 500) return i18next.t('errors.server')
  return error.problem.detail ?? error.problem.title ?? i18next.t('errors.unknown')
}

/** The message under a field, if the server complained about it. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  const found = error.problem.errors?.find((one) => one.field === field || one.field.startsWith(`${field}[`) || one.field.startsWith(`${field}.`))
  if (!found) return undefined
  const key = `errors.rule.${found.rule}`
  return i18next.exists(key) ? i18next.t(key) : found.description || i18next.t('errors.rule.invalid')
}
