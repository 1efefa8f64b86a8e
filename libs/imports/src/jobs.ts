import { inTx } from '@vitrylo/pg'
import { enqueue, type Deps, type Sweep } from '@vitrylo/service'
import type { Task } from 'graphile-worker'
import { abandoned } from './import-sql.ts'
import type { ImportKind } from './kind.ts'
import { runImport } from './run-import.ts'

/** Name of the background task. */
export const JOB = 'import'

const SWEEP_MS = 15_000
const SILENT_S = 45

/** The task that runs imports: `jobs: (deps) => importJobs(deps, kinds)`. */
export function importJobs(deps: Deps, kinds: readonly ImportKind[]): Record<string, Task> {
  return {
    [JOB]: async (payload, { abortSignal }) => {
      const { id, run } = payload as { id: string; run: number }
      await runImport({ ...deps, kinds, signal: abortSignal }, id, run)
    },
  }
}

/**
 * Takes up imports whose process died: the queue itself would wait four hours. Two workers at one import do no harm,
 * the slower one saves nothing. At the start everything that runs is taken up.
 */
export function importSweep({ pool }: Deps): Sweep {
  const takeUp = async (silentSeconds: number): Promise<void> => {
    for (const { id, run } of await abandoned(pool, silentSeconds)) {
      await inTx(pool, (tx) => enqueue(tx, JOB, { id, run }, `import:${id}`))
    }
  }
  return { name: 'abandoned imports', everyMs: SWEEP_MS, first: () => takeUp(0), each: () => takeUp(SILENT_S) }
}
