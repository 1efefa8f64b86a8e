import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js'
import { optional, refuse, type Env } from './settings.ts'

/** Country whose phones may be written without their code: VITRYLO_COUNTRY, by default UA. */
export function countryOf(env: Env): CountryCode {
  const country = optional(env, 'VITRYLO_COUNTRY') ?? 'UA'
  if (!isSupportedCountry(country)) refuse('VITRYLO_COUNTRY', 'must be two capital letters, for instance UA')
  return country
}

/** A number in E.164 if there is a valid one in the text, else nothing. What else is there the caller keeps. */
export function e164Of(value: string, country: CountryCode): string {
  const number = parsePhoneNumberFromString(fromZeros(value), country)
  return number?.isValid() === true ? number.number : ''
}

/** The same where the text is one number and nothing besides: an extension, a second number or a word would be lost. */
export function onlyE164Of(value: string, country: CountryCode): string {
  const number = parsePhoneNumberFromString(fromZeros(value).trim(), { defaultCountry: country, extract: false })
  return number?.isValid() === true && number.ext === undefined ? number.number : ''
}

const fromZeros = (value: string): string => value.replace(/^\s*00/, '+')
