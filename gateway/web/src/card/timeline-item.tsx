import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useNames } from '../api/directory.ts'
import { useQueueTitle } from '../api/queues.ts'
import type { TimelineEntry } from '../api/types.ts'
import { dateTime, time } from '../lib/format.ts'
import { Icon } from '../ui/icon.tsx'
import { tell } from './timeline-words.ts'

const target: Record<string, '/opportunities' | '/requests' | '/calls' | '/interactions'> = { interactions: '/interactions', opportunities: '/opportunities', requests: '/requests', calls: '/calls' }

export function TimelineItem({ entry }: { entry: TimelineEntry }) {
  const { t } = useTranslation()
  const names = useNames()
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
          {to ? (
            <Link className="medium cut grow" to={to} search={{ open: entry.recordId } as never} title={told.title}>{told.title}</Link>
          ) : (
            <span className="medium cut grow" title={told.title}>{told.title}</span>
          )}
          <time className="meta num" dateTime={entry.time} title={entry.time ? dateTime(entry.time) : undefined}>{entry.time ? time(entry.time) : ''}</time>
        </div>
        {told.text ? <div className="tlb">{told.text}</div> : null}
        {author ? <div className="meta">{author}</div> : null}
      </div>
    </li>
  )
}
