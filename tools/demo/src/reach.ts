import { MOBILE_CODES, TOWN_CODES } from './data/places.ts'
import type { Random } from './random.ts'

/**
 * Phones of which no two are the same. Ukraine keeps no numbers for fiction; these take the shape XX 555-01-XX, which
 * elsewhere is kept for it, and are valid by the national plan.
 */
export function phonesOf(random: Random): { town(code: string): string; mobile(): string } {
  const numbers = (codes: readonly string[]): string[] =>
    random.shuffled(codes.flatMap((code) => Array.from({ length: 100 }, (_, n) => `${code}55501${String(n).padStart(2, '0')}`)))
  const towns = numbers(TOWN_CODES)
  const mobiles = numbers(MOBILE_CODES)
  const take = (list: string[], index: number): string => {
    const [number] = list.splice(index, 1)
    if (number === undefined) throw new Error('no more invented numbers; add a code to data/places.ts')
    return number
  }
  const mobile = () => take(mobiles, 0)
  return {
    // A town has a hundred of them; after that firms are reached by a mobile phone, as many are.
    town(code) {
      const index = towns.findIndex((number) => number.startsWith(code))
      return index < 0 ? mobile() : take(towns, index)
    },
    mobile,
  }
}

/** The same number as people write it, in one way or another. */
export function written(random: Random, number: string): string {
  const [code, a, b, c] = [number.slice(0, 2), number.slice(2, 5), number.slice(5, 7), number.slice(7)]
  return random.pick([`+380${number}`, `+380 ${code} ${a} ${b} ${c}`, `0${code} ${a}-${b}-${c}`, `(0${code}) ${a} ${b} ${c}`, `0${number}`])
}

const LETTERS: Record<string, string> = {
  а: 'a', б: 'b', в: 'v', г: 'h', ґ: 'g', д: 'd', е: 'e', є: 'ie', ж: 'zh', з: 'z', и: 'y', і: 'i', ї: 'i', й: 'i', к: 'k', л: 'l',
  м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ь: '',
  ю: 'iu', я: 'ia', ' ': '-', '-': '-',
}

/** A name in Latin letters for addresses. */
export const latin = (text: string): string => [...text.toLowerCase()].map((letter) => LETTERS[letter] ?? '').join('')
