import type { MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useNames } from '../api/directory.ts'
import type { Request } from '../api/types.ts'
import { dateTime, when } from '../lib/format.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { SelectBox } from '../ui/select-box.tsx'
import { Status } from '../ui/status.tsx'
import { Deadline } from './deadline.tsx'
import { iconOf, reasonShort, senderOf, subjectOf } from './words.ts'

type Props = { request: Request; open: boolean; onOpen: () => void; /** Absent where nothing can be done with many. */ tick?: { on: boolean; onChange: (on: boolean, event: MouseEvent) => void } | undefined }

/** A request in three lines: subject and time, sender and clock, owner and the reason. */
export function RequestItem({ request, open, onOpen, tick }: Props) {
  const { t } = useTranslation()
  const names = useNames()
  const owner = names.person(request.ownerId) ?? '—'
  const subject = subjectOf(request, t)
  const from = senderOf(request) || t('requests.unknownSender')
  return (
    <li className={`rq-line ${tick?.on ? 'ticked' : ''}`}>
      {tick ? <span className="rq-tick"><SelectBox label={`${request.number} ${subject}`} checked={tick.on} onChange={tick.onChange} /></span> : null}
      <button type="button" className={`rq ${open ? 'on' : ''} ${request.state === 'new' ? 'new' : ''}`} aria-current={open ? 'true' : undefined} onClick={onOpen}>
        <span className="rqi"><Icon of={iconOf(request)} /></span>
        <span className="grow rq-lines">
          <span className="row">
            <span className="cut grow rqs" title={subject}>{subject}</span>
            {request.state === 'new' ? <span className="vh">{t('words.requestState.new')}</span> : null}
            <span className="meta num" title={request.receiveTime ? dateTime(request.receiveTime) : undefined}>{when(request.receiveTime)}</span>
          </span>
          <span className="row">
            <span className="cut grow soft rq-from">{from}</span>
            <span className="sla">{request.state === 'closed' ? <Status tone="good">{t('words.requestState.closed')}</Status> : <Deadline due={request.dueTime} />}</span>
          </span>
          <span className="row meta rqw">
            <Avatar name={owner} me={request.ownerId === names.meId} />
            <span className="cut">{[owner, reasonShort(request, t)].filter(Boolean).join(' · ')}</span>
          </span>
        </span>
      </button>
    </li>
  )
}
