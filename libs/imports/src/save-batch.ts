import type { Violation } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import type { CsvRow } from './csv.ts'
import { insertBatch } from './batch-sql.ts'
import { insertErrors, type RowError } from './error-sql.ts'
import { moveOn, type ImportRecord, type Progress } from './import-sql.ts'
import type { ImportContext, ImportKind, Outcome } from './kind.ts'
import { knownOutcome } from './rules.ts'
import { refuseTaken } from './unique.ts'

/** A row on its way: a record, or everything that is wrong with it. */
export type Candidate = { row: CsvRow; keys: readonly string[]; record?: unknown; violations: readonly Violation[] }

/** `first`: rows before it. `behind`: waits for the batches before it, which may still be under way, and gives the progress that they leave. */
export type Batch = { candidates: readonly Candidate[]; first: number; behind(): Promise<Progress>; readBytes: number }

/** The run is no longer ours: cancelled, paused, begun anew, or carried on by another worker. */
export class Overtaken extends Error {}

export type Target = {
  row: ImportRecord
  kind: ImportKind
  toColumn: (field: string) => string
  /** Keys of earlier batches of a dry run: nothing of them is saved, so that the database does not know them. */
  seen: ReadonlySet<string>
}

/**
 * Saves a batch, its errors and the progress. Gives the progress behind it. The row of the import is held at the end only: the
 * batch before may be saved beside this one, and whoever pauses or cancels waits for neither. Who lost the race saves nothing.
 */
export async function saveBatch(tx: Tx, target: Target, context: ImportContext, { candidates, first, behind, readBytes }: Batch): Promise<Progress> {
  const { row, toColumn } = target
  const counts = { created: 0, updated: 0, skipped: 0 }
  const failed = candidates.filter(({ violations }) => violations.length > 0)
  let left = candidates.filter(({ violations }) => violations.length === 0)
  for (let part = 0; left.length > 0; part++) {
    const again = await savePart(tx, target, context, { left, part, first, counts, failed })
    if (again.length === left.length) throw new TypeError(`${target.kind.name} plans nothing and asks again`)
    left = again
  }
  await insertErrors(tx, row.id, failed.flatMap((candidate) => errorsOf(candidate, row.columns, toColumn)))
  const { rows, created, updated, skipped, failed: failedBefore } = await behind()
  const after = {
    readBytes, rows: rows + candidates.length, created: created + counts.created, updated: updated + counts.updated, skipped: skipped + counts.skipped, failed: failedBefore + failed.length,
  }
  if (!(await moveOn(tx, row, rows, after, context.now))) throw new Overtaken()
  return after
}

type Part = { left: readonly Candidate[]; part: number; first: number; counts: Pick<Progress, Outcome>; failed: Candidate[] }

/** Plans and saves what can be; gives the rows that wait for others of the batch. */
async function savePart(tx: Tx, { row, kind, seen }: Target, context: ImportContext, { left, part, first, counts, failed }: Part): Promise<Candidate[]> {
  const wished = left.length === 0 ? [] : await kind.plan(tx, left.map(({ record }) => record), context)
  const planned = await refuseTaken(tx, row, kind, left, wished, context)
  const again: Candidate[] = []
  const plans = planned.flatMap((one, index) => {
    const candidate = left[index]!
    if ('violations' in one) failed.push({ ...candidate, violations: one.violations })
    else if ('again' in one && !row.dry_run) again.push(candidate)
    else counts[row.dry_run && candidate.keys.some((key) => seen.has(key)) ? knownOutcome(context.rules) : one.outcome]++
    return 'plan' in one ? [one.plan] : []
  })
  if (row.dry_run) return []
  const deeds = await kind.save(tx, plans, context)
  // What came beside stands behind: it is taken back before its record.
  if (deeds !== undefined) await insertBatch(tx, row, { ...deeds, kind: '', first, part: 2 * part, at: context.now })
  if (deeds?.beside !== undefined) await insertBatch(tx, row, { ...deeds.beside, first, part: 2 * part + 1, at: context.now })
  return again
}

function errorsOf({ row, violations }: Candidate, columns: string[], toColumn: (field: string) => string): RowError[] {
  return violations.map(({ field, rule, description }) => {
    const column = field === '' ? (columns[row.problem?.column ?? -1] ?? '') : toColumn(field)
    return { line: row.line, cells: row.cells, field, rule, description, column, value: row.cells[columns.indexOf(column)] ?? '' }
  })
}
