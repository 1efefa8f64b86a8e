import { inTx } from '@vitrylo/pg'
import type { MergeServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/merge_service.ts'
import type { Deps, Handlers } from '@vitrylo/service'
import { mergeFields, proposals } from '../merge/merge.ts'
import { bothOf, mergeCounterparties } from '../merge/merge-counterparties.ts'
import { getMerge, listMerges, toMerge } from '../merge/merge-sql.ts'
import { previewUndo, undoMerge } from '../merge/undo-merge.ts'

export function mergeService(deps: Deps): Handlers<MergeServiceServer> {
  const { pool } = deps
  return {
    previewMerge: async ({ id, mergedId }, { caller }) => {
      const [survivor, merged] = await inTx(pool, (tx) => bothOf(tx, caller, id, mergedId))
      return { survivor, merged, result: mergeFields(survivor, merged, []).next, fields: proposals(survivor, merged) }
    },
    mergeCounterparties: (request, call) => call.transact((tx) => mergeCounterparties(tx, deps, request, call)),
    getCounterpartyMerge: async ({ id }, { caller }) => toMerge(await getMerge(pool, caller, 'view', id)),
    listCounterpartyMerges: async (request, { caller }) => {
      const { rows, nextPageToken } = await listMerges(pool, caller, request)
      return { merges: rows.map(toMerge), nextPageToken }
    },
    previewMergeUndo: ({ id }, { caller, now }) => inTx(pool, (tx) => previewUndo(tx, caller, id, now)),
    undoCounterpartyMerge: ({ id, choices }, call) => call.transact((tx) => undoMerge(tx, deps, id, choices, call)),
  }
}
