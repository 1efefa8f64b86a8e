// Rows of the table below, made once: comparing is what a search over the base spends its time on.
let [before, last, row] = [new Uint8Array(64), new Uint8Array(64), new Uint8Array(64)]

/**
 * Slips between two words: letters put in, left out, changed, or two neighbours in the other order (Damerau). Gives
 * `limit + 1` as soon as there are more than `limit`.
 */
export function slips(a: string, b: string, limit: number): number {
  if (a === b) return 0
  if (Math.abs(a.length - b.length) > limit || strangers(a, b) > 2 * limit) return limit + 1
  const width = b.length
  if (width >= last.length || a.length > 200) return limit + 1
  for (let j = 0; j <= width; j++) last[j] = j
  for (let i = 1; i <= a.length; i++) {
    row[0] = i
    let least = i
    const letter = a.charCodeAt(i - 1)
    for (let j = 1; j <= width; j++) {
      const other = b.charCodeAt(j - 1)
      let cost = last[j - 1]! + (letter === other ? 0 : 1)
      if (last[j]! + 1 < cost) cost = last[j]! + 1
      if (row[j - 1]! + 1 < cost) cost = row[j - 1]! + 1
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other && before[j - 2]! + 1 < cost) cost = before[j - 2]! + 1
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least > limit) return limit + 1
    const free = before
    before = last
    last = row
    row = free
  }
  return last[width]!
}

/** Letters that only one of the words has: each slip makes two at most. Tells most words apart without the table. */
function strangers(a: string, b: string): number {
  const different = lettersOf(a) ^ lettersOf(b)
  const twos = different - ((different >>> 1) & 0x55555555)
  const fours = (twos & 0x33333333) + ((twos >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

const letters = new Map<string, number>()
const MAX_WORDS = 50_000

function lettersOf(word: string): number {
  let found = letters.get(word)
  if (found === undefined) {
    found = 0
    for (let at = 0; at < word.length; at++) found |= 1 << (word.charCodeAt(at) & 31)
    if (letters.size >= MAX_WORDS) letters.clear()
    letters.set(word, found)
  }
  return found
}

/** Whether one word may be the other, mistyped: one slip in a word of four letters, two in one of eight. */
export function isNear(a: string, b: string): boolean {
  const length = Math.max(a.length, b.length)
  if (length < 4) return false
  const limit = length >= 8 ? 2 : 1
  return slips(a, b, limit) <= limit
}

/** A third of the letters may differ: misheard, or a short form. */
export function isAlike(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (short.length >= 3 && long.startsWith(short)) return true
  const limit = Math.floor(long.length / 3)
  return long.length >= 5 && slips(a, b, limit) <= limit
}
