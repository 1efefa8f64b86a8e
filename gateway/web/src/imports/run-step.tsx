import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation, useQuery } from '@tanstack/react-query'
import { IconDownload } from '@tabler/icons-react'
import { get, post } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import type { Import } from '../api/types.ts'
import { dateTime, number } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Question } from '../ui/question.tsx'
import { Status, type Tone } from '../ui/status.tsx'
import { ConflictList } from './conflict-list.tsx'
import { isInFile, mayOverwrite, usualKeys } from './keys.ts'
import { rulesOf } from './rules-fields.tsx'
import { useImportWords } from './use-import-words.ts'

type Props = { path: string; record: Import; onChange: (record: Import) => void; /** To the columns. */ onBack: () => void; onClose: () => void }
type Refused = { line: string; column: string; field: string; rule: string; description: string; value: string }

function Errors({ path, record }: { path: string; record: Import }) {
  const { t } = useTranslation()
  const { reasonText } = useImportWords(record.kind)
  const { data } = useQuery({
    queryKey: [path, record.id, 'errors', record.failed],
    queryFn: ({ signal }) => get<{ errors: Refused[] }>(`${path}/${record.id}/errors`, { pageSize: 50 }, signal),
    enabled: Number(record.failed) > 0 && record.state !== 'running',
  })
  if (Number(record.failed) === 0) return null
  return (
    <div className="im-errors">
      <div className="row">
        <h3 className="grow">{t('imports.refused', { count: Number(record.failed) })}</h3>
        <a className="btn btn-sm" href={`/api/v1/${path}/${record.id}:errorFile`} download><Icon of={IconDownload} size={14} />{t('imports.errorFile')}</a>
      </div>
      <div className="im-map scroll">
        <table className="mini">
          <thead><tr><th scope="col" className="im-line">{t('imports.line')}</th><th scope="col">{t('imports.column')}</th><th scope="col">{t('imports.reason')}</th><th scope="col">{t('imports.value')}</th></tr></thead>
          <tbody>
            {(data?.errors ?? []).map((one, at) => <tr key={at}><td className="num">{one.line}</td><td>{one.column}</td><td title={one.description}>{reasonText(one)}</td><td className="soft" title={one.value}>{one.value}</td></tr>)}
          </tbody>
        </table>
      </div>
    </div>
  )
}

/** Whether a row can be known at all; a file that knows no keys is known by what it is. */
const hasKey = ({ keys, rules, mapping, defaults }: Import): boolean =>
  keys.length < 2 || usualKeys(rules?.keys).some((key) => isInFile(key, [...mapping.map(({ field }) => field), ...Object.keys(defaults)]))

/** Nothing came of it: it may be run anew by other columns. */
const savedNone = ({ created, updated }: Import): boolean => Number(created) === 0 && Number(updated) === 0

/** The check knew no row, though the rules name a key that the file has: rather the wrong key than all new. */
const knewNone = (record: Import): boolean =>
  record.keys.length > 1 && hasKey(record) && Number(record.created) > 0 && Number(record.updated) === 0 && Number(record.skipped) === 0

const TONES: Record<string, Tone> = { running: 'info', undoing: 'info', paused: 'warn', done: 'good', failed: 'bad' }

/** How far it is, what came in and what was refused; after a dry run the real one. */
export function RunStep({ path, record, onChange, onBack, onClose }: Props) {
  const { t } = useTranslation()
  const again = useMutation({
    mutationFn: (verb: 'run' | 'cancel' | 'pause' | 'resume' | 'undo') => post<Import>(`${path}/${record.id}:${verb}`, verb === 'run' ? { dryRun: false } : {}),
    onSuccess: onChange,
  })
  const [asking, setAsking] = useState(false)
  const rules = rulesOf(record.rules)
  const running = record.state === 'running'
  const undoing = record.state === 'undoing'
  const isOver = !running && !undoing && record.state !== 'paused'
  const mayUndo = !running && !undoing && record.undoExpireTime != null
  const share = Number(record.totalBytes) > 0 ? Number(record.readBytes) / Number(record.totalBytes) : 0
  const tone = TONES[record.state] ?? 'neutral'
  const figures = [['rows', record.rows], [record.dryRun ? 'wouldCreate' : 'created', record.created], [record.dryRun ? 'wouldUpdate' : 'updated', record.updated], ...(Number(record.skipped) > 0 ? [['skipped', record.skipped]] as const : []), ['failed', record.failed], ...(undoing || record.state === 'undone' ? [['undone', record.undone], ['kept', record.kept]] as const : [])] as const
  return (
    <div className="im-form">
      <div className="row" role="status"><Status tone={tone}>{t(`imports.state.${record.state}`)}</Status>{record.dryRun ? <span className="tag">{t('imports.dryRunTag')}</span> : null}<span className="grow" /><span className="num">{t('ui.percent', { value: Math.round((running || record.state === 'paused' ? share : 1) * 100) })}</span></div>
      <progress className="progress-bar" aria-label={t('imports.progress')} max={1} value={running || record.state === 'paused' ? share : 1} />
      <dl className="fn-figures im-figures">{figures.map(([name, value]) => <div key={name}><dt>{t(`imports.${name}`)}</dt><dd className="num">{number(value)}</dd></div>)}</dl>
      {record.failure ? <p className="form-error" role="alert" title={record.failure}>{t(record.failure.startsWith('the right ') ? 'imports.withdrawn' : 'imports.fault')}</p> : null}
      {again.error ? <p className="form-error" role="alert">{errorText(again.error)}</p> : null}
      {record.dryRun && !hasKey(record) ? <p className="warn" role="status">{t('imports.noKey')}</p> : null}
      {record.dryRun && knewNone(record) ? <p className="warn" role="status">{t('imports.knewNone', { keys: usualKeys(record.rules?.keys).map((key) => t(`imports.key.${key.replace('+', '_')}`)).join(', ') })}</p> : null}
      {record.dryRun && Number(record.updated) > 0 && mayOverwrite(rules) ? <p className="warn" role="status">{t('imports.mayOverwrite')}</p> : null}
      {Number(record.skipped) > 0 && rules.known === 'skip' && rules.unknown === 'create' ? <p className="meta">{t('imports.skippedHint')}</p> : null}
      <Errors path={path} record={record} />
      <ConflictList path={path} record={record} />
      {asking ? (
        <Question
          tone="bad" title={t('imports.undoTitle')} text={t('imports.undoText', { created: number(record.created), updated: number(record.updated) })} submit={t('imports.undo')} back={t('imports.undoNot')}
          onBack={() => setAsking(false)} onSubmit={() => { setAsking(false); again.mutate('undo') }}
        />
      ) : null}
      <div className="form-foot">
        {isOver && (record.dryRun || savedNone(record)) ? <Button size="lg" onClick={onBack}>{t('imports.back')}</Button> : null}
        <span className="grow" />
        {mayUndo ? <Button tone="bad-quiet" size="lg" busy={again.isPending} onClick={() => setAsking(true)} title={t('imports.undoUntil', { until: dateTime(record.undoExpireTime!) })}>{t('imports.undo')}</Button> : null}
        {running || record.state === 'paused' ? <Button size="lg" busy={again.isPending} onClick={() => again.mutate('cancel')}>{t('imports.stop')}</Button> : null}
        {running ? <Button size="lg" busy={again.isPending} onClick={() => again.mutate('pause')}>{t('imports.pause')}</Button> : null}
        {record.state === 'paused' ? <Button tone="primary" size="lg" busy={again.isPending} onClick={() => again.mutate('resume')}>{t('imports.resume')}</Button> : null}
        {isOver && record.dryRun ? <Button tone="primary" size="lg" busy={again.isPending} onClick={() => again.mutate('run')}>{t('imports.run')}</Button> : null}
        {isOver && !record.dryRun ? <Button tone="primary" size="lg" onClick={onClose}>{t('ui.done')}</Button> : null}
      </div>
    </div>
  )
}
