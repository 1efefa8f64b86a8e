import { inTx } from '@vitrylo/pg'
import { enqueue, type Deps, type ServiceDefinition, type Sweep } from '@vitrylo/service'
import { forgetSnapshots } from '../merge/merge-sql.ts'
import { runSearch } from './run-search.ts'
import { takeUpSearches } from './search-sql.ts'
import { refreshStaleKeys } from './stale-keys.ts'

/** Names of the background tasks. */
export const SEARCH = 'duplicate-search'
const KEYS = 'duplicate-keys'

const SWEEP_MS = 15_000
const SILENT_S = 45
const HOUR_MS = 3_600_000

export function duplicateJobs(deps: Deps): ReturnType<NonNullable<ServiceDefinition['jobs']>> {
  return {
    [SEARCH]: (payload, { abortSignal }) => runSearch({ ...deps, signal: abortSignal }, (payload as { id: string }).id),
    [KEYS]: () => refreshStaleKeys(deps.pool),
  }
}

/** Takes up searches whose process died, and makes keys of records that a release without them left or, beside this one, leaves. */
export function duplicateSweeps({ pool, now }: Deps): Sweep[] {
  const takeUp = async (silentSeconds: number): Promise<void> => {
    for (const { id } of await takeUpSearches(pool, silentSeconds)) await inTx(pool, (tx) => enqueue(tx, SEARCH, { id }, `${SEARCH}:${id}`))
  }
  const makeKeys = () => inTx(pool, (tx) => enqueue(tx, KEYS, {}, KEYS))
  const forget = () => forgetSnapshots(pool, now())
  return [
    { name: 'abandoned searches', everyMs: SWEEP_MS, first: () => takeUp(0), each: () => takeUp(SILENT_S) },
    { name: 'missing keys', everyMs: HOUR_MS, first: makeKeys, each: makeKeys },
    { name: 'copies of merged records', everyMs: HOUR_MS, first: forget, each: forget },
  ]
}
