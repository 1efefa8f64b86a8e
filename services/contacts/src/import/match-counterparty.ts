import type { Known, Matching } from '@vitrylo/imports'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { compare } from '../duplicates/compare.ts'
import { factsOf, type Facts } from '../duplicates/facts.ts'
import { keysOf } from '../duplicates/keys.ts'
import { frequenciesOf } from '../duplicates/match-sql.ts'
import { PROBABLE } from '../duplicates/rules.ts'
import { ALONE, fieldsRead, valuesOf } from './match-keys.ts'
import { candidatesOfRows, lockKnown, withValues } from './match-sql.ts'

/** How rows find counterparties. */
export const matchCounterparty: Matching<Counterparty, Known<Counterparty>> = {
  section: 'counterparties',
  alone: ALONE,
  reads: fieldsRead,
  valuesOf,
  lock: lockKnown,
  withValues,
  likeness: { candidates: candidatesOfRows, facts: factsOf, blocks: keysOf, judge: judgeOf },
}

/** As sure as the search for duplicates has to be. */
export async function judgeOf(pool: Parameters<typeof frequenciesOf>[0]): Promise<(a: Facts, b: Facts) => boolean> {
  const frequencies = await frequenciesOf(pool)
  return (a, b) => compare(a, b, frequencies).probability >= PROBABLE
}
