import { oneOf, type Env } from '@vitrylo/service'

const LANGUAGES = ['uk', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** Language of the texts that the service itself writes into records: `VITRYLO_LANGUAGE`, uk unless set. */
export const languageOf = (env: Env): Language => oneOf(env, 'VITRYLO_LANGUAGE', LANGUAGES, 'uk')
