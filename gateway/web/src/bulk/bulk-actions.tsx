import { useState, type ReactNode } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { TablerIcon } from '@tabler/icons-react'
import { BulkBar } from './bulk-bar.tsx'
import { BulkRun, type BulkJob } from './bulk-run.tsx'
import { useAllRows } from './use-all-rows.ts'
import type { Selection } from './use-selection.ts'

export type AskProps<T> = { rows: readonly T[]; onClose: () => void; onBegin: (work: Omit<BulkJob<T>, 'rows'>) => void }

/** One thing that can be done with many; what it needs to know is asked first. */
export type BulkAction<T> = { label: string; icon: TablerIcon; combo?: string; bad?: boolean; ask: (props: AskProps<T>) => ReactNode }

type Props<T> = {
  /** Of the list, and of the field with its rows in the answer. */
  path: string
  plural: string
  query: { filter: string; orderBy: string }
  /** Not all rows of the list are loaded. */
  more: boolean
  selection: Selection<T>
  nameOf: (row: T) => string
  actions: BulkAction<T>[]
}

/** The bar over a list with ticked rows, the questions of its actions, and the work itself. */
export function BulkActions<T extends { id: string }>({ path, plural, query, more, selection, nameOf, actions }: Props<T>) {
  const client = useQueryClient()
  const [asked, setAsked] = useState<BulkAction<T>>()
  const [job, setJob] = useState<BulkJob<T>>()
  const all = useAllRows<T>(path, plural, query, (rows) => selection.set(rows, true))
  const begin = (work: Omit<BulkJob<T>, 'rows'>): void => {
    setJob({ ...work, rows: selection.rows })
    setAsked(undefined)
  }
  return (
    <>
      <BulkBar count={selection.rows.length} onClear={selection.clear} onAll={more ? all.load : undefined} busy={all.busy} commands={actions.map((action) => ({ ...action, run: () => setAsked(action) }))} />
      {asked?.ask({ rows: selection.rows, onClose: () => setAsked(undefined), onBegin: begin })}
      {job ? (
        <BulkRun
          job={job}
          nameOf={nameOf}
          onDone={(done) => { selection.set(done, false); void client.invalidateQueries({ queryKey: [path] }) }}
          onClose={() => setJob(undefined)}
        />
      ) : null}
    </>
  )
}
