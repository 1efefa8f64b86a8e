import { createHash } from 'node:crypto'
import { invalid, type AppError } from '@vitrylo/errors'
import { sql, type Sql } from '@vitrylo/pg'
import { parseFilter, type FilterFields } from './filter.ts'

/** A column that a list may be sorted by: never null (coalesce it), indexed together with the id. */
export type OrderField = { column: Sql; type: 'timestamptz' | 'text' | 'numeric' | 'bigint' | 'date' }

export type ListDefinition = {
  /** Unique column that breaks ties; a uuid. */
  id: Sql
  fields: FilterFields
  orders: Readonly<Record<string, OrderField>>
  /** `createTime desc`. */
  defaultOrder: string
}

export type ListRequest = {
  pageSize: number
  pageToken: string
  filter: string
  orderBy: string
  /** What else the question consists of; a token is good for the same question only. */
  bound?: string
}

/** Pieces of one page's statement. Select `pageKey` as page_key and the id; then `finish(rows)`. */
export type Page = {
  where: Sql
  orderBy: Sql
  /** One more than the page holds: tells whether there is a next one. */
  limit: number
  pageKey: Sql
  finish<Row extends { id: string; page_key: string }>(rows: Row[]): { rows: Row[]; nextPageToken: string }
}

const DEFAULT_SIZE = 50
const MAX_SIZE = 250

const CASTS: Record<OrderField['type'], Sql> = {
  timestamptz: sql`::timestamptz`, text: sql`::text`, numeric: sql`::numeric`, bigint: sql`::bigint`, date: sql`::date`,
}

/** Keyset pages: a page costs the same wherever it is, and rows that come meanwhile neither double nor hide others. */
export function pageOf(list: ListDefinition, request: ListRequest): Page {
  const { column, type, descending } = orderOf(list, request.orderBy || list.defaultOrder)
  const size = Math.min(request.pageSize || DEFAULT_SIZE, MAX_SIZE)
  const question = createHash('sha256').update(`${request.filter}\n${request.orderBy}\n${request.bound ?? ''}`).digest('base64url').slice(0, 12)
  const filter = parseFilter(request.filter, list.fields)
  const from = request.pageToken === '' ? undefined : readToken(request.pageToken, question)
  const after = descending ? sql`<` : sql`>`
  return {
    where: from === undefined ? filter
      : sql`${filter} and (${column}, ${list.id}) ${after} (${from.key}${CASTS[type]}, ${from.id}::uuid)`,
    orderBy: descending ? sql`${column} desc, ${list.id} desc` : sql`${column}, ${list.id}`,
    limit: size + 1,
    pageKey: sql`(${column})::text`,
    finish(rows) {
      const page = rows.slice(0, size)
      const last = page.at(-1)
      return { rows: page, nextPageToken: rows.length > size && last ? token(question, last.page_key, last.id) : '' }
    },
  }
}

function orderOf(list: ListDefinition, text: string): OrderField & { descending: boolean } {
  const match = /^([A-Za-z][A-Za-z0-9]*)( desc| asc)?$/.exec(text)
  const order = match !== null && Object.hasOwn(list.orders, match[1]!) ? list.orders[match[1]!] : undefined
  if (order === undefined) {
    throw invalid([{ field: 'orderBy', rule: 'choice', description: `must be one of ${Object.keys(list.orders).join(', ')}, with " desc" if wanted` }])
  }
  return { ...order, descending: match![2] === ' desc' }
}

// Not sealed: a forged token only names another place in a list that rights trim anyway.
const token = (question: string, key: string, id: string): string => Buffer.from(JSON.stringify([question, key, id])).toString('base64url')

function readToken(text: string, question: string): { key: string; id: string } {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw strange()
  }
  if (!Array.isArray(parts) || parts.length !== 3 || !parts.every((part) => typeof part === 'string')) throw strange()
  const [asked, key, id] = parts as [string, string, string]
  if (asked !== question || !/^[0-9a-f-]{36}$/.test(id)) throw strange()
  return { key, id }
}

const strange = (): AppError =>
  invalid([{ field: 'pageToken', rule: 'format', description: 'comes from another list, filter or order; begin at the first page' }])
