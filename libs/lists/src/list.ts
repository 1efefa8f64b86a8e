import { createHash } from 'node:crypto'
import { invalid, type AppError } from '@vitrylo/errors'
import { isUuid, sql, type Pool, type Sql } from '@vitrylo/pg'
import type { Asker, FilterFields, Relation } from './fields.ts'
import { parseFilter } from './filter.ts'
import { listRows } from './list-rows.ts'
import { readOrder } from './order.ts'
import { shownOrders, withId } from './shown.ts'

/**
 * A column that a list may be sorted by: never null (`coalesce(…, 'infinity')` puts what is absent last), indexed
 * together with the id.
 */
export type OrderField = { column: Sql; type: 'timestamptz' | 'text' | 'numeric' | 'bigint' | 'date' | 'uuid'; of?: string }

export type ListDefinition = {
  /** Unique column that breaks ties; a uuid. */
  id: Sql
  /** Whose records it lists: what is hidden from the asker there is no field of the list. */
  section?: string
  fields: FilterFields
  relations?: Readonly<Record<string, Relation>>
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

/** Pieces of one page's statement. Select `pageKey` as page_key and the id. */
export type Page = {
  where: Sql
  orderBy: Sql
  /** One more than the page holds: tells whether there is a next one. */
  limit: number
  pageKey: Sql
  /** Runs the statement of the page; with a filter as `listRows` does. */
  read<Row extends { id: string }>(pool: Pool, statement: Sql): Promise<{ rows: Keyed<Row>[]; nextPageToken: string }>
  /** The page among rows that were read otherwise. */
  finish<Row extends { id: string; page_key: string }>(rows: Row[]): { rows: Row[]; nextPageToken: string }
}

type Keyed<Row> = Row & { page_key: string }

const DEFAULT_SIZE = 50
const MAX_SIZE = 250

const CASTS: Record<OrderField['type'], Sql> = {
  timestamptz: sql`::timestamptz`, text: sql`::text`, numeric: sql`::numeric`, bigint: sql`::bigint`, date: sql`::date`, uuid: sql`::uuid`,
}

/** Keyset pages: a page costs the same wherever it is, and rows that come meanwhile neither double nor hide others. */
export function pageOf(whole: ListDefinition, request: ListRequest, asker?: Asker): Page {
  const list = asker === undefined ? whole : shownOrders(whole, asker.caller)
  const orders = ordersOf(list, request.orderBy || list.defaultOrder)
  const size = Math.min(request.pageSize || DEFAULT_SIZE, MAX_SIZE)
  const question = createHash('sha256').update(`${request.filter}\n${request.orderBy}\n${request.bound ?? ''}`).digest('base64url').slice(0, 12)
  const filter = filterOf(withId(list), request, asker)
  const from = request.pageToken === '' ? undefined : readToken(request.pageToken, question, orders.length)
  const sorted = [...orders, { column: list.id, descending: orders[0]!.descending }]
  const keys = orders.map(({ column }) => sql`(${column})::text`)
  const finish: Page['finish'] = (rows) => {
    const page = rows.slice(0, size)
    const last = page.at(-1)
    return { rows: page, nextPageToken: rows.length > size && last ? token(question, last.page_key, last.id) : '' }
  }
  return {
    where: from === undefined ? filter : sql`${filter} and ${after(list, orders, from)}`,
    orderBy: sql.join(sorted.map(({ column, descending }) => (descending ? sql`${column} desc` : column))),
    limit: size + 1,
    pageKey: orders.length === 1 ? keys[0]! : sql`json_build_array(${sql.join(keys)})::text`,
    read: async <Row extends { id: string }>(pool: Pool, statement: Sql) => finish(await listRows<Keyed<Row>>(pool, request, statement)),
    finish,
  }
}

function filterOf(list: ListDefinition, { filter }: ListRequest, asker: Asker | undefined): Sql {
  if (asker !== undefined) return parseFilter(filter, list, asker)
  if (filter !== '') throw new Error('a list with a filter must know who asks')
  return sql`true`
}

type Sorted = OrderField & { descending: boolean }

const ordersOf = (list: ListDefinition, text: string): Sorted[] =>
  readOrder(Object.keys(list.orders), text).map(({ name, descending }) => ({ ...list.orders[name]!, descending }))

type From = { keys: string[]; id: string }

/** What comes after a row: the index of the first field finds the place, also where directions differ. */
function after(list: ListDefinition, orders: readonly Sorted[], { keys, id }: From): Sql {
  const values = orders.map(({ type }, index) => sql`${keys[index]}${CASTS[type]}`)
  const down = orders[0]!.descending
  if (orders.every(({ descending }) => descending === down)) {
    const columns = [...orders.map(({ column }) => column), list.id]
    return sql`(${sql.join(columns)}) ${beyond(down)} (${sql.join([...values, sql`${id}::uuid`])})`
  }
  const tie = sql`${list.id} ${beyond(down)} ${id}::uuid`
  const later = orders.reduceRight((rest, { column, descending }, index) => {
    const value = values[index]!
    return sql`(${column} ${beyond(descending)} ${value} or (${column} = ${value} and ${rest}))`
  }, tie)
  return sql`${orders[0]!.column} ${down ? sql`<=` : sql`>=`} ${values[0]!} and ${later}`
}

const beyond = (descending: boolean): Sql => (descending ? sql`<` : sql`>`)

// Not sealed: a forged token only names another place in a list that rights trim anyway.
const token = (question: string, key: string, id: string): string => Buffer.from(JSON.stringify([question, key, id])).toString('base64url')

function readToken(text: string, question: string, count: number): From {
  const parts = arrayOf(Buffer.from(text, 'base64url').toString(), 3)
  const [asked, key, id] = parts as [string, string, string]
  if (asked !== question || !isUuid(id)) throw strange()
  return { keys: count === 1 ? [key] : arrayOf(key, count), id }
}

function arrayOf(json: string, length: number): string[] {
  let parts: unknown
  try {
    parts = JSON.parse(json)
  } catch {
    throw strange()
  }
  if (!Array.isArray(parts) || parts.length !== length || !parts.every((part) => typeof part === 'string')) throw strange()
  return parts
}

const strange = (): AppError =>
  invalid([{ field: 'pageToken', rule: 'format', description: 'comes from another list, filter or order; begin at the first page' }])
