import { invalid } from '@vitrylo/errors'
import type { SavedFilterServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/saved_filter_service.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import { assertGood } from '../saved-filter/check-saved-filter.ts'
import {
  deleteSavedFilter,
  getSavedFilter,
  insertSavedFilter,
  listSavedFilters,
  lockSavedFilter,
  updateSavedFilter,
} from '../saved-filter/saved-filter-sql.ts'
import { employeeIdOf } from './employee-of-caller.ts'

const WRITABLE = ['displayName', 'filter', 'orderBy', 'columns', 'groups'] as const

export function savedFilterService({ pool, rights }: Deps): Handlers<SavedFilterServiceServer> {
  return {
    getSavedFilter: ({ id }, { caller }) => getSavedFilter(pool, caller, id),
    listSavedFilters: (request, call) => listSavedFilters(pool, call, request),
    createSavedFilter: async ({ savedFilter }, call) => {
      const next = { ...savedFilter!, id: newId(), ownerId: employeeIdOf(call.caller) }
      assertGood(next, call, rights.data())
      return call.transact((tx) => insertSavedFilter(tx, next, call.now))
    },
    updateSavedFilter: ({ savedFilter, updateMask }, call) =>
      call.transact(async (tx) => {
        const current = await lockSavedFilter(tx, call.caller, savedFilter!.id, savedFilter!.etag)
        const { next, changed } = applyMask(current, savedFilter!, updateMask, WRITABLE)
        if (changed.length === 0) return current
        assertGood(next, call, rights.data(), current.groups)
        return updateSavedFilter(tx, next, call.now)
      }),
    deleteSavedFilter: ({ id, etag }, { caller, transact }) =>
      transact(async (tx) => {
        await lockSavedFilter(tx, caller, id, etag)
        await deleteSavedFilter(tx, id)
        return {}
      }),
    transferSavedFilter: ({ id, ownerId }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockSavedFilter(tx, caller, id)
        if (rights.data().employees.get(ownerId)?.disabled !== false) {
          throw invalid([{ field: 'ownerId', rule: 'reference', description: 'no such employee' }])
        }
        return updateSavedFilter(tx, { ...current, ownerId }, now)
      }),
  }
}
