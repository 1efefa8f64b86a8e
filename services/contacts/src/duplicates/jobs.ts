import { inTx } from '@vitrylo/pg'
import { enqueue, type Deps, type ServiceDefinition, type Stop } from '@vitrylo/service'
import { forgetSnapshots } from '../merge/merge-sql.ts'
import { refreshAllKeys } from './match-sql.ts'
import { refreshPersonKeys } from './person-match-sql.ts'
import { runSearch } from './run-search.ts'
import { abandonedSearches } from './search-sql.ts'

/** Names of the background tasks. */
export const SEARCH = 'duplicate-search'
const KEYS = 'duplicate-keys'

const SWEEP_MS = 15_000
const SILENT_S = 45
const FORGET_MS = 3_600_000

export function duplicateJobs(deps: Deps): ReturnType<NonNullable<ServiceDefinition['jobs']>> {
  return {
    [SEARCH]: (payload, { abortSignal }) => runSearch({ ...deps, signal: abortSignal }, (payload as { id: string }).id),
    [KEYS]: async () => {
      await refreshAllKeys(deps.pool)
      while (await refreshPersonKeys(deps.pool));
    },
  }
}

/** Takes up searches whose process died, and makes keys of records that a release without them left. */
export async function startDuplicates({ pool, log, now }: Deps): Promise<Stop> {
  const takeUp = async (silentSeconds: number): Promise<void> => {
    for (const { id } of await abandonedSearches(pool, silentSeconds)) await inTx(pool, (tx) => enqueue(tx, SEARCH, { id }, `${SEARCH}:${id}`))
  }
  await takeUp(0)
  await inTx(pool, (tx) => enqueue(tx, KEYS, {}, KEYS))
  await forgetSnapshots(pool, now())
  const sweep = setInterval(() => {
    takeUp(SILENT_S).catch((err) => log.warn({ err }, 'running searches for duplicates could not be looked through'))
  }, SWEEP_MS)
  const forget = setInterval(() => {
    forgetSnapshots(pool, now()).catch((err) => log.warn({ err }, 'copies of merged records could not be forgotten'))
  }, FORGET_MS)
  for (const timer of [sweep, forget]) timer.unref()
  return async () => {
    for (const timer of [sweep, forget]) clearInterval(timer)
  }
}
