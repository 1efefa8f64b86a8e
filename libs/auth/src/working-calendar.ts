/** A stretch of work, in minutes since midnight on the wall. */
export type Shift = { from: number; until: number }

/** When a branch works. */
export type WorkingCalendar = {
  timeZone: string
  /** Monday first; a day without shifts is free. */
  week: readonly (readonly Shift[])[]
  /** `2026-12-25` -> its shifts instead of the week's. */
  exceptions: ReadonlyMap<string, readonly Shift[]>
}

/** The same as it is stored. */
export type StoredCalendar = { timeZone: string; week: Shift[][]; exceptions: { date: string; shifts: Shift[] }[] }

export const calendarFrom = ({ timeZone, week, exceptions }: StoredCalendar): WorkingCalendar => ({ timeZone, week, exceptions: new Map(exceptions.map(({ date, shifts }) => [date, shifts])) })

type Node = { id: string; parentId: string | null }

/** Branch -> its calendar, or that of the nearest branch above that has one. */
export const calendarsOf = (branches: readonly (Node & { calendar?: StoredCalendar | null })[]): Map<string, WorkingCalendar> =>
  inherited(branches, ({ calendar }) => (calendar ? calendarFrom(calendar) : undefined))

/** Branch -> what it has, or what the nearest branch above has; only where there is something. */
export function inherited<N extends Node, T>(branches: readonly N[], ownOf: (branch: N) => T | undefined): Map<string, T> {
  const own = new Map<string, T>()
  for (const branch of branches) {
    const value = ownOf(branch)
    if (value !== undefined) own.set(branch.id, value)
  }
  const parents = new Map(branches.map(({ id, parentId }) => [id, parentId]))
  const found = new Map<string, T>()
  if (own.size === 0) return found
  for (const { id } of branches) {
    // A branch cannot lie below itself; a copy that is between two events might say so.
    const seen = new Set<string>()
    for (let at: string | null | undefined = id; at && !seen.has(at); at = parents.get(at)) {
      seen.add(at)
      const value = own.get(at)
      if (value === undefined) continue
      found.set(id, value)
      break
    }
  }
  return found
}
