import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { IconArrowLeft, IconBriefcase, IconCheck, IconPencil, IconPhone, IconTicket, IconUserPlus } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { useCan, useCanWith } from '../api/me.ts'
import { useQueueTitle } from '../api/queues.ts'
import { useRecord, useRecords } from '../api/records.ts'
import type { Request } from '../api/types.ts'
import { dateTime, phone } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { AccessNote } from '../ui/access-note.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { LinkedText } from '../ui/linked-text.tsx'
import { PartError } from '../ui/part-error.tsx'
import { HistoryButton } from '../ui/history-button.tsx'
import { ShareButton } from '../ui/share-button.tsx'
import { Status } from '../ui/status.tsx'
import { AssignDialog } from './assign-dialog.tsx'
import { CloseDialog } from './close-dialog.tsx'
import { RequestContext, type RequestDialog } from './request-context.tsx'
import { useRequestActions } from './use-request-actions.ts'
import { iconOf, stateTone, subjectOf } from './words.ts'

const RequestForm = lazy(() => import('./request-form.tsx'))
const PartyForm = lazy(() => import('../parties/party-form.tsx'))

type Props = { id: string; /** False while others are ticked: the keys are theirs. */ keys?: boolean; onClose: () => void }

function Actions({ request, keys, dialog, onDialog }: { request: Request; keys: boolean; dialog: RequestDialog; onDialog: (name: RequestDialog) => void }) {
  const { t } = useTranslation()
  const can = useCan()
  const { meId } = useNames()
  const actions = useRequestActions(request)
  const closed = request.state === 'closed'
  const mayChange = useCanWith('requests', request)('change')
  // What somebody else works on is theirs until they are relieved of it.
  const mayTake = mayChange && (request.state === 'new' || (!closed && request.ownerId === meId && request.state !== 'in-progress'))
  // It is told to the request, too.
  const maySell = mayChange && can('opportunities', 'create') && !request.opportunityId
  useKeys(
    [
      { combo: 'a', label: 'keys.take', command: true, run: () => (mayTake ? actions.take() : false) },
      { combo: 't', label: 'keys.assign', command: true, run: () => onDialog('assign') },
      { combo: 'e', label: 'keys.closeRequest', command: true, run: () => (closed ? false : onDialog('close')) },
      { combo: 'o', label: 'keys.makeOpportunity', command: true, run: () => (maySell ? actions.makeOpportunity() : false) },
    ],
    mayChange && keys,
  )
  return (
    <div className="row rd-actions">
      {mayTake ? <Button size="sm" icon={IconUserPlus} combo="a" busy={actions.busy} onClick={actions.take}>{t('requests.take')}</Button> : null}
      {mayChange && !closed ? <Button size="sm" combo="t" onClick={() => onDialog('assign')}>{t('requests.assign')}</Button> : null}
      {maySell ? <Button size="sm" icon={IconBriefcase} combo="o" busy={actions.busy} onClick={actions.makeOpportunity}>{t('requests.makeOpportunity')}</Button> : null}
      {mayChange && !closed ? <Button size="sm" icon={IconCheck} combo="e" onClick={() => onDialog('close')}>{t('requests.close')}</Button> : null}
      {mayChange && closed ? <Button size="sm" busy={actions.busy} onClick={actions.reopen}>{t('requests.reopen')}</Button> : null}
      {dialog === 'assign' ? <AssignDialog request={request} onClose={() => onDialog('')} onAssign={actions.assign} /> : null}
      {dialog === 'close' ? <CloseDialog request={request} onClose={() => onDialog('')} onDone={actions.close} /> : null}
      <Suspense fallback={null}>
        {dialog === 'edit' ? <RequestForm record={request} onClose={() => onDialog('')} onDone={() => onDialog('')} /> : null}
        {dialog === 'party' ? <PartyForm request={request} onClose={() => onDialog('')} onDone={(id) => { onDialog(''); actions.link(id) }} /> : null}
      </Suspense>
    </div>
  )
}

/** Later requests that turned out to be about this one. */
function Repeats({ id }: { id: string }) {
  const { t } = useTranslation()
  const { rows } = useRecords<Request>('requests', 'requests', { filter: `sameAsId="${id}"`, orderBy: 'createTime' })
  return rows.map((one) => (
    <p key={one.id} className="sys"><Icon of={iconOf(one)} size={14} /><Link className="link in-text" to="/requests" search={{ open: one.id }}>{t('requests.again', { number: one.number, time: dateTime(one.receiveTime!) })}</Link></p>
  ))
}

/** The open request: what is asked, what to do, and at the right why it came to its owner. */
export function RequestDetail({ id, keys = true, onClose }: Props) {
  const { t } = useTranslation()
  const queueTitle = useQueueTitle()
  const [dialog, setDialog] = useState<RequestDialog>('')
  const { data: request, error, refetch } = useRecord<Request>('requests', id)
  const mayChange = useCanWith('requests', request)('change')
  useKeys([{ combo: 'Escape', label: 'keys.close', run: onClose }])
  if (error) return <div className="rd pad"><PartError error={error} what={t('requests.one')} onRetry={() => void refetch()} /></div>
  if (!request) return <div className="rd pad" aria-busy="true"><span className="bone" /></div>
  const subject = subjectOf(request, t)
  const facts = [request.number, null, t(`words.requestChannel.${request.channel}`), request.receiveTime ? dateTime(request.receiveTime) : '', request.queue ? t('timeline.queue', { queue: queueTitle(request.queue) }) : ''].filter((one) => one !== '')
  return (
    <article className="rd" aria-label={subject}>
      <header>
        <div className="row rd-head">
          <IconButton className="rd-back" size="touch" icon={IconArrowLeft} label={t('ui.back')} onClick={onClose} />
          <h2 className="cut grow" title={subject}>{subject}</h2>
          <Actions request={request} keys={keys} dialog={dialog} onDialog={setDialog} />
          {mayChange && request.state !== 'closed' ? <IconButton icon={IconPencil} label={t('requests.edit', { number: request.number })} onClick={() => setDialog('edit')} /> : null}
          <HistoryButton section="requests" id={request.id} title={subject} />
          <ShareButton section="requests" id={request.id} title={subject} access={request.access} />
        </div>
        <div className="row meta rd-meta">
          {facts.map((one, at) => (
            <span key={at} className="rd-fact">{one ?? <Status tone={stateTone[request.state]}>{t(`words.requestState.${request.state}`)}</Status>}</span>
          ))}
        </div>
        <AccessNote section="requests" access={request.access} />
      </header>
      <div className="rdb">
        <div className="conv scroll">
          {request.text ? <p className="rd-text"><LinkedText text={request.text} /></p> : <p className="meta">{t('requests.noText')}</p>}
          {request.callId ? (
            <p className="sys"><Icon of={IconPhone} size={14} /><Link className="link in-text" to="/calls" search={{ open: request.callId }}>{t(request.missedCall ? 'requests.fromMissedCall' : 'requests.fromCall', { phone: phone(request.phone) })}</Link></p>
          ) : null}
          <Repeats key={request.id} id={request.id} />
          {request.sameAsId ? <p className="sys"><Icon of={IconTicket} size={14} /><Link className="link in-text" to="/requests" search={{ open: request.sameAsId }}>{t('requests.sameAs', { number: request.sameAsNumber })}</Link></p> : null}
          {request.resolution ? <div className="msg-note"><b className="medium">{t('requests.resolution')}</b><p>{request.resolution}</p><span className="meta num">{request.closeTime ? dateTime(request.closeTime) : ''}</span></div> : null}
        </div>
        <RequestContext request={request} onDialog={setDialog} />
      </div>
    </article>
  )
}
