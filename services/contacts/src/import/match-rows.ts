import { DUPLICATES, type ImportContext } from '@vitrylo/imports'
import type { Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { compare } from '../duplicates/compare.ts'
import { factsOf, type Facts } from '../duplicates/facts.ts'
import type { Frequencies } from '../duplicates/frequency.ts'
import { keysOf } from '../duplicates/keys.ts'
import { frequenciesOf } from '../duplicates/match-sql.ts'
import { PROBABLE } from '../duplicates/rules.ts'
import { ALONE, keyValues, usableKeys } from './match-keys.ts'
import { candidatesOfRows, lockKnown, waitForOthers, withValues, type Known } from './match-sql.ts'

/** What the base says of a row: the records that it is by the first key that finds any, and whose its external id is. */
export type Match = { found: Known[]; holder: Known | undefined; key: readonly string[] }

/**
 * Looks a batch up in a few statements. Records that the caller may not see are as if they were not there: a row like one
 * of them is added, and no count or message tells that there was another. Only of an external id, which no two records may have, it has to be
 * said that it is taken.
 */
export async function matchRows(tx: Tx, rows: readonly Counterparty[], { caller, rules, pool }: ImportContext): Promise<Match[]> {
  const keys = usableKeys(rules, caller)
  const others = keys.filter((key) => key[0] !== 'externalId' || key.length > 1)
  const externalIds = rows.map(({ externalId }) => externalId).filter((id) => id !== '')
  if (others.length === 0) {
    const known = byExternalId(await lockKnown(tx, caller, [], externalIds))
    return rows.map(({ externalId }) => {
      const holder = known.get(externalId)
      return { found: holder !== undefined && keys.length > 0 ? [holder] : [], holder, key: ['externalId'] }
    })
  }
  await waitForOthers(tx)
  const finders = new Map<readonly string[], (at: number) => string[]>()
  for (const key of others) finders.set(key, await finderOf(tx, rows, key, { caller, pool }))
  const ids = new Set(finders.values().flatMap((find) => rows.flatMap((_row, at) => find(at))))
  const locked = await lockKnown(tx, caller, [...ids], externalIds)
  const holders = byExternalId(locked)
  const byId = new Map(locked.map((known) => [known.record.id, known]))
  const living = (id: string): Known[] => {
    const known = byId.get(id)
    return known === undefined || !known.visible || known.record.deleteTime !== undefined ? [] : [known]
  }
  return rows.map(({ externalId }, at) => {
    const holder = holders.get(externalId)
    for (const key of keys) {
      const finder = finders.get(key)
      const found = finder === undefined ? (holder === undefined ? [] : [holder]) : finder(at).flatMap(living)
      if (found.length > 0) return { found, holder, key }
    }
    return { found: [], holder, key: [] }
  })
}

const byExternalId = (known: readonly Known[]): Map<string, Known> =>
  new Map(known.flatMap((one) => (one.record.externalId === '' ? [] : [[one.record.externalId, one]])))

type Asker = Pick<ImportContext, 'caller' | 'pool'>

/** For one key: row -> ids of the records that it finds. */
async function finderOf(tx: Tx, rows: readonly Counterparty[], key: readonly string[], { caller, pool }: Asker): Promise<(at: number) => string[]> {
  if (key[0] === DUPLICATES) {
    const [candidates, frequencies] = [await candidatesOfRows(tx, caller, rows), await frequenciesOf(pool)]
    return (at) => {
      const facts = factsOf(rows[at]!)
      return candidates[at]!.filter((other) => isOne(facts, factsOf(other), frequencies)).map(({ id }) => id)
    }
  }
  // The part that an index answers; the whole key is judged here.
  const part = key.find((one) => (ALONE as readonly string[]).includes(one) && one !== 'externalId') ?? 'externalId'
  const asked = rows.filter((row) => keyValues(key, row).length > 0)
  const records = part === 'externalId' ? visible(await lockKnown(tx, caller, [], asked.map(({ externalId }) => externalId))) : await withValues(tx, caller, part, asked)
  const index = new Map<string, string[]>()
  for (const record of records) for (const value of keyValues(key, record)) {
    const ids = index.get(value)
    if (ids === undefined) index.set(value, [record.id])
    else ids.push(record.id)
  }
  return (at) => [...new Set(keyValues(key, rows[at]!).flatMap((value) => index.get(value) ?? []))]
}

const visible = (known: readonly Known[]): Counterparty[] => known.filter((one) => one.visible).map(({ record }) => record)

const isOne = (a: Facts, b: Facts, frequencies: Frequencies): boolean => compare(a, b, frequencies).probability >= PROBABLE

/** So that a batch costs what its rows do, also where all of them are of one town and one street. */
const MOST_IN_BLOCK = 50

/** Rows of one batch that are to be added, to see whether another is one with them. */
export async function newRows({ caller, rules, pool }: ImportContext) {
  const usable = usableKeys(rules, caller)
  const keys = usable.filter(([first]) => first !== DUPLICATES)
  const frequencies = usable.some(([first]) => first === DUPLICATES) ? await frequenciesOf(pool) : undefined
  const values = new Set<string>()
  const blocks = new Map<number, Facts[]>()
  return {
    has(row: Counterparty): boolean {
      if (keys.some((key) => keyValues(key, row).some((value) => values.has(value)))) return true
      if (frequencies === undefined) return false
      const facts = factsOf(row)
      return keysOf(facts).some((block) => blocks.get(block)?.some((other) => isOne(facts, other, frequencies)))
    },
    add(row: Counterparty): void {
      for (const key of keys) for (const value of keyValues(key, row)) values.add(value)
      if (frequencies === undefined) return
      const facts = factsOf(row)
      for (const block of keysOf(facts)) {
        const others = blocks.get(block)
        if (others === undefined) blocks.set(block, [facts])
        // What very many rows share tells them apart no more; the other keys of a row do.
        else if (others.length < MOST_IN_BLOCK) others.push(facts)
      }
    },
  }
}
