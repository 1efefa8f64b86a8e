import type { Caller } from '@vitrylo/auth'
import type { Known } from '@vitrylo/imports'
import { many, sql, type Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { remembered } from '@vitrylo/service'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { scope } from '../counterparty/counterparty-sql.ts'
import { factsOf } from '../duplicates/facts.ts'
import { keysOf } from '../duplicates/keys.ts'
import { valuesOf } from './match-keys.ts'

/** Locks records for a change, in the order of their ids; also those that were removed. */
export async function lockKnown(tx: Tx, caller: Caller, ids: readonly string[], externalIds: readonly string[]): Promise<Known<Counterparty>[]> {
  if (ids.length + externalIds.length === 0) return []
  const rows = await many<CounterpartyRow & { visible: boolean; reachable: boolean }>(
    tx,
    sql`select ${columns}, ${scope(caller, 'view')} as visible, ${scope(caller, 'change')} as reachable from counterparty c
        where c.id in (
            select id from counterparty where id = any(${ids}::uuid[])
            union select id from counterparty where external_id <> '' and external_id = any(${externalIds}::text[]))
        order by c.id for update`,
  )
  return rows.map((row) => ({ record: remembered(fromRow(row)), visible: row.visible, reachable: row.reachable, gone: row.deleted_at !== null }))
}

/** Living records that the caller may see and that have one of the values of the part; which of the rows they are is judged later. */
export async function withValues(tx: Tx, caller: Caller, part: string, rows: readonly Counterparty[]): Promise<Counterparty[]> {
  const of = (name: string): string[] => (part === name ? [...new Set(rows.flatMap((row) => valuesOf(name, row)))] : [])
  const shared = rows.flatMap((row) => {
    const { phones, emails } = factsOf(row)
    const bare = { id: '', names: [], taxCode: '', phones: [], emails: [], birthday: '', places: [] }
    return keysOf({ ...bare, phones: part === 'phone' ? phones : [], emails: part === 'email' ? emails : [] })
  })
  const found = await many<CounterpartyRow>(
    tx,
    sql`select ${columns} from counterparty c
        where c.id in (
            select id from counterparty where id = any(${of('id')}::uuid[])
            union all select id from counterparty where tax_code <> '' and tax_code = any(${of('taxCode')}::text[])
            union all select id from counterparty where deleted_at is null and name_key = any(${of('displayName')}::text[])
            union all select counterparty_id from counterparty_match where keys && ${[...new Set(shared)]}::int[])
          and c.deleted_at is null and ${scope(caller, 'view')}`,
  )
  return found.map(fromRow)
}

const MAX_CANDIDATES = 200

/** For each row the records that the search for duplicates would compare with it. */
export async function candidatesOfRows(tx: Tx, caller: Caller, rows: readonly Counterparty[]): Promise<Counterparty[][]> {
  const asked = rows.map((row, at) => ({ at, keys: keysOf(factsOf(row)) }))
  const pairs = await many<{ at: number; id: string }>(
    tx,
    sql`select r.at, m.id from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as r (at int, keys int[]) cross join lateral (
          select c.id from counterparty_match k join counterparty c on c.id = k.counterparty_id
          where k.keys && array(select one from unnest(r.keys) one where not exists (select from match_common_key o where o.key = one))
            and c.deleted_at is null and ${scope(caller, 'view')}
          limit ${MAX_CANDIDATES}) m`,
  )
  const found = await many<CounterpartyRow>(tx, sql`select ${columns} from counterparty c where c.id = any(${[...new Set(pairs.map(({ id }) => id))]}::uuid[])`)
  const byId = new Map(found.map((row) => [row.id, fromRow(row)]))
  const candidates: Counterparty[][] = rows.map(() => [])
  for (const { at, id } of pairs) candidates[at]!.push(byId.get(id)!)
  return candidates
}
