import { optional, refuse, type Env } from '@vitrylo/service'
import { isSupportedCountry, type CountryCode } from 'libphonenumber-js'

/** Country whose phones may be written without their code: VITRYLO_COUNTRY, by default UA. */
export function countryOf(env: Env): CountryCode {
  const country = optional(env, 'VITRYLO_COUNTRY') ?? 'UA'
  if (!isSupportedCountry(country)) refuse('VITRYLO_COUNTRY', 'must be two capital letters, for instance UA')
  return country
}
