import { isDeepStrictEqual } from 'node:util'
import type { Caller } from '@vitrylo/auth'
import type { Known, Matching } from '@vitrylo/imports'
import { many, sql, type Tx } from '@vitrylo/pg'
import type { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { remembered } from '@vitrylo/service'
import { columns, fromRow, scope, type OpportunityRow } from '../opportunity/opportunity-sql.ts'

/** What can be a key by itself: there is an index for each of them. A title is compared as it is written. */
export const ALONE = ['id', 'externalId', 'number', 'title'] as const
/** What says too little by itself. */
export const BESIDE = ['counterparty', 'product', 'amount'] as const

type Part = (typeof ALONE)[number] | (typeof BESIDE)[number]

const VALUES: Record<Part, (o: Opportunity) => string> = {
  id: ({ id }) => id,
  externalId: ({ externalId }) => externalId,
  number: ({ number }) => number,
  title: ({ title }) => title.trim(),
  counterparty: ({ counterpartyId = '' }) => counterpartyId,
  product: ({ product }) => product.toLowerCase(),
  amount: ({ amount }) => (amount === undefined ? '' : `${amount.amount} ${amount.currency}`),
}
const READS: Record<Part, string[]> = {
  id: [], externalId: ['externalId'], number: ['number'], title: ['title'], counterparty: ['counterpartyId'], product: ['product'], amount: ['amount'],
}

/** How rows find opportunities. */
export const matchOpportunity: Matching<Opportunity, Known<Opportunity>> = {
  section: 'opportunities',
  alone: ALONE,
  reads: (part) => READS[part as Part],
  valuesOf: (part, opportunity) => [VALUES[part as Part](opportunity)],
  lock: lockKnown,
  withValues,
}

/** Locks opportunities for a change, in the order of their ids; also those that the caller may not see. */
async function lockKnown(tx: Tx, caller: Caller, ids: readonly string[], externalIds: readonly string[]): Promise<Known<Opportunity>[]> {
  if (ids.length + externalIds.length === 0) return []
  const rows = await many<OpportunityRow & { visible: boolean; reachable: boolean }>(
    tx,
    sql`select ${columns}, ${scope(caller, 'view')} as visible, ${scope(caller, 'change')} as reachable from opportunity o
        where o.id in (
            select id from opportunity where id = any(${ids}::uuid[])
            union select id from opportunity where external_id <> '' and external_id = any(${externalIds}::text[]))
        order by o.id for update`,
  )
  return rows.map((row) => ({ record: remembered(fromRow(row)), visible: row.visible, reachable: row.reachable }))
}

async function withValues(tx: Tx, caller: Caller, part: string, rows: readonly Opportunity[], key: readonly string[]): Promise<Opportunity[]> {
  const valuesOf = (name: Part): string[] => [...new Set(rows.map((row) => VALUES[name](row)).filter((value) => value !== ''))]
  const of = (name: Part): string[] => (part === name ? valuesOf(name) : [])
  // A title that very many share is read for the clients of the rows alone.
  const within = key.includes('counterparty') ? sql`and o.counterparty_id = any(${valuesOf('counterparty')}::uuid[])` : sql.empty
  const found = await many<OpportunityRow>(
    tx,
    sql`select ${columns} from opportunity o
        where o.id in (
            select id from opportunity where id = any(${of('id')}::uuid[])
            union all select id from opportunity where number = any(${of('number')}::text[])
            union all select id from opportunity where title = any(${of('title')}::text[]))
          ${within} and ${scope(caller, 'view')}`,
  )
  return found.map(fromRow)
}

/** Fields that differ. */
export const differing = (a: Opportunity, b: Opportunity, fields: readonly (keyof Opportunity)[]): (keyof Opportunity)[] =>
  fields.filter((field) => !isDeepStrictEqual(a[field], b[field]))
