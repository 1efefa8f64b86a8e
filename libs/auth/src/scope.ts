import { AppError } from '@vitrylo/errors'
import { sql, type Sql } from '@vitrylo/pg'
import type { Caller } from './rights.ts'

export type ScopeColumns = { branch: Sql; owner: Sql }

/** Whether the caller has the right at all, however far it reaches. */
export const may = (caller: Caller, section: string, action: string): boolean => caller.reach(section, action) !== undefined

/**
 * The records that a right reaches, as a boolean SQL expression. It stands in every statement on such records, so that
 * what a caller may not see does not exist for them. Without the right it is `false`.
 */
export function scopeOf(caller: Caller, section: string, action: string, { branch, owner }: ScopeColumns): Sql {
  const reach = caller.reach(section, action)
  if (reach === undefined) return sql`false`
  if (reach.all) return sql`true`
  const owned = sql`${owner} = any(${reach.ownerIds}::uuid[])`
  return reach.branchIds.length === 0 ? owned : sql`(${branch} = any(${reach.branchIds}::uuid[]) or ${owned})`
}

/** The same decision for one record whose branch and owner are at hand. */
export function sees(caller: Caller, section: string, record: { branchId?: string; ownerId?: string }, action = 'view'): boolean {
  const reach = caller.reach(section, action)
  if (reach === undefined) return false
  if (reach.all) return true
  const { branchId, ownerId } = record
  return (
    (branchId !== undefined && reach.branchIds.includes(branchId)) ||
    (ownerId !== undefined && reach.ownerIds.includes(ownerId))
  )
}

/** Refuses to put a record where the caller may not: a new one, or one that changes branch or owner. */
export function assertReaches(caller: Caller, section: string, action: string, record: { branchId?: string; ownerId?: string }): void {
  if (sees(caller, section, record, action)) return
  throw new AppError(
    'PERMISSION_DENIED',
    'SCOPE_EXCEEDED',
    'your right does not reach this branch or owner; choose your own',
    { section, action },
  )
}
