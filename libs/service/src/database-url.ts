import { optional, refuse, urlOf, type Env } from './settings.ts'

/**
 * VITRYLO_DATABASE_URL, with the file of its password when VITRYLO_DATABASE_PASSWORD_FILE names one: libs/pg reads it at
 * every new connection, so that a changed password needs no restart.
 */
export function databaseUrlOf(env: Env, key = 'VITRYLO_DATABASE_URL', passwordKey = 'VITRYLO_DATABASE_PASSWORD'): string {
  const url = new URL(urlOf(env, key, ['postgres', 'postgresql']))
  if (url.pathname.length < 2) refuse(key, 'must name a database: postgres://user@host:5432/database')
  const password = optional(env, passwordKey)
  if (password === undefined) return url.href
  const file = env[`${passwordKey}_FILE`]
  if (file) url.searchParams.set('passwordfile', file)
  else url.password = encodeURIComponent(password)
  return url.href
}
