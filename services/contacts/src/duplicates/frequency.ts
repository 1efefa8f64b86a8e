import type { Facts } from './facts.ts'
import { BACKGROUND } from './rules.ts'

/** Values whose frequency counts. */
const KINDS = ['name', 'city', 'postcode', 'street', 'phone', 'email', 'tax', 'birthday'] as const
export type Kind = (typeof KINDS)[number]

/**
 * How often values are met among so many records, which are the base or a sample of it. What is met once is not kept: it
 * is as rare as what is not there.
 */
export type Frequencies = { base: number; records: number; counts: Readonly<Record<Kind, ReadonlyMap<string, number>>> }

export const emptyCounts = () => Object.fromEntries(KINDS.map((kind) => [kind, new Map<string, number>()])) as Record<Kind, Map<string, number>>

const valuesOf = ({ names, phones, emails, taxCode, birthday, places }: Facts): Record<Kind, readonly string[]> => ({
  name: names.flat(),
  phone: phones,
  email: emails,
  tax: [taxCode],
  birthday: [birthday],
  postcode: places.map(({ postcode }) => postcode),
  city: places.map(({ city }) => city),
  street: places.flatMap(({ words }) => words),
})

export function countValues(sample: Iterable<Facts>, base?: number): Frequencies {
  const counts = emptyCounts()
  let records = 0
  for (const facts of sample) {
    records++
    const values = valuesOf(facts)
    for (const kind of KINDS) for (const value of new Set(values[kind])) if (value !== '') counts[kind].set(value, (counts[kind].get(value) ?? 0) + 1)
  }
  for (const map of Object.values(counts)) for (const [value, count] of map) if (count === 1) map.delete(value)
  return { base: base ?? records, records, counts }
}

/** Records that evidence is weighed against: those of the base and those behind it. */
export const weighed = ({ base }: Frequencies): number => base + BACKGROUND

/** How likely another record has the value by chance. One of those counted is the record itself. */
export const shareOf = ({ counts, records }: Frequencies, kind: Kind, value: string): number =>
  ((counts[kind].get(value) ?? 1) - 0.5) / (records + BACKGROUND)
