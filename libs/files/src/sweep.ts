import { inTx } from '@vitrylo/pg'
import type { Deps, Sweep } from '@vitrylo/service'
import { deleteRow, markGoing } from './file-sql.ts'
import type { FileStore } from './store.ts'

const SWEEP_MS = 60_000

/**
 * Removes files that no record holds and whose time is over. Marked, then the bytes, then the row: a process that dies
 * between them has left a row, by which the next one goes on.
 */
export async function sweepFiles({ pool, now, log }: Pick<Deps, 'pool' | 'now' | 'log'>, store: FileStore): Promise<void> {
  const ids = await inTx(pool, (tx) => markGoing(tx, now()))
  for (const id of ids) {
    try {
      await store.remove(id)
      await deleteRow(pool, id)
    } catch (err) {
      log.warn({ err, file: id }, 'a file could not be removed; it is tried again')
    }
  }
}

export const fileSweep = (deps: Deps, store: FileStore): Sweep => ({ name: 'files', everyMs: SWEEP_MS, each: () => sweepFiles(deps, store) })
