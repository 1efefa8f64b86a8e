import { areaOf, type Area, type Caller, type RightsData } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import type { Employee } from '@vitrylo/proto/vitrylo/directory/v1/employee.ts'
import { allows, cellsOf, isInside, isSameRight, managesRights } from '../integration/assert-may-give.ts'

const BY_PLACE = new Set<string | null>(['department', 'branch'])

/**
 * Branch and department say how far many rights reach. Without managing rights nobody is moved to where theirs reach records that they do not
 * reach now and the caller does not either, and nobody takes a colleague into their own department to reach what that one owns.
 */
export async function assertMayMove(tx: Tx, caller: Caller, data: RightsData, before: Employee, next: Employee): Promise<void> {
  if ((next.branchId === before.branchId && next.departmentId === before.departmentId) || managesRights(caller)) return
  const { cells, own, ownFor } = await cellsOf(tx, caller, [...next.groups, next.id])
  const me = caller.employeeId === undefined ? undefined : data.employees.get(caller.employeeId)
  const beyond = cells.filter(allows).find((cell) => {
    const same = cells.filter(isSameRight(cell))
    // What they are denied by their place they may be denied no more: then it does not count what they had.
    const had = same.some(({ denyScope }) => BY_PLACE.has(denyScope)) ? [] : same.filter(allows).filter((one) => one === cell || !one.bound)
    return !isInside(data, areaOf(data, placeOf(next), [cell]), joined(areaOf(data, placeOf(before), had), areaOf(data, me, ownFor(cell))))
  })
  if (beyond !== undefined) throw exceeds(beyond, 'there this employee’s right reaches more than it does now, and than yours')
  if (me === undefined || next.departmentId === before.departmentId || (me.departmentId ?? undefined) !== next.departmentId) return
  const theirs = { all: false, branchIds: new Set<string>(), ownerIds: new Set([next.id]) }
  const gained = own.find((cell) => cell.scope === 'department' && !isInside(data, theirs, areaOf(data, me, ownFor(cell))))
  if (gained !== undefined) throw exceeds(gained, 'in your department your right would reach what this employee owns, which it does not now', { deed: 'mine' })
}

const placeOf = ({ id, branchId, departmentId }: Employee) => ({ id, branchId, departmentId: departmentId ?? null })

const joined = (one: Area, other: Area): Area =>
  ({ all: one.all || other.all, branchIds: new Set([...one.branchIds, ...other.branchIds]), ownerIds: new Set([...one.ownerIds, ...other.ownerIds]) })

const exceeds = ({ section, action }: { section: string; action: string }, why: string, more: Record<string, string> = {}) =>
  new AppError('PERMISSION_DENIED', 'MOVE_EXCEEDS', `${section}: ${action}: ${why}; let somebody who manages rights move them, or a program with the scope rights:manage`, { section, action, ...more })
