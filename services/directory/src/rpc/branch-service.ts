import { assertReaches, type Caller } from '@vitrylo/auth'
import { AppError, invalid } from '@vitrylo/errors'
import { sql, type Tx } from '@vitrylo/pg'
import type { Branch } from '@vitrylo/proto/vitrylo/directory/v1/branch.ts'
import type { BranchServiceServer } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { applyMask, newId, optional, type Deps, type Handlers } from '@vitrylo/service'
import { assertCalendar } from '../branch/check-calendar.ts'
import { assertRequisites, normalRequisites } from '../branch/check-requisites.ts'
import { deleteBranch, getBranch, insertBranch, isBelow, listBranches, lockBranch, lockTree, updateBranch } from '../branch/branch-sql.ts'
import { endInvitations } from '../employee/employee-sql.ts'
import { managesRights } from '../integration/assert-may-give.ts'

const WRITABLE = ['name', 'parentId', 'code', 'calendar', 'requisites', 'currency', 'numberingPrefix'] as const

/** VITRYLO_COUNTRY: whose tax codes are checked; of another country they are texts. */
export function branchService({ pool, env }: Deps): Handlers<BranchServiceServer> {
  const country = optional(env, 'VITRYLO_COUNTRY') ?? 'UA'
  const normal = (branch: Branch): Branch => ({ ...branch, requisites: normalRequisites(branch.requisites) })
  return {
    getBranch: ({ id }, { caller }) => getBranch(pool, caller, id),
    listBranches: (request, call) => listBranches(pool, call, request),
    createBranch: ({ branch }, { caller, now, transact }) =>
      transact(async (tx) => {
        assertReaches(caller, 'employees', 'create', { branchId: branch!.parentId })
        assertCalendar(branch!.calendar)
        const next = normal(branch!)
        assertRequisites(next, WRITABLE, country)
        return insertBranch(tx, { ...next, id: newId() }, now)
      }),
    updateBranch: ({ branch, updateMask }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockBranch(tx, caller, 'change', branch!.id, branch!.etag)
        const { next, changed } = applyMask(current, normal(branch!), updateMask, WRITABLE)
        if (changed.length === 0) return getBranch(tx, caller, current.id)
        assertRequisites(next, changed, country)
        if (changed.includes('calendar')) assertCalendar(next.calendar)
        if (changed.includes('parentId')) {
          await assertMayMove(tx, caller, next)
          // Whose branch it comes under reaches its records, too.
          await endInvitations(tx, sql`true`)
        }
        return updateBranch(tx, next, now)
      }),
    deleteBranch: ({ id, etag }, { caller, transact }) =>
      transact(async (tx) => {
        await deleteBranch(tx, await lockBranch(tx, caller, 'delete', id, etag))
        return {}
      }),
  }
}

/** Who may change a branch may not thereby take it from under the eyes of those above, nor show it to others: whose branch it comes under, themselves perhaps, reach its records. */
async function assertMayMove(tx: Tx, caller: Caller, { id, parentId }: Branch): Promise<void> {
  assertReaches(caller, 'employees', 'change', { branchId: parentId })
  if (parentId !== undefined && !managesRights(caller)) {
    const metadata = { section: 'rights', action: 'manage' }
    throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', 'you need the right rights: manage to put a branch under another one: rights by branch reach what lies below', metadata)
  }
  await lockTree(tx)
  if (parentId === undefined || !(await isBelow(tx, id, parentId))) return
  throw invalid([{ field: 'parentId', rule: 'reference', description: 'that branch lies below this one' }])
}
