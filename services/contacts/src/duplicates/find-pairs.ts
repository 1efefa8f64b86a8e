import { compare, type Verdict } from './compare.ts'
import type { Facts } from './facts.ts'
import type { Frequencies } from './frequency.ts'
import { keysOf } from './keys.ts'
import { MAX_BLOCK, PROBABLE } from './rules.ts'

export type Pair = { low: string; high: string; verdict: Verdict }

/** All pairs of records at hand: what the search over the base does with a table of keys, done in memory. */
export function findPairs(records: readonly Facts[], frequencies: Frequencies, least = PROBABLE): Pair[] {
  const blocks = new Map<number, number[]>()
  for (const [at, facts] of records.entries()) for (const key of keysOf(facts)) (blocks.get(key) ?? blocks.set(key, []).get(key)!).push(at)
  const candidates = new Set<number>()
  for (const block of blocks.values()) {
    if (block.length > MAX_BLOCK) continue
    for (const [i, one] of block.entries()) for (const other of block.slice(i + 1)) candidates.add(one * records.length + other)
  }
  return [...candidates].flatMap((code) => {
    const [one, other] = [records[Math.floor(code / records.length)]!, records[code % records.length]!]
    const verdict = compare(one, other, frequencies)
    return verdict.probability < least ? [] : [{ low: one.id, high: other.id, verdict }]
  })
}
