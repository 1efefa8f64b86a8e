import { sql, type Sql } from '@vitrylo/pg'
import { skeletonsOfPart } from './skeleton.ts'

// Shorter ones have no three-letter piece that the index could look up.
const SHORTEST = 3

/** What a counterparty `c` is found by has the part in it: of those whose name or code holds it none is missing, others may be among them. */
export function mayHold(part: string): Sql | undefined {
  const skeletons = skeletonsOfPart(part)
  const areLong = skeletons.length > 0 && skeletons.every((each) => each.split(' ').some((word) => word.length >= SHORTEST))
  return areLong ? sql`c.search like any(${skeletons.map((each) => `%${each}%`)}::text[])` : undefined
}
