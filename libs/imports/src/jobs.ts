import { inTx, type Tx } from '@vitrylo/pg'
import { enqueue, type Deps, type Sweep } from '@vitrylo/service'
import type { Task } from 'graphile-worker'
import { forgetBatches, forgetFiles } from './batch-sql.ts'
import { abandoned } from './import-sql.ts'
import type { ImportKind } from './kind.ts'
import { runImport } from './run-import.ts'
import { undoImport } from './undo-import.ts'
import { forgetValues } from './unique.ts'

/** Names of the background tasks. The one of releases without rules is served, but not given: they would run what they do not understand. */
const RUN = 'import-file'
const FORMER_RUN = 'import'
const UNDO = 'import-undo'

const SWEEP_MS = 15_000
const SILENT_S = 45
const FORGET_MS = 3_600_000

/** The tasks that run imports and take them back: `jobs: (deps) => importJobs(deps, kinds)`. */
export function importJobs(deps: Deps, kinds: readonly ImportKind[]): Record<string, Task> {
  const run: Task = async (payload, { abortSignal }) => {
    const { id, run: number } = payload as { id: string; run: number }
    await runImport({ ...deps, kinds, signal: abortSignal }, id, number)
  }
  return {
    [RUN]: run,
    [FORMER_RUN]: run,
    [UNDO]: async (payload, { abortSignal }) => undoImport({ ...deps, kinds, signal: abortSignal }, (payload as { id: string }).id),
  }
}

/** Puts what an import waits for into the queue. */
export const carryOn = (tx: Tx, { id, run, state }: { id: string; run: number; state: string }): Promise<unknown> =>
  enqueue(tx, state === 'undoing' ? UNDO : RUN, { id, run }, `import:${id}`)

/**
 * Takes up imports whose process died: the queue itself would wait four hours. Two workers at one import do no harm,
 * the slower one saves nothing. At the start everything that runs is taken up. And forgets what can no longer be taken back.
 */
export function importSweeps({ pool, now }: Pick<Deps, 'pool' | 'now'>): Sweep[] {
  const takeUp = async (silentSeconds: number): Promise<void> => {
    for (const row of await abandoned(pool, silentSeconds)) await inTx(pool, (tx) => carryOn(tx, row))
  }
  const forget = async (): Promise<void> => void (await Promise.all([forgetBatches(pool, now()), forgetFiles(pool, now()), forgetValues(pool)]))
  return [
    { name: 'abandoned imports', everyMs: SWEEP_MS, first: () => takeUp(0), each: () => takeUp(SILENT_S) },
    { name: 'what old imports did', everyMs: FORGET_MS, first: forget, each: forget },
  ]
}
