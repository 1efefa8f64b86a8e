import type { Grant, GrantCell, Section } from '../api/types.ts'

export type Action = GrantCell['action']
export type Scope = GrantCell['scope']
/** "section action" -> scope; a cell without a scope gives nothing. */
export type Matrix = Record<string, Scope>
/** Cells that were changed here; what stands elsewhere in the matrix is nobody's business here. */
export type Draft = Record<string, Scope | undefined>
/** A list of rules as it was when somebody began to change it, and as they want it. */
export type ChangedList<T> = { before: T[]; now: T[] }

export const actions = ['view', 'create', 'change', 'delete', 'export', 'manage'] as const
export const scopes = ['own', 'department', 'branch', 'all'] as const

export const cellKey = (section: string, action: string) => `${section} ${action}`

/** Rules with a time or with a denial of some records only; the rest makes the matrix. */
export const specialOf = (grants: Grant[]): GrantCell[] =>
  grants
    .filter((grant) => !isPlain(grant))
    .map(({ section, action, scope, denyScope, fromTime, untilTime }) => ({ section, action, scope, denyScope, fromTime, untilTime }) as GrantCell)

const isPlain = ({ denyScope, fromTime, untilTime }: Grant): boolean => !denyScope && !fromTime && !untilTime

export const matrixOf = (grants: Grant[]): Matrix =>
  Object.fromEntries(grants.filter(isPlain).map((grant) => [cellKey(grant.section, grant.action), grant.scope as Scope]))

export function cellsOf(matrix: Matrix): GrantCell[] {
  return Object.entries(matrix).map(([key, scope]) => {
    const [section, action] = key.split(' ') as [string, Action]
    return { section, action, scope }
  })
}

/** The matrix with what was changed here: whatever others saved meanwhile stays. */
export const onMatrix = (saved: Matrix, draft: Draft): Matrix =>
  Object.fromEntries(Object.entries({ ...saved, ...draft }).filter((cell): cell is [string, Scope] => cell[1] !== undefined))

/** The same of a list: what was taken out and put in here is done to what stands there now. */
export function onList<T>(saved: T[], changed: ChangedList<T> | undefined): T[] {
  if (changed === undefined) return saved
  const lacks = (list: T[]) => (one: T) => !list.some((other) => JSON.stringify(other) === JSON.stringify(one))
  const [removed, added] = [changed.before.filter(lacks(changed.now)), changed.now.filter(lacks(changed.before))]
  return [...saved.filter(lacks(removed)), ...added.filter(lacks(saved))]
}

/** Cells that differ between what is saved and what is on the screen. */
export const changedCells = (saved: Matrix, now: Matrix) =>
  [...new Set([...Object.keys(saved), ...Object.keys(now)])].filter((key) => saved[key] !== now[key])

/** Sections by area, in the order that the server gives. */
export function areasOf(sections: Section[]): [string, Section[]][] {
  const areas = new Map<string, Section[]>()
  for (const section of sections) if (section.name) areas.set(section.area, [...(areas.get(section.area) ?? []), section])
  return [...areas]
}

/** The next scope when a cell is pressed: none, own, department, branch, all, deny, none. */
export function nextScope(scope: Scope | undefined): Scope | undefined {
  const order: (Scope | undefined)[] = [undefined, 'own', 'department', 'branch', 'all', 'deny']
  return order[(order.indexOf(scope) + 1) % order.length]
}
