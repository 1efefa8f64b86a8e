import { may } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import { inTx, type Tx } from '@vitrylo/pg'
import type { Deps } from '@vitrylo/service'
import { readCsv, type CsvRow } from './csv.ts'
import { decode } from './encoding.ts'
import { insertErrors, type RowError } from './error-sql.ts'
import { readFile } from './file-sql.ts'
import { endRun, moveOn, readImport, type ImportRecord, type Progress } from './import-sql.ts'
import type { ImportContext, ImportKind } from './kind.ts'
import { columnOf, rowMapper } from './mapping.ts'

const BATCH = 500

type Run = Pick<Deps, 'pool' | 'rights' | 'now' | 'log' | 'committed'> & { kinds: readonly ImportKind[]; signal?: AbortSignal }

type Candidate = { row: CsvRow; record?: unknown; violations: Violation[] }

/** The run is no longer ours: cancelled, begun anew, or carried on by another worker. */
class Overtaken extends Error {}

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
    const { failure } = await readRows(run, row, kind)
    await endRun(run.pool, row, failure === undefined ? 'done' : 'failed', failure ?? '', run.now())
  } catch (error) {
    if (error instanceof Overtaken) return
    if (run.signal?.aborted === true || isOutage(error)) throw error
    run.log.error({ err: error, import: id }, 'import failed')
    await endRun(run.pool, row, 'failed', 'a fault of the program; the rows up to here are saved', run.now())
  }
}

// The driver gives lost connections no SQLSTATE; a fault of ours in SQL or code has one, or is a TypeError.
function isOutage(error: unknown): boolean {
  const code = String((error as { code?: unknown } | null)?.code ?? '')
  return /^(08|53|55P03|57|58|40001|40P01|E[A-Z]+$)/.test(code) || /onnection|timeout/.test(String((error as Error | null)?.message))
}

async function readRows(run: Run, row: ImportRecord, kind: ImportKind): Promise<{ failure?: string }> {
  const toRow = rowMapper(row, kind)
  const saver = createSaver(run, row, kind)
  let bytes = 0
  let position = 0
  const text = decode(readFile(run.pool, row.upload_id!, (read) => (bytes = read)), row.encoding || row.detected_encoding)
  for await (const rows of readCsv(text, row.delimiter || row.detected_delimiter)) {
    for (const csv of rows) {
      // Row 0 is the head; what was saved before the process died is passed over.
      if (position++ === 0 || position - 1 <= row.rows) continue
      if (saver.mustFlush(csv, kind, toRow)) {
        if (run.signal?.aborted === true) throw new Error('the worker is stopping')
        const failure = await saver.flush(bytes)
        if (failure !== undefined) return { failure }
      }
      saver.add()
    }
  }
  const failure = await saver.flush(bytes)
  return { failure }
}

type Saver = {
  /** Takes the next row; true: what waits must be saved before it is added. */
  mustFlush(csv: CsvRow, kind: ImportKind, toRow: ReturnType<typeof rowMapper>): boolean
  add(): void
  flush(readBytes: number): Promise<string | undefined>
}

function createSaver(run: Run, row: ImportRecord, kind: ImportKind): Saver {
  const toColumn = columnOf(row, kind)
  let progress: Progress = { readBytes: row.read_bytes, rows: row.rows, created: row.created, updated: row.updated, failed: row.failed }
  let waiting: Candidate[] = []
  let next: { candidate: Candidate; key: string | undefined }
  const keys = new Set<string>()
  // In a dry run nothing is saved, so that a later batch does not find the records of an earlier one.
  const seen = new Set<string>()
  let context = contextOf(run, row)

  const save = async (tx: Tx, readBytes: number): Promise<Progress> => {
    const after = { ...progress, readBytes, rows: progress.rows + waiting.length }
    const records = waiting.filter(({ violations }) => violations.length === 0)
    // The row of the import first: whoever lost the race is stopped here and changes nothing.
    if (!(await moveOn(tx, row, progress.rows, after))) throw new Overtaken()
    const planned = await kind.plan(tx, records.map(({ record }) => record), context)
    const plans: unknown[] = []
    planned.forEach((plan, index) => {
      const candidate = records[index]!
      if ('violations' in plan) candidate.violations = plan.violations
      else {
        const key = kind.keyOf(candidate.record)
        after[row.dry_run && key !== undefined && seen.has(key) ? 'updated' : plan.outcome]++
        plans.push(plan.plan)
      }
    })
    if (!row.dry_run) await kind.save(tx, plans, context)
    const failed = waiting.filter(({ violations }) => violations.length > 0)
    await insertErrors(tx, row.id, failed.flatMap((candidate) => errorsOf(candidate, row, toColumn)))
    after.failed += failed.length
    await moveOn(tx, row, after.rows, after)
    return after
  }

  return {
    mustFlush(csv, { parse, keyOf }, toRow) {
      const parsed = csv.problem === undefined ? parse(toRow(csv.cells), context) : { violations: [{ field: '', ...csv.problem }] }
      const key = 'record' in parsed ? keyOf(parsed.record) : undefined
      next = {
        candidate: 'record' in parsed ? { row: csv, record: parsed.record, violations: [] } : { row: csv, violations: parsed.violations },
        key,
      }
      return waiting.length >= BATCH || (key !== undefined && keys.has(key))
    },
    add() {
      waiting.push(next.candidate)
      if (next.key !== undefined) keys.add(next.key)
    },
    async flush(readBytes) {
      if (waiting.length === 0) return undefined
      context = contextOf(run, row)
      if (!may(context.caller, kind.section, 'create')) return `the right ${kind.section}: create was withdrawn`
      const before = waiting.map(({ violations }) => violations)
      progress = await inTx(run.pool, (tx) => {
        waiting.forEach((candidate, index) => (candidate.violations = before[index]!)) // inTx may repeat
        return save(tx, readBytes)
      })
      run.committed()
      if (row.dry_run) for (const key of keys) seen.add(key)
      keys.clear()
      waiting = []
      return undefined
    },
  }
}

/** The rights of who started it, as they are now. */
function contextOf({ rights, now }: Run, { claims }: ImportRecord): ImportContext {
  const caller = rights.callerOf({ ...claims, client: '', sessionId: undefined, expiresAt: 0 })
  return { caller, rights: rights.data(), now: now() }
}

function errorsOf({ row, violations }: Candidate, { columns }: ImportRecord, toColumn: (field: string) => string): RowError[] {
  return violations.map(({ field, rule, description }) => {
    const at = row.problem?.column ?? -1
    const column = field === '' ? (columns[at] ?? '') : toColumn(field)
    return { line: row.line, cells: row.cells, field, rule, description, column, value: row.cells[columns.indexOf(column)] ?? '' }
  })
}
