import { createHash } from 'node:crypto'
import type { Violation } from '@vitrylo/errors'
import { deleteInSlices, exec, many, sql, type Db, type Tx } from '@vitrylo/pg'
import type { ImportRecord } from './import-sql.ts'
import type { ImportContext, ImportKind, Planned } from './kind.ts'
import type { Candidate } from './save-batch.ts'

/** A value that no two records may have, whatever they are known by. `field` is one of the row, `id` the record whose it is or is to be. */
export type Claim = {
  field: string
  value: string
  id: string
  /** Tells what the row brings beside its record from that one. */
  beside?: string
}

/** What of a plan no two records may have, and who has it. */
export type Unique<P> = {
  claims(plan: P, context: ImportContext): readonly Claim[]
  /** Records that have some of the values now, whoever may see them. */
  holders(db: Db, claims: readonly Claim[]): Promise<readonly Claim[]>
  /** Names of those of the records that the caller may see; empty where the name is hidden. */
  namesOf(db: Db, caller: ImportContext['caller'], ids: readonly string[]): Promise<ReadonlyMap<string, string>>
}

type Import = Pick<ImportRecord, 'id' | 'run' | 'dry_run'>
type Taker = { id: string; line?: number; keys?: readonly string[] }

/**
 * Refuses plans whose values another record or another row of the file has: a batch of an import is saved by one statement, which a unique index would end as a whole.
 * A dry run saves nothing, so that it remembers what its rows have taken: in the database, as a file may have a million of them.
 */
export async function refuseTaken<P>(tx: Tx, row: Import, kind: ImportKind<unknown, P>, candidates: readonly Candidate[], planned: readonly Planned<P>[], context: ImportContext): Promise<Planned<P>[]> {
  const { unique } = kind
  const claims = planned.map((one) => (unique === undefined || !('plan' in one) ? [] : unique.claims(one.plan, context)))
  const all = claims.flat()
  if (unique === undefined || all.length === 0) return [...planned]
  const holders = await unique.holders(tx, all)
  const noted = row.dry_run ? await notedOf(tx, row, all, holders) : NOTHING
  const takers = new Map<string, Taker>(holders.filter((holder) => !noted.isFree(holder)).map((holder) => [slotOf(holder), { id: holder.id }]))
  for (const [slot, taker] of noted.takers) takers.set(slot, taker)
  const names = await unique.namesOf(tx, context.caller, holders.map(({ id }) => id))
  const taken: (Claim & Required<Taker>)[] = []
  const judged = planned.map((one, at): Planned<P> => {
    const { keys, row: { line } } = candidates[at]!
    const mine = claims[at]!.map((claim) => ({ ...claim, line, keys: keys.map((key) => hashOf(`${key}\u0001${claim.beside ?? ''}`)) }))
    const violations = mine.flatMap((claim): Violation[] => {
      const taker = takers.get(slotOf(claim))
      return taker === undefined || isOne(taker, claim) ? [] : [{ field: claim.field, rule: 'unique', description: takenBy(taker, names) }]
    })
    if (violations.length > 0) return { violations }
    for (const claim of mine) takers.set(slotOf(claim), claim)
    taken.push(...mine)
    return one
  })
  if (row.dry_run) await note(tx, row, taken)
  return judged
}

const slotOf = ({ field, value }: Claim): string => `${field}\u0001${value}`

/** Two rows that share a key are one record, also where a dry run has given it an id twice. */
const isOne = (a: Taker, b: Required<Taker>): boolean => a.id === b.id || a.keys?.some((key) => b.keys.includes(key)) === true

function takenBy({ id, line }: Taker, names: ReadonlyMap<string, string>): string {
  return line === undefined ? takenByRecord(id, names.get(id)) : `row ${line} of the file has it`
}

/** `name`: undefined where the caller may not see the record, empty where its name is hidden from them. */
export const takenByRecord = (id: string, name: string | undefined): string =>
  name === undefined ? 'is taken by another record, which you cannot see' : `is taken by ${name === '' ? id : `${name} (${id})`}`

/** The first half of the SHA-256, in the form of an id. */
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

const NOTHING: { takers: ReadonlyMap<string, Taker>; isFree: (holder: Claim) => boolean } = { takers: new Map(), isFree: () => false }

type Noted = { field: string; value: string; record_id: string; keys: string[]; line: number }

/** What earlier batches of a dry run have taken; and from whom they took a value, by giving that record another one. */
async function notedOf(tx: Tx, { id, run }: Import, claims: readonly Claim[], holders: readonly Claim[]): Promise<typeof NOTHING> {
  const hashes = new Map(claims.map((claim) => [`${claim.field} ${hashOf(claim.value)}`, slotOf(claim)]))
  const bare = (hash: string): string => hash.replaceAll('-', '')
  const rows = await many<Noted>(
    tx,
    sql`select v.field, v.value, v.record_id, v.keys, v.line
        from unnest(${claims.map(({ field }) => field)}::text[], ${claims.map(({ value }) => hashOf(value))}::uuid[]) w (field, value) join import_value v using (field, value)
        where v.import_id = ${id} and v.run = ${run}
        union all select v.field, v.value, v.record_id, v.keys, v.line from import_value v
        where v.import_id = ${id} and v.run = ${run} and v.record_id = any(${holders.map((holder) => holder.id)}::uuid[])
        order by line`,
  )
  const takers = new Map<string, Taker>()
  for (const { field, value, record_id, keys, line } of rows) {
    const slot = hashes.get(`${field} ${bare(value)}`)
    if (slot !== undefined) takers.set(slot, { id: record_id, line, keys: keys.map(bare) })
  }
  const given = new Map(rows.map(({ field, value, record_id }) => [`${field} ${record_id}`, bare(value)]))
  return { takers, isFree: ({ field, value, id: holder }) => (given.get(`${field} ${holder}`) ?? hashOf(value)) !== hashOf(value) }
}

async function note(tx: Tx, { id, run }: Import, taken: readonly (Claim & Required<Taker>)[]): Promise<void> {
  const rows = taken.map(({ field, value, id: record, keys, line }) => ({ field, value: hashOf(value), record, keys, line }))
  await exec(
    tx,
    sql`insert into import_value (import_id, run, field, value, record_id, keys, line)
        select ${id}, ${run}, v.field, v.value, v.record, v.keys, v.line from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as v (field text, value uuid, record uuid, keys uuid[], line bigint)
        on conflict do nothing`,
  )
}

/** They are of no use after their run; a million of them would be too much for one statement. */
export const forgetValues = (db: Db): Promise<number> =>
  deleteInSlices(db, sql`import_value`, sql`exists (select from import i where i.id = import_value.import_id and (i.state not in ('running', 'paused') or i.run <> import_value.run))`)
