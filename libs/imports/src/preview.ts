import type { ImportPreviewRow } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import type { Deps } from '@vitrylo/service'
import type { CsvRow } from './csv.ts'
import type { ImportRecord } from './import-sql.ts'
import type { ImportKind } from './kind.ts'
import { columnOf } from './mapping.ts'
import { rowsOf, toRowOf } from './run-import.ts'
import { contextOf } from './saver.ts'

const ROWS = 10

/** The first rows as they would be stored. */
export async function previewRows(deps: Pick<Deps, 'pool' | 'rights' | 'now'>, row: ImportRecord, kind: ImportKind): Promise<ImportPreviewRow[]> {
  const context = contextOf(deps, row)
  const [toRow, toColumn] = [toRowOf(row, kind, context), columnOf(row, kind)]
  const show = (csv: CsvRow): ImportPreviewRow => {
    const line = BigInt(csv.line)
    const wrong = (field: string, rule: string, description: string) => {
      const column = toColumn(field)
      return { line, column, field, rule, description, value: (csv.cells[row.columns.indexOf(column)] ?? '').slice(0, 200) }
    }
    if (csv.problem !== undefined) return { line, values: {}, errors: [wrong('', csv.problem.rule, csv.problem.description)] }
    const given = toRow(csv)
    const parsed = kind.parse(given, context)
    if ('violations' in parsed) return { line, values: { ...given }, errors: parsed.violations.map(({ field, rule, description }) => wrong(field, rule, description)) }
    return { line, values: { ...(kind.show?.(parsed.record, context) ?? given) }, errors: [] }
  }
  const found: ImportPreviewRow[] = []
  let position = 0
  for await (const rows of rowsOf(deps, row)) {
    for (const csv of rows) {
      if (position++ === 0) continue
      if (found.length === ROWS) return found
      found.push(show(csv))
    }
  }
  return found
}
