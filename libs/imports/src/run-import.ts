import { AppError } from '@vitrylo/errors'
import { inTx } from '@vitrylo/pg'
import { ImportSuggestion } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { zoneOf, type Deps } from '@vitrylo/service'
import type { CsvRow } from './csv.ts'
import { endAndTell } from './end-and-tell.ts'
import { readImport, type ImportRecord, type Progress } from './import-sql.ts'
import type { ImportContext, ImportKind } from './kind.ts'
import { effectiveMapping, rowMapper } from './mapping.ts'
import { Overtaken, type Candidate } from './save-batch.ts'
import { contextOf, createSaver, Refused } from './saver.ts'
import { readRows as readRowsOf } from './source.ts'
import { withDates } from './suggest.ts'
import { forgetValues } from './unique.ts'

/** From so many saved rows on, plans made for the table as it was may be far off. */
const MANY = 1_000

export type Run = Pick<Deps, 'pool' | 'rights' | 'now' | 'log' | 'committed'> & { kinds: readonly ImportKind[]; signal?: AbortSignal }

/**
 * Reads the file and saves it in batches, the progress in the transaction of the rows: after kill -9 it goes on behind
 * the last batch, and no row is saved twice. An outage is thrown, so that the queue tries again; what is wrong with
 * the import itself ends it.
 */
export async function runImport(run: Run, id: string, number: number): Promise<void> {
  const row = await readImport(run.pool, id)
  const kind = run.kinds.find(({ name }) => name === row?.kind)
  if (row === undefined || kind === undefined || row.run !== number || row.state !== 'running') return
  try {
    const { created, updated } = await readRows(run, row, kind)
    if (!row.dry_run && created + updated >= MANY) await refreshStatistics(run)
    await end(run, row, 'done')
  } catch (error) {
    if (error instanceof Overtaken) return
    if (run.signal?.aborted === true || isOutage(error)) throw error
    if (!(error instanceof Refused)) run.log.error({ err: error, import: id }, 'import failed')
    const failure = error instanceof Refused ? error.message : 'a fault of the program; the rows up to here are saved'
    await end(run, row, 'failed', failure)
  }
}

async function end(run: Run, row: ImportRecord, state: 'done' | 'failed', failure = ''): Promise<void> {
  const { employeeId } = contextOf(run, row).caller
  await inTx(run.pool, (tx) => endAndTell(tx, row, { state, failure, employeeId }, run.now()))
  run.committed()
  if (row.dry_run) await forgetValues(run.pool)
}

/** Without it searches go by old statistics until PostgreSQL looks by itself, up to a minute later. */
async function refreshStatistics({ pool, log }: Run): Promise<void> {
  await pool.query('analyze').catch((err: unknown) => log.warn({ err }, 'statistics could not be refreshed after an import'))
}

// A workbook that others leave no memory to is tried again later. The driver gives lost connections no SQLSTATE; a fault of ours in SQL or code has one, or is a TypeError.
export function isOutage(error: unknown): boolean {
  const code = String((error as { code?: unknown } | null)?.code ?? '')
  if (error instanceof AppError && error.code === 'RESOURCE_EXHAUSTED') return true
  return /^(08|53|55P03|57|58|40001|40P01|E[A-Z]+$)/.test(code) || /onnection|timeout/.test(String((error as Error | null)?.message))
}

async function readRows(run: Run, row: ImportRecord, kind: ImportKind): Promise<Progress> {
  const toRow = toRowOf(row, kind, contextOf(run, row))
  const saver = createSaver(run, row, kind)
  let position = 0
  try {
    for await (const rows of rowsOf(run, row, saver.readTo)) {
      for (const csv of rows) {
        // Row 0 is the head; what was saved before a process died or somebody paused is passed over.
        if (position++ === 0) continue
        const isSaved = position - 1 <= row.rows
        if (isSaved && !row.dry_run) continue
        const candidate = read(csv, kind, toRow, saver.context())
        if (isSaved) saver.passOver(candidate)
        else await saver.add(candidate)
      }
    }
  } catch (error) {
    await saver.end().catch(() => {}) // the first error is told
    throw error
  }
  return saver.end()
}

/** How rows are read: dates by what was chosen for their column, else by what its first rows tell. */
export function toRowOf(row: ImportRecord, kind: ImportKind, { rights, caller }: ImportContext): ReturnType<typeof rowMapper> {
  const { dateColumns } = ImportSuggestion.fromJSON(row.suggestion ?? {})
  const branchId = rights.employees.get(caller.employeeId ?? '')?.branchId
  return rowMapper({ ...row, mapping: withDates(effectiveMapping(row, kind), dateColumns, kind) }, kind, zoneOf(rights, branchId, kind.zone ?? 'UTC'))
}

/** The rows of the file, the head first. `seen` is told how far the reading came. */
export const rowsOf = ({ pool }: Pick<Deps, 'pool'>, row: ImportRecord, seen?: (bytes: number) => void): AsyncGenerator<CsvRow[]> =>
  readRowsOf(pool, { uploadId: row.upload_id!, format: row.format, encoding: row.encoding || row.detected_encoding, delimiter: row.delimiter || row.detected_delimiter }, seen)

function read(row: CsvRow, kind: ImportKind, toRow: ReturnType<typeof rowMapper>, context: ImportContext): Candidate {
  if (row.problem !== undefined) return { row, keys: [], violations: [{ field: '', ...row.problem }] }
  const parsed = kind.parse(toRow(row), context)
  if ('violations' in parsed) return { row, keys: [], violations: parsed.violations }
  return { row, record: parsed.record, keys: kind.keysOf(parsed.record, context.rules), violations: [] }
}
