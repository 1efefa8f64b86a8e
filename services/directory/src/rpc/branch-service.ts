import { assertReaches, type Caller } from '@vitrylo/auth'
import { invalid } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import type { Branch } from '@vitrylo/proto/vitrylo/directory/v1/branch.ts'
import type { BranchServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { assertCalendar } from '../branch/check-calendar.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import { deleteBranch, getBranch, insertBranch, isBelow, listBranches, lockBranch, lockTree, updateBranch } from '../branch/branch-sql.ts'

export function branchService({ pool }: Deps): Handlers<BranchServiceServer> {
  return {
    getBranch: ({ id }, { caller }) => getBranch(pool, caller, id),
    listBranches: (request, call) => listBranches(pool, call, request),
    createBranch: ({ branch }, { caller, now, transact }) =>
      transact(async (tx) => {
        assertReaches(caller, 'employees', 'create', { branchId: branch!.parentId })
        assertCalendar(branch!.calendar)
        return insertBranch(tx, { ...branch!, id: newId() }, now)
      }),
    updateBranch: ({ branch, updateMask }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockBranch(tx, caller, 'change', branch!.id, branch!.etag)
        const { next, changed } = applyMask(current, branch!, updateMask, ['name', 'parentId', 'code', 'calendar'])
        if (changed.length === 0) return current
        if (changed.includes('calendar')) assertCalendar(next.calendar)
        if (changed.includes('parentId')) await assertMayMove(tx, caller, next)
        return updateBranch(tx, next, now)
      }),
    deleteBranch: ({ id, etag }, { caller, transact }) =>
      transact(async (tx) => {
        await deleteBranch(tx, await lockBranch(tx, caller, 'delete', id, etag))
        return {}
      }),
  }
}

/** Who may change a branch may not thereby take it from under the eyes of those above. */
async function assertMayMove(tx: Tx, caller: Caller, { id, parentId }: Branch): Promise<void> {
  assertReaches(caller, 'employees', 'change', { branchId: parentId })
  await lockTree(tx)
  if (parentId === undefined || !(await isBelow(tx, id, parentId))) return
  throw invalid([{ field: 'parentId', rule: 'reference', description: 'that branch lies below this one' }])
}
