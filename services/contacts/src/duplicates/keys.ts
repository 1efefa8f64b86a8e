import type { Facts } from './facts.ts'

/**
 * Two records are compared only if they share a key. Each kind of key stands a different mishap: a slip in the name
 * leaves the birthday or the address, another order of names the pair of words, a changed phone the name.
 */
export function keysOf({ names, taxCode, phones, emails, birthday, places }: Facts): number[] {
  const keys = new Set<number>()
  const add = (...parts: string[]): void => void keys.add(hash(parts.join('|')))
  if (taxCode !== '') add('tax', taxCode)
  for (const phone of phones) add('phone', phone)
  for (const email of emails) add('email', email)
  if (birthday !== '') add('birthday', birthday)
  for (const words of names) {
    const first = words.slice(0, 3)
    if (first.length === 1) add('word', first[0]!)
    keys.add(soundsOf(first))
    for (const [one, other] of pairs(first)) {
      add('begin', one.slice(0, 4), other.slice(0, 1))
      add('begin', other.slice(0, 4), one.slice(0, 1))
      add('end', ...[one, other].map((word) => word.slice(-4)).sort())
    }
    for (const { postcode } of places) if (postcode !== '') for (const word of first) add('near', postcode, word.slice(0, 3))
    if (birthday !== '') for (const word of first) add('born', birthday.slice(0, 4), word.slice(0, 5))
  }
  for (const { words, house, postcode, city } of places) {
    const longest = words.reduce((best, word) => (word.length > best.length ? word : best), '')
    if (longest !== '' && house !== '') add('house', longest.slice(0, 5), house)
    else if (longest !== '' && (postcode || city) !== '') add('street', longest.slice(0, 5), postcode || city)
  }
  return [...keys]
}

/** The key that names share whose words are the same. */
export const sameNameKeys = ({ names }: Pick<Facts, 'names'>): number[] => names.map((words) => soundsOf(words.slice(0, 3)))

const soundsOf = (words: readonly string[]): number => hash(['sounds', ...words.map(consonants).sort()].join('|'))

const consonants = (word: string): string => word.slice(0, 1) + word.slice(1).replace(/[aeiou]/g, '')

const pairs = (words: readonly string[]): [string, string][] =>
  words.flatMap((one, at) => words.slice(at + 1).map((other): [string, string] => [one, other]))

/** FNV-1a, as a signed integer of 32 bits: two keys that fall together cost one comparison more, nothing else. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value | 0
}
