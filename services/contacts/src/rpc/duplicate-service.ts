import type { DuplicateServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/duplicate_service.ts'
import { enqueue, newId, type Deps, type Handlers } from '@vitrylo/service'
import { countryOf } from '@vitrylo/service/phone.ts'
import { findDuplicates, findPersonDuplicates } from '../duplicates/find-duplicates.ts'
import { SEARCH } from '../duplicates/jobs.ts'
import { decidePair, listPairs } from '../duplicates/pair-sql.ts'
import { endSearch, getSearch, insertSearch, listSearches, runningSearch, toSearch } from '../duplicates/search-sql.ts'

export function duplicateService({ pool, env }: Deps): Handlers<DuplicateServiceServer> {
  const country = countryOf(env)
  return {
    findDuplicates: (typed, { caller }) => findDuplicates(pool, caller, typed, country),
    findContactPersonDuplicates: (typed, { caller }) => findPersonDuplicates(pool, caller, typed, country),
    createDuplicateSearch: (_request, { caller, now, transact }) =>
      transact(async (tx) => {
        const id = newId()
        const started = await insertSearch(tx, caller, id, now)
        if (started === undefined) return toSearch((await runningSearch(tx, caller))!)
        await enqueue(tx, SEARCH, { id }, `${SEARCH}:${id}`)
        return toSearch(started)
      }),
    getDuplicateSearch: async ({ id }, { caller }) => toSearch(await getSearch(pool, caller, id)),
    listDuplicateSearches: async (request, { caller }) => {
      const { rows, nextPageToken } = await listSearches(pool, caller, request)
      return { duplicateSearches: rows.map(toSearch), nextPageToken }
    },
    cancelDuplicateSearch: ({ id }, { caller, now, transact }) =>
      transact(async (tx) => {
        await getSearch(tx, caller, id)
        await endSearch(tx, id, 'cancelled', '', now)
        return toSearch(await getSearch(tx, caller, id))
      }),
    listDuplicatePairs: (request, { caller }) => listPairs(pool, caller, request),
    dismissDuplicatePair: ({ id }, { caller, now, transact }) => transact((tx) => decidePair(tx, caller, id, 'dismissed', now)),
    reopenDuplicatePair: ({ id }, { caller, now, transact }) => transact((tx) => decidePair(tx, caller, id, 'open', now)),
  }
}
