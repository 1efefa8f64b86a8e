import type { Caller } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import { exec, sql, type Pool, type Tx } from '@vitrylo/pg'
import type { ImportContext } from './kind.ts'
import { DUPLICATES, isByExternalId, type Rules } from './rules.ts'

type Keyed = { id: string; externalId: string }

/** A record that a row may be. `visible`, `reachable`: the importer may see it, may change it; `gone`: it was removed. */
export type Known<R> = { record: R; visible: boolean; reachable: boolean; gone?: boolean }

/** What the base says of a row: the records that it is by the first key that finds any, and whose its external id is. */
export type Match<K> = { found: K[]; holder: K | undefined; key: readonly string[] }

/** How records of a kind are known. A key is made of parts: `displayName+birthday`. */
export type Matching<R extends Keyed, K extends Known<R> = Known<R>> = {
  section: string
  /** Parts that can be a key by themselves: there is an index for each of them. */
  alone: readonly string[]
  /** Fields that a part reads; of `duplicates` all that the search for them compares. Hidden ones make no key. */
  reads(part: string): readonly string[]
  /** Values of a part as they are compared: phones and names in the form in which ways to write them meet. */
  valuesOf(part: string, record: R): readonly string[]
  /** Locks records for a change, in the order of their ids; also those that the caller may not see. */
  lock(tx: Tx, caller: Caller, ids: readonly string[], externalIds: readonly string[]): Promise<K[]>
  /**
   * Records that the caller may see and that may have one of the values of the part; which of the rows they are is judged later. `key`: what is judged
   * then; where another part of it is indexed too, very many of one name cost no more than those that can be meant.
   */
  withValues(tx: Tx, caller: Caller, part: string, rows: readonly R[], key: readonly string[]): Promise<R[]>
  /** Needed where `duplicates` is a key. */
  likeness?: Likeness<R>
}

/** The search for duplicates, for rows. */
export type Likeness<R, F = any> = {
  /** For each row the records that the search would compare with it, as far as the caller may see them. */
  candidates(tx: Tx, caller: Caller, rows: readonly R[]): Promise<R[][]>
  facts(record: R): F
  /** Two records are compared only if they share one of these. */
  blocks(facts: F): readonly number[]
  judge(pool: Pool): Promise<(a: F, b: F) => boolean>
}

/** Every value of a key: for one of several parts each combination. Empty where a part is missing: then it finds nothing. */
export function keyValues(key: readonly string[], valuesOf: (part: string) => readonly string[]): string[] {
  return key.reduce<string[]>(
    (found, part) => found.flatMap((begin) => valuesOf(part).filter((value) => value !== '').map((value) => `${begin}\u0001${value}`)),
    [key.join('+')],
  )
}

/**
 * The keys of the rules that hold for a caller. It is asked before every look-up: a field that is hidden from them must
 * answer nothing.
 */
export function usableKeys({ keys }: Rules, caller: Caller, { section, reads }: Pick<Matching<never>, 'section' | 'reads'>): readonly (readonly string[])[] {
  const hidden = caller.limits()?.hidden.get(section)
  return hidden === undefined ? keys : keys.filter((key) => !key.flatMap((part) => reads(part)).some((field) => hidden.has(field)))
}

/** By the usual key alone rows without one are added for everybody, and rows with a hidden one are refused one by one. */
export function keysRefusal(caller: Caller, rules: Rules, matching: Pick<Matching<never>, 'section' | 'reads'>): string | undefined {
  return isByExternalId(rules) || usableKeys(rules, caller, matching).length > 0 ? undefined : 'every field that records are to be known by is hidden from you: each row would be added once more; choose other keys'
}

/** For rules that no constraint stands behind: two imports that run at once would each add what the other is adding. */
const waitForOthers = (tx: Tx) => exec(tx, sql`select pg_advisory_xact_lock(hashtextextended('import', 80))`)

/**
 * Looks a batch up in a few statements. Records that the caller may not see are as if they were not there: a row like one
 * of them is added, and no count or message tells that there was another. Only of an external id, which no two records may have, it has to be
 * said that it is taken.
 */
export async function matchRows<R extends Keyed, K extends Known<R>>(
  tx: Tx, rows: readonly R[], { caller, rules, pool }: ImportContext, matching: Matching<R, K>,
): Promise<Match<K>[]> {
  const keys = usableKeys(rules, caller, matching)
  const others = keys.filter((key) => key[0] !== 'externalId' || key.length > 1)
  const externalIds = rows.map(({ externalId }) => externalId).filter((id) => id !== '')
  if (others.length === 0) {
    const known = byExternalId(await matching.lock(tx, caller, [], externalIds))
    return rows.map(({ externalId }) => {
      const holder = known.get(externalId)
      return { found: holder !== undefined && keys.length > 0 ? [holder] : [], holder, key: ['externalId'] }
    })
  }
  await waitForOthers(tx)
  const finders = new Map<readonly string[], (at: number) => string[]>()
  for (const key of others) finders.set(key, once(await finderOf(tx, rows, key, { caller, pool }, matching)))
  const ids = new Set(finders.values().flatMap((find) => rows.flatMap((_row, at) => find(at))))
  const locked = await matching.lock(tx, caller, [...ids], externalIds)
  const holders = byExternalId(locked)
  const byId = new Map(locked.map((known) => [known.record.id, known]))
  const living = (id: string): K[] => {
    const known = byId.get(id)
    return known === undefined || !known.visible || known.gone === true ? [] : [known]
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

const byExternalId = <R extends Keyed, K extends Known<R>>(known: readonly K[]): Map<string, K> =>
  new Map(known.flatMap((one) => (one.record.externalId === '' ? [] : [[one.record.externalId, one]])))

/** Each row is asked of twice; to judge likeness is the dearest of a batch. */
function once<T>(find: (at: number) => T): (at: number) => T {
  const known = new Map<number, T>()
  return (at) => {
    if (!known.has(at)) known.set(at, find(at))
    return known.get(at)!
  }
}

type Asker = Pick<ImportContext, 'caller' | 'pool'>

/** For one key: row -> ids of the records that it finds. */
async function finderOf<R extends Keyed, K extends Known<R>>(
  tx: Tx, rows: readonly R[], key: readonly string[], { caller, pool }: Asker, matching: Matching<R, K>,
): Promise<(at: number) => string[]> {
  const valuesOf = (row: R) => keyValues(key, (part) => matching.valuesOf(part, row))
  if (key[0] === DUPLICATES) {
    const { candidates, facts, judge } = matching.likeness!
    const [others, isOne] = [await candidates(tx, caller, rows), await judge(pool)]
    return (at) => {
      const own = facts(rows[at]!)
      return others[at]!.filter((other) => isOne(own, facts(other))).map(({ id }) => id)
    }
  }
  // The part that an index answers; the whole key is judged here.
  const part = key.find((one) => matching.alone.includes(one) && one !== 'externalId') ?? 'externalId'
  const asked = rows.filter((row) => valuesOf(row).length > 0)
  const records = part === 'externalId' ? visible<R, K>(await matching.lock(tx, caller, [], asked.map(({ externalId }) => externalId))) : await matching.withValues(tx, caller, part, asked, key)
  const index = new Map<string, string[]>()
  for (const record of records) for (const value of valuesOf(record)) {
    const ids = index.get(value)
    if (ids === undefined) index.set(value, [record.id])
    else ids.push(record.id)
  }
  return (at) => [...new Set(valuesOf(rows[at]!).flatMap((value) => index.get(value) ?? []))]
}

const visible = <R, K extends Known<R>>(known: readonly K[]): R[] => known.filter((one) => one.visible).map(({ record }) => record)

/** So that a batch costs what its rows do, also where all of them are of one town and one street. */
const MOST_IN_BLOCK = 50

export type NewRows<R> = { has(row: R): boolean; add(row: R): void }

/** Rows of one batch that are to be added, to see whether another is one with them. */
export async function newRows<R extends Keyed, K extends Known<R>>({ caller, rules, pool }: ImportContext, matching: Matching<R, K>): Promise<NewRows<R>> {
  const usable = usableKeys(rules, caller, matching)
  const keys = usable.filter(([first]) => first !== DUPLICATES)
  const likeness = usable.some(([first]) => first === DUPLICATES) ? matching.likeness : undefined
  const isOne = await likeness?.judge(pool)
  const values = new Set<string>()
  const blocks = new Map<number, unknown[]>()
  const valuesOf = (row: R): string[] => keys.flatMap((key) => keyValues(key, (part) => matching.valuesOf(part, row)))
  return {
    has(row) {
      if (valuesOf(row).some((value) => values.has(value))) return true
      if (likeness === undefined) return false
      const facts: unknown = likeness.facts(row)
      return likeness.blocks(facts).some((block) => blocks.get(block)?.some((other) => isOne!(facts, other)))
    },
    add(row) {
      for (const value of valuesOf(row)) values.add(value)
      if (likeness === undefined) return
      const facts: unknown = likeness.facts(row)
      for (const block of likeness.blocks(facts)) {
        const others = blocks.get(block)
        if (others === undefined) blocks.set(block, [facts])
        // What very many rows share tells them apart no more; the other keys of a row do.
        else if (others.length < MOST_IN_BLOCK) others.push(facts)
      }
    },
  }
}

const NAMED = 5

/** All of them are records that the caller may see; `nameOf` is the id where the name is hidden. */
export function severalFound<R extends Keyed>({ found, key }: Match<Known<R>>, nameOf: (record: R) => string): { violations: Violation[] } {
  const names = found.slice(0, NAMED).map(({ record }) => (nameOf(record) === record.id ? record.id : `${nameOf(record)} (${record.id})`)).join(', ')
  return { violations: [{ field: key[0] ?? '', rule: 'several', description: `${found.length} records are like this: ${names}${found.length > NAMED ? ', …' : ''}` }] }
}
