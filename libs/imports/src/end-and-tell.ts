import { appendOutbox } from '@vitrylo/events'
import type { Tx } from '@vitrylo/pg'
import { ImportEndedEvent } from '@vitrylo/proto/events.ts'
import { ImportState } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { ImportEnding } from '@vitrylo/proto/vitrylo/imports/v1/import_ending.ts'
import { fromWord } from '@vitrylo/proto/words.ts'
import { endRun, readImport, type ImportRecord } from './import-sql.ts'

type Ending = { state: 'done' | 'failed' | 'paused'; failure?: string; /** Who began it; a machine is told nothing. */ employeeId: string | undefined }

/** Ends or halts a run and tells who began it, both or neither: whoever comes second finds it ended and tells nothing. */
export async function endAndTell(tx: Tx, run: Pick<ImportRecord, 'id' | 'run'>, { state, failure = '', employeeId }: Ending, now: Date): Promise<void> {
  if (!(await endRun(tx, run, state, failure, now)) || employeeId === undefined) return
  const row = (await readImport(tx, run.id))!
  const count = (value: number): bigint => BigInt(value)
  const ending = ImportEnding.fromPartial({
    importId: row.id, kind: row.kind, state: fromWord(ImportState, row.state), dryRun: row.dry_run,
    rows: count(row.rows), created: count(row.created), updated: count(row.updated), skipped: count(row.skipped), failed: count(row.failed),
  })
  await appendOutbox(tx, [{ type: ImportEndedEvent, key: row.id, revision: row.revision, data: { ending, employeeId, fileName: row.file_name }, ownerId: employeeId, time: now }])
}
