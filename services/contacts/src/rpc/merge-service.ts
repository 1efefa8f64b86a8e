import { isAmong } from '@vitrylo/auth'
import { inTx } from '@vitrylo/pg'
import type { MergeServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/merge_service.ts'
import { assertFree, type Call, type Deps, type Handlers } from '@vitrylo/service'
import { mergeFields, proposals } from '../merge/merge.ts'
import { bothOf, mergeCounterparties } from '../merge/merge-counterparties.ts'
import { getMerge, listMerges, toMerge } from '../merge/merge-sql.ts'
import { previewUndo, undoMerge } from '../merge/undo-merge.ts'

export function mergeService(deps: Deps): Handlers<MergeServiceServer> {
  const { pool } = deps
  return {
    previewMerge: async ({ id, mergedId }, { caller }) => {
      const [survivor, merged] = await inTx(pool, (tx) => bothOf(tx, caller, id, mergedId))
      const hidden = caller.limits()?.hidden.get('counterparties')
      return { survivor, merged, result: mergeFields(survivor, merged, []).next, fields: proposals(survivor, merged).filter(({ field }) => !isAmong(hidden, field)) }
    },
    mergeCounterparties: (request, call) => {
      assertChoicesFree(call, request.choices)
      return call.transact((tx) => mergeCounterparties(tx, deps, request, call))
    },
    getCounterpartyMerge: async ({ id }, { caller }) => toMerge(await getMerge(pool, caller, 'view', id)),
    listCounterpartyMerges: async (request, { caller }) => {
      const { rows, nextPageToken } = await listMerges(pool, caller, request)
      return { merges: rows.map(toMerge), nextPageToken }
    },
    previewMergeUndo: ({ id }, { caller, now }) => inTx(pool, (tx) => previewUndo(tx, caller, id, now)),
    undoCounterpartyMerge: ({ id, choices }, call) => {
      assertChoicesFree(call, choices)
      return call.transact((tx) => undoMerge(tx, deps, id, choices, call))
    },
  }
}

/** The better value of a field is chosen by who may write it; left alone, the rules choose as for everybody. */
const assertChoicesFree = ({ caller }: Call, choices: readonly { field: string }[]): void =>
  assertFree(caller, 'counterparties', 'change', choices.map(({ field }) => field))
