import type { Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { pageOf, type ListDefinition } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Sql, type Tx } from '@vitrylo/pg'
import { DuplicatePairState, type DuplicatePair } from '@vitrylo/proto/vitrylo/contacts/v1/duplicate.ts'
import type { ListDuplicatePairsRequest } from '@vitrylo/proto/vitrylo/contacts/v1/duplicate_service.ts'
import { fromWord, wordOf } from '@vitrylo/proto/words.ts'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { actorOf, scope } from '../counterparty/counterparty-sql.ts'
import type { Reason } from './compare.ts'
import { shown } from './find-duplicates.ts'

type PairRow = {
  id: string
  first_id: string
  second_id: string
  probability: string
  reasons: Reason[]
  state: string
  decider: string
  decided_at: Date | null
}

const pairColumns = sql`p.id, p.first_id, p.second_id, p.probability, p.reasons, p.state, p.decider, p.decided_at`

/** A pair is there for who may do this with both of its records. */
const reach = (caller: Caller, action: string): Sql => {
  const one = (id: Sql): Sql => sql`exists (select from counterparty c where c.id = ${id} and c.deleted_at is null and ${scope(caller, action)})`
  return sql`${one(sql`p.first_id`)} and ${one(sql`p.second_id`)}`
}

// What the reasons of a pair are told of.
const REASONS: Readonly<Record<string, readonly string[]>> = {
  taxCode: ['taxCode'], channels: ['phone', 'email'], birthday: ['birthday'], addresses: ['place', 'street', 'house'], fullName: ['name'],
}

/** A pair that was judged by what is hidden from the caller would tell of it, be it by its place in the list. */
function told(caller: Caller): Sql {
  const hidden = [...(caller.limits()?.hidden.get('counterparties') ?? [])].flatMap((field) => REASONS[field] ?? [])
  if (hidden.length === 0) return sql`true`
  return sql`not exists (select from jsonb_array_elements(p.reasons) r where r ->> 'field' = any(${hidden}::text[]))`
}

const list: ListDefinition = {
  id: sql`p.id`,
  fields: {},
  orders: { probability: { column: sql`p.probability`, type: 'numeric' } },
  defaultOrder: 'probability desc',
}

export async function listPairs(db: Db, caller: Caller, { state, pageSize, pageToken }: ListDuplicatePairsRequest) {
  const word = state === DuplicatePairState.UNSPECIFIED ? 'open' : wordOf(DuplicatePairState, state)
  const page = pageOf(list, { pageSize, pageToken, filter: '', orderBy: '', bound: word })
  const found = await many<PairRow & { page_key: string }>(
    db,
    sql`select ${pairColumns}, ${page.pageKey} as page_key from duplicate_pair p
        where p.state = ${word} and ${reach(caller, 'view')} and ${told(caller)} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  const { rows, nextPageToken } = page.finish(found)
  return { duplicatePairs: await withRecords(db, caller, rows), nextPageToken }
}

async function withRecords(db: Db, caller: Caller, rows: readonly PairRow[]): Promise<DuplicatePair[]> {
  const ids = rows.flatMap(({ first_id: first, second_id: second }) => [first, second])
  const found = await many<CounterpartyRow>(db, sql`select ${columns} from counterparty c where c.id = any(${ids}::uuid[]) and ${scope(caller, 'view')}`)
  const records = new Map(found.map((row) => [row.id, fromRow(row)]))
  return rows.map((row) => ({
    id: row.id,
    first: records.get(row.first_id),
    second: records.get(row.second_id),
    ...shown({ probability: Number(row.probability), reasons: row.reasons }),
    state: fromWord(DuplicatePairState, row.state),
    deciderId: row.decider,
    decideTime: row.decided_at ?? undefined,
  }))
}

export async function decidePair(tx: Tx, caller: Caller, id: string, state: 'open' | 'dismissed', now: Date): Promise<DuplicatePair> {
  const row = await one<PairRow>(tx, sql`select ${pairColumns} from duplicate_pair p where p.id = ${id} and ${reach(caller, 'change')} and ${told(caller)} for update`)
  if (row === undefined) throw notFound('duplicate-pair', id)
  if (row.state === state) return (await withRecords(tx, caller, [row]))[0]!
  const saved = await one<PairRow>(
    tx,
    sql`update duplicate_pair p set state = ${state}, decider = ${state === 'open' ? '' : actorOf(caller)}, decided_at = ${state === 'open' ? null : now}::timestamptz
        where p.id = ${id} returning ${pairColumns}`,
  )
  return (await withRecords(tx, caller, [saved!]))[0]!
}

export type FoundPair = { first: string; second: string; firstRevision: number; secondRevision: number; probability: number; reasons: readonly Reason[] }

/**
 * Keeps what a step of a search found of the records `compared`: new pairs come, known ones are judged anew, those that
 * nothing speaks for any more go. What somebody decided stays. Gives how many are open.
 */
export async function savePairs(tx: Tx, caller: Caller, compared: readonly string[], pairs: readonly FoundPair[]): Promise<number> {
  const rows = pairs.map((p) => ({
    first_id: p.first, second_id: p.second, first_revision: p.firstRevision, second_revision: p.secondRevision,
    probability: p.probability, reasons: p.reasons,
  }))
  const found = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (first_id uuid, second_id uuid, first_revision bigint,
    second_revision bigint, probability numeric, reasons jsonb)`
  await exec(
    tx,
    sql`delete from duplicate_pair p where p.second_id = any(${compared}::uuid[]) and p.state = 'open' and ${reach(caller, 'view')}
          and not exists (select from ${found} where r.first_id = p.first_id and r.second_id = p.second_id)`,
  )
  const saved = await many(
    tx,
    sql`insert into duplicate_pair as p (first_id, second_id, first_revision, second_revision, probability, reasons)
        select r.first_id, r.second_id, r.first_revision, r.second_revision, r.probability, r.reasons from ${found}
        on conflict (first_id, second_id) do update set probability = excluded.probability, reasons = excluded.reasons,
          first_revision = excluded.first_revision, second_revision = excluded.second_revision where p.state = 'open'
        returning p.id`,
  )
  return saved.length
}
