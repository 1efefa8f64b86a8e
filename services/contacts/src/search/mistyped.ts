/** Shorter words are never looked for with a mistake. */
export const SHORTEST_KEPT = 4
// Shorter words become each other by one letter; what is longer has enough pieces left for the likeness, whatever was mistyped.
const SHORTEST = 5
const LONGEST = 16
/** Each word is looked for in some fifty ways: of many words nobody mistypes all. */
const MOST = 3

/**
 * The beginnings of words that somebody meant who typed this one with one mistake: two letters swapped, one wrong, one left
 * out, one too many. Patterns of LIKE for the beginning of a word, the word itself first.
 */
export function meant(word: string): string[] {
  const places = [...word].map((_letter, at) => at)
  const changed = (at: number, length: number, instead: string): string => word.slice(0, at) + instead + word.slice(at + length)
  const found = [word]
  if (word.length >= SHORTEST_KEPT) found.push(...places.slice(1).map((at) => changed(at - 1, 2, word[at]! + word[at - 1]!)))
  if (word.length >= SHORTEST) for (const at of places) found.push(changed(at, 1, '_'), changed(at, 1, ''), ...(at > 0 ? [changed(at, 0, '_')] : []))
  return [...new Set(found)].map((one) => `${one}%`)
}

/** The beginnings, of which some words show that they are ones: of a pattern with a letter left open each that was found. */
export function beginningsOf(patterns: readonly string[], words: readonly string[]): string[] {
  const found = patterns.flatMap((pattern) => {
    const open = pattern.indexOf('_')
    const length = pattern.length - 1
    const fits = (word: string): boolean =>
      open < 0 ? word.startsWith(pattern.slice(0, -1)) : word.length >= length && word.startsWith(pattern.slice(0, open)) && word.slice(open + 1, length) === pattern.slice(open + 1, -1)
    return words.filter(fits).map((word) => word.slice(0, length))
  })
  return [...new Set(found)]
}

/** Whether it is worth a look for words that were meant. */
export const isMistypable = (words: readonly string[]): boolean =>
  words.length <= MOST && words.some(({ length }) => length >= SHORTEST_KEPT) && words.every(({ length }) => length <= LONGEST)

const pieces = (text: string): Set<string> => {
  const padded = text.split(' ').map((word) => `  ${word} `)
  return new Set(padded.flatMap((word) => Array.from({ length: Math.max(0, word.length - 2) }, (_, at) => word.slice(at, at + 3))))
}

/** Share of the three-letter pieces of the words that stand in a text, 0 to 1: which of several texts was meant. */
export function likeness(words: readonly string[], text: string): number {
  const asked = [...pieces(words.join(' '))]
  const there = pieces(text)
  return asked.filter((piece) => there.has(piece)).length / asked.length
}

/** Words in the order in which one that was typed may stand for them: more equal pieces, then a longer equal beginning, where a hand errs less. */
export function likest(typed: string, words: readonly string[]): string[] {
  const begins = (word: string): number => [...word].findIndex((letter, at) => letter !== typed[at])
  return words.toSorted((a, b) => likeness([typed], b) - likeness([typed], a) || begins(b) - begins(a))
}
