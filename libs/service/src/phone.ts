import type { Violation } from '@vitrylo/errors'
import { isSupportedCountry, parsePhoneNumberFromString, validatePhoneNumberLength, type CountryCode } from 'libphonenumber-js'
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

// An extension (`1001`), an emergency or service number (`112`, `3700`), a number without its code (`2-34-56`; eight digits in
// some countries). None begins with the zero or the plus that a whole number begins with.
const SHORT = /^[1-9]\d{2,7}$/

/**
 * Why a text is no phone that somebody could be called by, the same at all doors; undefined if it may be one. What is more than a number (a
 * second one, an extension, a word) passes. For what people and programs give; what an exchange reports of a call is kept as it is.
 */
export function phoneViolation(text: string, country: CountryCode, field: string): Violation | undefined {
  const digits = fromZeros(text).replace(/[^\d+]/g, '').replace(/(?!^)\+/g, '')
  if (SHORT.test(digits)) return undefined
  const fault = validatePhoneNumberLength(digits, country)
  if (fault === undefined || fault === 'TOO_LONG') return undefined
  if (fault === 'NOT_A_NUMBER') return { field, rule: 'phone-number', description: 'holds no phone number: write one, for instance +380 67 123 45 67, or leave it empty' }
  if (fault === 'INVALID_COUNTRY') return { field, rule: 'phone-country', description: 'begins with a country code that no country has: write the number with its own one, for instance +380 67 123 45 67' }
  return { field, rule: 'phone-digits', description: 'has too few digits for a phone: write the whole number, for instance +380 67 123 45 67, or a short one of 3 to 8 digits' }
}
