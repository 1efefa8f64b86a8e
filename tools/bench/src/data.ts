import { edrpouCheckDigit, fictionalEdrpou } from '../../demo/src/codes.ts'
import { ADJECTIVES, ENDINGS, INDUSTRIES } from '../../demo/src/data/firms.ts'
import { createRandom } from '../../demo/src/random.ts'

const random = createRandom(2026)
const NOUNS = INDUSTRIES.flatMap(({ nouns }) => nouns.map((noun) => noun.split(' ') as [string, keyof typeof ENDINGS]))
const SYLLABLES = ['ба', 'ве', 'гу', 'до', 'жи', 'зе', 'ка', 'лю', 'ма', 'не', 'по', 'ру', 'са', 'те', 'фі', 'хо', 'чу', 'ше']

/** A word that hardly any other name has. */
const rareWord = (): string => {
  const word = Array.from({ length: 4 }, () => random.pick(SYLLABLES)).join('')
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** Of words that thousands of names have. */
const commonName = (): string => {
  const [noun, gender] = random.pick(NOUNS)
  return `${random.pick(ADJECTIVES)}${ENDINGS[gender]} ${noun.toLowerCase()}`
}

export type BenchRow = { externalId: string; displayName: string; taxCode: string; phone: string; email: string; rare: string | undefined }

/** Names as firms have them: common words over and over, and in every fiftieth one that nobody else has. */
export function makeRows(count: number): BenchRow[] {
  return Array.from({ length: count }, (_, n) => {
    const common = commonName()
    const rare = n % 50 === 0 ? rareWord() : undefined
    const name = rare === undefined ? common : `${common} ${rare}`
    return {
      externalId: `bench-${n}`,
      displayName: `ТОВ «${name}» ${n}`,
      taxCode: fictionalEdrpou(random),
      phone: phoneOf(n),
      email: `office@firm-${n}.example`,
      rare,
    }
  })
}

/** A valid mobile number of its own for each row. */
export const phoneOf = (n: number): string => `+38067${String(2_000_000 + n).padStart(7, '0')}`

const edrpouOf = (seven: number): string => `${seven}${edrpouCheckDigit(String(seven))}`

/** A counterparty as a person would enter it, named as those that are there; sixteen of its kind are under way at once. */
export function createBody(n: number) {
  const name = `${commonName()} ${n}`
  return {
    kind: 'organisation',
    displayName: `ТОВ «${name}»`,
    fullName: `Товариство з обмеженою відповідальністю «${name}»`,
    roles: ['client'],
    taxCode: edrpouOf(9_000_000 + n),
    channels: [
      { kind: 'phone', value: `+38050${String(3_000_000 + n).padStart(7, '0')}`, primary: true },
      { kind: 'email', value: `new-${n}@client.example`, primary: true },
    ],
    addresses: [{ kind: 'legal', country: 'UA', postcode: '01001', city: 'Київ', street: 'вул. Садова, 1' }],
    source: 'сайт',
    tags: ['опт'],
  }
}
