import type { Violation } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import type { CsvRow } from './csv.ts'
import { insertErrors, type RowError } from './error-sql.ts'
import { moveOn, type ImportRecord, type Progress } from './import-sql.ts'
import type { ImportContext, ImportKind } from './kind.ts'

/** A row on its way: a record, or everything that is wrong with it. */
export type Candidate = { row: CsvRow; key?: string; record?: unknown; violations: readonly Violation[] }

export type Batch = { candidates: readonly Candidate[]; progress: Progress; readBytes: number }

/** The run is no longer ours: cancelled, begun anew, or carried on by another worker. */
export class Overtaken extends Error {}

export type Target = {
  row: ImportRecord
  kind: ImportKind
  toColumn: (field: string) => string
  /** Keys of earlier batches of a dry run: nothing of them is saved, so that the database does not know them. */
  seen: ReadonlySet<string>
}

/** Saves a batch, its errors and the progress. Gives the progress behind it. */
export async function saveBatch(tx: Tx, { row, kind, toColumn, seen }: Target, context: ImportContext, batch: Batch): Promise<Progress> {
  const { candidates, progress, readBytes } = batch
  const after = { ...progress, readBytes, rows: progress.rows + candidates.length }
  // The row of the import first: whoever lost the race is stopped here and changes nothing.
  if (!(await moveOn(tx, row, progress.rows, after))) throw new Overtaken()
  const readable = candidates.filter(({ violations }) => violations.length === 0)
  const failed = candidates.filter(({ violations }) => violations.length > 0)
  const planned = await kind.plan(tx, readable.map(({ record }) => record), context)
  const plans = planned.flatMap((one, index) => {
    const candidate = readable[index]!
    if ('violations' in one) {
      failed.push({ ...candidate, violations: one.violations })
      return []
    }
    after[row.dry_run && candidate.key !== undefined && seen.has(candidate.key) ? 'updated' : one.outcome]++
    return [one.plan]
  })
  if (!row.dry_run) await kind.save(tx, plans, context)
  await insertErrors(tx, row.id, failed.flatMap((candidate) => errorsOf(candidate, row.columns, toColumn)))
  after.failed += failed.length
  await moveOn(tx, row, after.rows, after)
  return after
}

function errorsOf({ row, violations }: Candidate, columns: string[], toColumn: (field: string) => string): RowError[] {
  return violations.map(({ field, rule, description }) => {
    const column = field === '' ? (columns[row.problem?.column ?? -1] ?? '') : toColumn(field)
    return { line: row.line, cells: row.cells, field, rule, description, column, value: row.cells[columns.indexOf(column)] ?? '' }
  })
}
