import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBlocker } from '@tanstack/react-router'
import { errorText } from '../api/error-text.ts'
import { number } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { runBulk, type Change, type Outcome } from './run-bulk.ts'

export type BulkJob<T> = {
  title: string
  rows: readonly T[]
  act: (row: T) => Promise<Change<T>>
  /** Takes one back that was done. */
  undo?: (change: Change<T>) => Promise<unknown>
}

type Props<T> = { job: BulkJob<T>; nameOf: (row: T) => string; onDone: (done: readonly T[]) => void; onClose: () => void }

const MOST_SHOWN = 200

/** A change of many records under way, and then what came of it: how many are done, which failed and why. */
export function BulkRun<T extends { id: string }>({ job, nameOf, onDone, onClose }: Props<T>) {
  const { t } = useTranslation()
  const [current, setCurrent] = useState(job)
  const [outcome, setOutcome] = useState<Outcome<T>>({ done: [], failed: [] })
  // Done before the failed ones were tried again: they can be taken back, too.
  const [earlier, setEarlier] = useState<Outcome<T>['done']>([])
  const [running, setRunning] = useState(true)
  const stop = useRef<AbortController>(undefined)
  useBlocker({ shouldBlockFn: () => running && !confirm(t('bulk.leave')), enableBeforeUnload: running })
  useEffect(() => {
    const ending = new AbortController()
    stop.current = ending
    setRunning(true)
    setOutcome({ done: [], failed: [] })
    void runBulk(current.rows, current.act, { signal: ending.signal, onProgress: setOutcome }).then(({ done }) => {
      setRunning(false)
      onDone(done.map(({ before }) => before))
    })
    return () => ending.abort()
    // A job runs once; what is given anew by a render is the same.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [current])
  const { done, failed } = outcome
  const undo = current.undo
  const all = [...earlier, ...done]
  const again = (): void => {
    setEarlier(all)
    setCurrent({ ...current, rows: failed.map(({ row }) => row) })
  }
  const takeBack = (): void => {
    const changes = new Map(all.map((one) => [one.before.id, one]))
    setEarlier([])
    setCurrent({ title: t('bulk.undoing'), rows: all.map((one) => one.before), act: async (row) => (await undo!(changes.get(row.id)!), { before: row, after: row }) })
  }
  return (
    <Dialog onClose={onClose} leavable={!running} title={current.title} size={560}>
      <progress className="progress-bar" aria-label={current.title} max={current.rows.length} value={done.length + failed.length} />
      <p className="num" role="status">
        {t(running ? 'bulk.running' : 'bulk.ended', { done: number(done.length), of: number(current.rows.length) })}
        {failed.length > 0 ? ` ${t('bulk.failed', { count: failed.length, shown: number(failed.length) })}` : ''}
      </p>
      {failed.length > 0 ? (
        <ul className="bulk-failed scroll" tabIndex={0} aria-label={t('bulk.failedList')}>
          {failed.slice(0, MOST_SHOWN).map(({ row, error }) => (
            <li key={row.id}><span className="strong">{nameOf(row)}</span> <span className="soft">{errorText(error)}</span></li>
          ))}
        </ul>
      ) : null}
      <div className="form-foot">
        {running ? <Button size="lg" onClick={() => stop.current?.abort()}>{t('bulk.stop')}</Button> : null}
        {!running && undo && all.length > 0 ? <Button size="lg" onClick={takeBack}>{t('bulk.undo')}</Button> : null}
        {!running && failed.length > 0 ? <Button size="lg" onClick={again}>{t('bulk.again')}</Button> : null}
        <span className="grow" />
        <Button size="lg" tone="primary" disabled={running} onClick={onClose}>{t('ui.close')}</Button>
      </div>
    </Dialog>
  )
}
