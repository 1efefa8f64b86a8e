import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useCan } from '../api/me.ts'
import { useNames } from '../api/directory.ts'
import { useQueueTitle } from '../api/queues.ts'
import type { TimelineEntry } from '../api/types.ts'
import { dateTime, time } from '../lib/format.ts'
import { Icon } from '../ui/icon.tsx'
import { LinkedText } from '../ui/linked-text.tsx'
import { tell } from './timeline-words.ts'

const target: Record<string, '/opportunities' | '/requests' | '/calls' | '/interactions'> = { interactions: '/interactions', opportunities: '/opportunities', requests: '/requests', calls: '/calls' }

const UndoDialog = lazy(() => import('../duplicates/undo-dialog.tsx'))

const UNDO_DAYS = 30
const isRecent = (time: string | undefined) => time !== undefined && Date.now() - new Date(time).getTime() < UNDO_DAYS * 86_400_000

export function TimelineItem({ entry }: { entry: TimelineEntry }) {
  const { t } = useTranslation()
  const names = useNames()
  const can = useCan()
  const [undoing, setUndoing] = useState(false)
  const told = tell(entry, t, useQueueTitle())
  const to = entry.recordId ? target[entry.section] : undefined
  const author = [names.person(entry.actorId), told.more].filter(Boolean).join(' · ')
  return (
    <li className="tl">
      <span className={`tli ${told.tone}`}>
        <Icon of={told.icon} size={14} />
      </span>
      <div className="grow">
        <div className="row">
          {entry.section === 'relations' && entry.recordId ? (
            <Link className="medium cut grow" to="/counterparties/$id" params={{ id: entry.recordId }} title={told.title}>{told.title}</Link>
          ) : to ? (
            <Link className="medium cut grow" to={to} search={{ open: entry.recordId } as never} title={told.title}>{told.title}</Link>
          ) : (
            <span className="medium cut grow" title={told.title}>{told.title}</span>
          )}
          <time className="meta num" dateTime={entry.time} title={entry.time ? dateTime(entry.time) : undefined}>{entry.time ? time(entry.time) : ''}</time>
        </div>
        {told.text ? <div className="tlb"><LinkedText text={told.text} /></div> : null}
        {entry.kind === 'counterparty-merged' && !entry.data['undone'] && can('counterparties', 'delete') && isRecent(entry.time) ? <button type="button" className="link meta" onClick={() => setUndoing(true)}>{t('duplicates.undo')}</button> : null}
        {entry.data['undone'] ? <div className="meta">{t('duplicates.undone')}</div> : null}
        {undoing ? <Suspense fallback={null}><UndoDialog mergeId={entry.data['mergeId']!} onClose={() => setUndoing(false)} /></Suspense> : null}
        {author ? <div className="meta">{author}</div> : null}
      </div>
    </li>
  )
}
