import { inTx, type Tx } from '@vitrylo/pg'
import { recorded } from '@vitrylo/service'
import { revisionsLeft, saveUndone, takeLastBatch } from './batch-sql.ts'
import { endUndo, readImport, undoOn, type ImportRecord } from './import-sql.ts'
import type { ImportKind } from './kind.ts'
import { isOutage, type Run } from './run-import.ts'
import { contextOf, deedOfImport } from './saver.ts'

/**
 * Takes an import back, the last batch first, each in a transaction of its own in which it is also forgotten: after kill
 * -9 it goes on with the next one, and nothing is taken back twice.
 */
export async function undoImport(run: Run, id: string): Promise<void> {
  const row = await readImport(run.pool, id)
  const kind = run.kinds.find(({ name }) => name === row?.kind)
  if (row === undefined || kind?.undo === undefined || row.state !== 'undoing') return
  try {
    for (;;) {
      const deed = await deedOfImport(run, row, kind, contextOf(run, row))
      if (!(await inTx(run.pool, (tx) => recorded({ ...deed, method: 'ImportService.UndoImport' }, tx, () => takeBack(tx, run, row, kind))))) break
      run.committed()
      if (run.signal?.aborted === true) throw new Error('the worker is stopping')
    }
    await endUndo(run.pool, id, '', run.now())
  } catch (error) {
    if (run.signal?.aborted === true || isOutage(error)) throw error
    run.log.error({ err: error, import: id }, 'the undo of an import failed')
    await endUndo(run.pool, id, 'a fault of the program; what was taken back up to here stays so', run.now())
  }
}

async function takeBack(tx: Tx, run: Run, row: ImportRecord, kind: ImportKind): Promise<boolean> {
  // The row of the import first: two workers stand in line here.
  if (!(await undoOn(tx, row.id, 0, 0))) return false
  const deeds = await takeLastBatch(tx, row.id)
  if (deeds === undefined) return false
  const left = await revisionsLeft(tx, row.id, [...deeds.created, ...deeds.updated.map(({ id }) => id)])
  const owner = deeds.kind !== '' && deeds.kind === kind.companion?.name ? kind.companion : kind
  const { conflicts, undone, revisions } = await owner.undo!(tx, deeds, { ...contextOf(run, row), revisionOf: (id, own) => left.get(id) ?? own })
  await saveUndone(tx, { id: row.id, kind: owner.name }, revisions, conflicts)
  return undoOn(tx, row.id, undone, conflicts.length)
}
