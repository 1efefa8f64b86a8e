import type { Violation } from '@vitrylo/errors'

// Letters of any script (`олена@пошта.укр`), composed or not.
const LETTER = '[\\p{L}\\p{M}\\p{N}]'
const ATOM = `(?:${LETTER}|[!#$%&'*+/=?^_\`{|}~-])+`
const LABEL = `${LETTER}(?:(?:${LETTER}|-){0,61}${LETTER})?`
// At least one dot in the domain, and a word after the last one: neither `olena@x` nor an IP address passes.
const ADDRESS = new RegExp(`^${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)+(?![\\p{N}-]+$)${LABEL}$`, 'u')
// RFC 5321.
const LONGEST = 254

/** Why a text is no mail address, the same at all doors; undefined if it is one. Whether there is such a mailbox nobody can tell. */
export function mailViolation(text: string, field: string): Violation | undefined {
  if (text.length <= LONGEST && ADDRESS.test(text)) return undefined
  return { field, rule: 'mail-address', description: 'is no mail address: name@domain with a dot in the domain, for instance olena@example.com' }
}
