import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js'
import { optional, refuse, type Env } from './settings.ts'

/** Country whose phones may be written without their code: VITRYLO_COUNTRY, by default UA. */
export function countryOf(env: Env): CountryCode {
  const country = optional(env, 'VITRYLO_COUNTRY') ?? 'UA'
  if (!isSupportedCountry(country)) refuse('VITRYLO_COUNTRY', 'must be two capital letters, for instance UA')
  return country
}

/** A number in E.164 if it is a valid one, else nothing. */
export function e164Of(value: string, country: CountryCode): string {
  const number = parsePhoneNumberFromString(value.replace(/^\s*00/, '+'), country)
  return number?.isValid() === true ? number.number : ''
}
