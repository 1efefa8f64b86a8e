import { skeleton } from './skeleton.ts'

/** What somebody looks for. `digits`: a phone or a code; else words. */
export type Query = {
  words: string[]
  key: string
  digits: boolean
  /** The same words as the beginnings of words that they would be; a number typed with 0 begins with the country's code. */
  starts: string[]
  /** Codes are compared with what was typed, zeros and all. */
  code: string
}

const MAX_WORDS = 8

/**
 * Reads what was typed: `Гнатюк Олена`, `hnatiuk`, `+380 (67) 123-45`, `067123`, `12345678`, `olena@mlyn.ua`.
 * `callingCode`: of the country whose phones are written without it, `380`.
 */
export function parseQuery(text: string, callingCode: string): Query {
  if (/^[\d\s+().–-]+$/.test(text)) {
    const code = text.replace(/\D/g, '')
    const digits = phoneTail(code)
    const start = code.startsWith('0') && !code.startsWith('00') ? callingCode + digits : digits
    if (digits.length >= 2) return { words: [digits], starts: [start], key: digits, digits: true, code }
  }
  const key = skeleton(text)
  const words = [...new Set(key.split(' ').filter((word) => word !== ''))].slice(0, MAX_WORDS)
  return { words, starts: words, key, digits: false, code: key }
}

/** The part of a number that stays the same however it is written: without +, 00, the trunk 0 or the old 8-0. */
function phoneTail(digits: string): string {
  if (digits.startsWith('00')) return digits.slice(2)
  if (digits.length === 11 && digits.startsWith('80')) return digits.slice(2)
  return digits.startsWith('0') ? digits.slice(1) : digits
}
