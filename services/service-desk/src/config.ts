import { oneOf, optional, refuse, type Env } from '@vitrylo/service'

const LANGUAGES = ['uk', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** Language of the texts that the service itself writes into records: `VITRYLO_LANGUAGE`, uk unless set. */
export const languageOf = (env: Env): Language => oneOf(env, 'VITRYLO_LANGUAGE', LANGUAGES, 'uk')

/** Where the people sit who read these texts: `VITRYLO_TIME_ZONE`, Europe/Kyiv unless set. */
export function timeZoneOf(env: Env): string {
  const zone = optional(env, 'VITRYLO_TIME_ZONE') ?? 'Europe/Kyiv'
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return refuse('VITRYLO_TIME_ZONE', `is no time zone: ${zone}; write it like Europe/Kyiv`)
  }
}
