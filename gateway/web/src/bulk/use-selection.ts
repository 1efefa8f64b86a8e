import { useCallback, useEffect, useState } from 'react'

export type Selection<T> = {
  rows: readonly T[]
  has: (id: string) => boolean
  toggle: (row: T) => void
  /** Ticks or unticks several. */
  set: (rows: readonly T[], on: boolean) => void
  clear: () => void
}

/** Rows that are ticked in a list. Those of another list, `list` says which, are forgotten. */
export function useSelection<T extends { id: string }>(list: string): Selection<T> {
  const [chosen, setChosen] = useState<ReadonlyMap<string, T>>(new Map())
  useEffect(() => setChosen(new Map()), [list])
  const set = useCallback((rows: readonly T[], on: boolean) => {
    setChosen((before) => {
      const next = new Map(before)
      for (const row of rows) if (on) next.set(row.id, row)
      else next.delete(row.id)
      return next
    })
  }, [])
  return {
    rows: [...chosen.values()],
    has: (id) => chosen.has(id),
    toggle: (row) => set([row], !chosen.has(row.id)),
    set,
    clear: () => setChosen(new Map()),
  }
}
