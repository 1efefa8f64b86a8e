import { skeleton } from './skeleton.ts'

/** What somebody looks for. `digits`: a phone or a code; else words. */
export type Query = {
  words: string[]
  key: string
  digits: boolean
  /** Codes are compared with what was typed, zeros and all. */
  code: string
}

const MAX_WORDS = 8

/** Reads what was typed: `Гнатюк Олена`, `hnatiuk`, `+380 (67) 123-45`, `067123`, `12345678`, `olena@mlyn.ua`. */
export function parseQuery(text: string): Query {
  if (/^[\d\s+().–-]+$/.test(text)) {
    const digits = phoneTail(text)
    if (digits.length >= 2) return { words: [digits], key: digits, digits: true, code: text.replace(/\D/g, '') }
  }
  const key = skeleton(text)
  return { words: [...new Set(key.split(' ').filter((word) => word !== ''))].slice(0, MAX_WORDS), key, digits: false, code: key }
}

/** The part of a number that stays the same however it is written: without +, 00, the trunk 0 or the old 8-0. */
function phoneTail(text: string): string {
  const digits = text.replace(/\D/g, '')
  if (digits.startsWith('00')) return digits.slice(2)
  if (digits.length === 11 && digits.startsWith('80')) return digits.slice(2)
  return digits.startsWith('0') ? digits.slice(1) : digits
}
