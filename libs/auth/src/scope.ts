import { AppError } from '@vitrylo/errors'
import { sql, type Sql } from '@vitrylo/pg'
import type { Caller } from './caller.ts'
import { covers, sharedActions, type Area, type Part, type Place } from './reach.ts'

/** `record`: the id by which records of the section are shared; left out where a record of another service is judged. */
export type ScopeColumns = { branch: Sql; owner: Sql; record?: Sql }

/** A single record that somebody was let in to: `holder` is a group, or the id of an employee. */
export type Share = { holder: string; action: string; until?: number }

/** Whether the caller has the right at all, however far it reaches. */
export const may = (caller: Caller, section: string, action: string): boolean => caller.reach(section, action) !== undefined

/**
 * The records that a right reaches, as a boolean SQL expression. It stands in every statement on such records, so that
 * what a caller may not see does not exist for them. Without the right it is `false`.
 */
export function scopeOf(caller: Caller, section: string, action: string, columns: ScopeColumns): Sql {
  const reach = caller.reach(section, action)
  if (reach === undefined) return sql`false`
  if (reach.all) return sql`true`
  const some = anyOf(reach.parts.map((part) => partIn(part, caller.now(), section, action, columns)))
  return reach.deny === undefined ? some : sql`(${some} and ${outside(reach.deny, columns)})`
}

function partIn({ allow, sharedWith, deny }: Part, now: number, section: string, action: string, columns: ScopeColumns): Sql {
  const ways = areaIn(allow, columns)
  if (sharedWith.length > 0 && columns.record !== undefined) {
    // An array that is read once, so that the planner can join it with the indexes of branch and owner.
    ways.push(sql`${columns.record} = any(array(select s.record_id from record_share s where s.section = ${section}
      and s.holder = any(${sharedWith}::text[]) and s.action = any(${sharedActions(action)}::text[])
      and (s.until_at is null or s.until_at > ${new Date(now)})))`)
  }
  const inside = anyOf(ways)
  return deny === undefined ? inside : sql`(${inside} and ${outside(deny, columns)})`
}

function areaIn({ all, branchIds, ownerIds }: Area, { branch, owner }: ScopeColumns): Sql[] {
  if (all) return [sql`true`]
  const ways: Sql[] = []
  if (branchIds.size > 0) ways.push(sql`${branch} = any(${listOf(branchIds)}::uuid[])`)
  if (ownerIds.size > 0) ways.push(sql`${owner} = any(${listOf(ownerIds)}::uuid[])`)
  return ways
}

// Sets live as long as the reach they belong to: a department is not listed anew for every statement.
const lists = new WeakMap<ReadonlySet<string>, readonly string[]>()

function listOf(ids: ReadonlySet<string>): readonly string[] {
  let list = lists.get(ids)
  if (list === undefined) lists.set(ids, (list = [...ids]))
  return list
}

// A record without branch or owner is reached by no denial of them: null must not hide it.
const outside = (area: Area, columns: ScopeColumns): Sql => sql`${anyOf(areaIn(area, columns))} is not true`

function anyOf(ways: readonly Sql[]): Sql {
  if (ways.length === 0) return sql`false`
  return ways.length === 1 ? ways[0]! : sql`(${sql.join(ways, ' or ')})`
}

/** What a command answers whose right does not reach a record that the caller sees: it is no secret to them that there is one. `deed`: what was asked for, where it is more than the action. */
export const viewOnly = (section: string, action: string, id: string, deed = action): AppError =>
  new AppError(
    'PERMISSION_DENIED',
    'RECORD_VIEW_ONLY',
    `you see this record, but your right ${section}: ${action} does not reach it; ask who answers for it, or who let you in`,
    { section, action, id, deed },
  )

/** The same decision for one record at hand; `shares` are those of the record. */
export function sees(caller: Caller, section: string, record: Place & { shares?: readonly Share[] }, action = 'view'): boolean {
  const reach = caller.reach(section, action)
  if (reach === undefined) return false
  if (reach.all) return true
  if (reach.deny !== undefined && covers(reach.deny, record)) return false
  return reach.parts.some(
    ({ allow, sharedWith, deny }) =>
      (covers(allow, record) || isShared(record.shares, sharedWith, action, caller.now())) && (deny === undefined || !covers(deny, record)),
  )
}

export const isShared = (shares: readonly Share[] | undefined, holders: readonly string[], action: string, now: number): boolean =>
  shares?.some((share) => isGiven(share, holders, action, now)) === true

export const isGiven = (share: Share, holders: readonly string[], action: string, now: number): boolean =>
  holders.includes(share.holder) && sharedActions(action).includes(share.action) && (share.until === undefined || share.until > now)

/**
 * Refuses to put a record where the caller may not: a new one, or one that changes branch or owner. Of the latter also
 * the place where it was is named: whom a share let in to it changes it where it is and does not make it theirs.
 */
export function assertReaches(caller: Caller, section: string, action: string, ...places: readonly Place[]): void {
  if (places.every((place) => sees(caller, section, place, action))) return
  throw new AppError(
    'PERMISSION_DENIED',
    'SCOPE_EXCEEDED',
    'your right does not reach this branch or owner; choose your own',
    { section, action },
  )
}
