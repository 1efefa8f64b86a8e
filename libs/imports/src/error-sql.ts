import type { Violation } from '@vitrylo/errors'
import { pageOf, type ListDefinition } from '@vitrylo/lists'
import { exec, many, sql, type Db, type Tx } from '@vitrylo/pg'
import type { ImportError } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'

/** One thing that is wrong with one row. */
export type RowError = Violation & { line: number; column: string; value: string; cells: readonly string[] }

export async function insertErrors(tx: Tx, importId: string, errors: readonly RowError[]): Promise<void> {
  if (errors.length === 0) return
  const column = (value: (error: RowError) => unknown) => errors.map(value)
  // Cells as JSON: unnest would flatten arrays of arrays.
  await exec(
    tx,
    sql`insert into import_error (import_id, line, column_name, field, rule, description, value, cells)
        select ${importId}::uuid, e.line, e.column_name, e.field, e.rule, e.description, left(e.value, 200),
          array(select jsonb_array_elements_text(e.cells::jsonb))
        from unnest(${column(({ line }) => line)}::bigint[], ${column((e) => clean(e.column))}::text[],
          ${column(({ field }) => field)}::text[], ${column(({ rule }) => rule)}::text[],
          ${column(({ description }) => clean(description))}::text[], ${column(({ value }) => clean(value))}::text[],
          ${column(({ cells }) => JSON.stringify(cells.map(clean)))}::text[])
          with ordinality as e (line, column_name, field, rule, description, value, cells, ordinal)
        order by e.ordinal`,
  )
}

/** PostgreSQL stores no zero bytes. */
const clean = (text: string): string => text.replaceAll('\0', '')

const list: ListDefinition = {
  id: sql`e.id`,
  fields: {},
  orders: { line: { column: sql`e.line`, type: 'bigint' } },
  defaultOrder: 'line',
}

type Row = {
  id: string
  line: number
  column_name: string
  field: string
  rule: string
  description: string
  value: string
  cells: string[]
  page_key: string
}

export async function pageOfErrors(db: Db, importId: string, request: { pageSize: number; pageToken: string }) {
  const page = pageOf(list, { ...request, filter: '', orderBy: '' })
  const found = await many<Row>(
    db,
    sql`select e.id, e.line, e.column_name, e.field, e.rule, e.description, e.value, e.cells, ${page.pageKey} as page_key
        from import_error e where e.import_id = ${importId} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return page.finish(found)
}

export const toImportError = ({ line, column_name: column, field, rule, description, value }: Row): ImportError => ({
  line: BigInt(line),
  column,
  field,
  rule,
  description,
  value,
})
