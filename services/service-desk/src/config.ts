import type { Env } from '@vitrylo/service'

const LANGUAGES = ['uk', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** Language of the texts that the service itself writes into records: `VITRYLO_LANGUAGE`, uk unless set. */
export function languageOf(env: Env): Language {
  const language = LANGUAGES.find((known) => known === (env.VITRYLO_LANGUAGE ?? 'uk'))
  if (language === undefined) throw new Error(`setting VITRYLO_LANGUAGE must be one of ${LANGUAGES.join(', ')}`)
  return language
}
