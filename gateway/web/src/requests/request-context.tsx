import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { IconBriefcase, IconCheck, IconPhone, IconX } from '@tabler/icons-react'
import { useGroupTitles, useNames } from '../api/directory.ts'
import { useCan, useCanWith, useFields } from '../api/me.ts'
import { useQueueTitle } from '../api/queues.ts'
import type { Request } from '../api/types.ts'
import { CustomFacts } from '../custom/custom-facts.tsx'
import { dateTime, isWithheld, lasted, phone } from '../lib/format.ts'
import { useNow } from '../lib/use-now.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Person } from '../ui/person.tsx'
import { Status } from '../ui/status.tsx'
import { Deadline } from './deadline.tsx'
import { useNumberOwners } from './number-owner.ts'
import { reasonLong } from './reason-long.ts'
import { SameNumber } from './same-number.tsx'
import { SeveralOwners } from './several-owners.tsx'
import { useRequestActions } from './use-request-actions.ts'

function Term({ request }: { request: Request }) {
  const { t } = useTranslation()
  const now = useNow(30_000)
  if (!request.dueTime || !request.receiveTime) return null
  const [from, to] = [new Date(request.receiveTime).getTime(), new Date(request.dueTime).getTime()]
  const end = request.closeTime ? new Date(request.closeTime).getTime() : now
  const share = Math.min(1, Math.max(0, (end - from) / Math.max(to - from, 1)))
  const tone = end > to ? 'bad' : request.closeTime ? 'good' : share > 0.8 ? 'warn' : 'neutral'
  return (
    <section>
      <h3>{t('requests.term')}</h3>
      <div className="row">
        <span className="grow">{t('requests.answer')}</span>
        {request.closeTime ? <Status tone={end > to ? 'bad' : 'good'}>{t(end > to ? 'requests.doneLate' : 'requests.doneInTime')}</Status> : <Deadline due={request.dueTime} long />}
      </div>
      <div className={`sbar ${tone}`}><i style={{ width: `${share * 100}%` }} /></div>
      <span className="meta num">{t('requests.dueAt', { time: dateTime(request.dueTime) })}</span>
      {request.takeTime ? <div className="meta num">{t('requests.takenAfter', { time: lasted((new Date(request.takeTime).getTime() - from) / 1000) })}</div> : null}
    </section>
  )
}

export type RequestDialog = '' | 'assign' | 'close' | 'edit' | 'party'

type Props = { request: Request; onDialog: (name: RequestDialog) => void }

/** An unknown sender becomes a client: the one who has the number, another of the directory, or a new one. */
function WhoIsIt({ request, onDialog }: Props) {
  const { t } = useTranslation()
  const can = useCan()
  const actions = useRequestActions(request)
  const owners = useNumberOwners(can('counterparties') ? request.phone : '')
  const owner = owners.length === 1 ? owners[0] : undefined
  return (
    <div className="from-do">
      {owner ? <p className="meta" role="status">{t('requests.numberOf', { name: owner.name })}</p> : null}
      {owners.length > 1 ? <SeveralOwners owners={owners} busy={actions.busy} onChoose={({ id }) => actions.link(id)} /> : null}
      <div className="row">
        {owner ? <Button size="sm" tone="primary" busy={actions.busy} onClick={() => actions.link(owner.id)}>{t('requests.link')}</Button> : null}
        <Button size="sm" onClick={() => onDialog('edit')}>{t('requests.chooseParty')}</Button>
        {can('counterparties', 'create') ? <Button size="sm" onClick={() => onDialog('party')}>{t('requests.createParty')}</Button> : null}
      </div>
    </div>
  )
}

/** The right column: how much time, why this owner, who asks, what belongs to it. */
export function RequestContext({ request, onDialog }: Props) {
  const { t } = useTranslation()
  const mayChange = useCanWith('requests', request)('change')
  const actions = useRequestActions(request)
  const mayLink = mayChange && request.state !== 'closed' && !request.counterpartyId
  const { writable } = useFields('requests')
  const names = useNames()
  const reasons = reasonLong(request, t, { queueTitle: useQueueTitle(), groupTitle: useGroupTitles().title })
  return (
    <div className="ctx scroll">
      <Term request={request} />
      <section>
        <h3>{t('requests.whyOwner', { name: names.person(request.ownerId) ?? '—' })}</h3>
        <ul className="why">
          {reasons.map((one) => (
            <li key={one.text} className={one.met ? '' : 'muted'}>
              <Icon of={one.met ? IconCheck : IconX} size={14} className={one.met ? 'good' : ''} />
              <span><span className="vh">{t(one.met ? 'requests.met' : 'requests.notMet')}: </span>{one.text}</span>
            </li>
          ))}
        </ul>
        <Person id={request.ownerId} full />
      </section>
      <CustomFacts resource="requests" record={request} />
      <section>
        <h3>{t('requests.fromWhom')}</h3>
        <div className="row">
          <Avatar name={request.counterpartyName || request.senderName || '?'} size="md" />
          <span className="grow">
            {request.counterpartyId ? (
              <Link className="link cut from-name" to="/counterparties/$id" params={{ id: request.counterpartyId }}>{request.counterpartyName}</Link>
            ) : (
              <span className="from-name">{request.senderName || (isWithheld(request.phone) ? phone(request.phone) : t('requests.unknownSender'))}</span>
            )}
            {isWithheld(request.phone) && (request.counterpartyId || request.senderName) ? <span className="meta">{phone(request.phone)}</span> : null}
            {request.phone && !isWithheld(request.phone) ? <a className="meta num from-name" href={`tel:${request.phone.replace(/[^\d+]/g, '')}`}>{phone(request.phone)}</a> : null}
          </span>
        </div>
        {mayLink && writable('counterpartyId', 'change') ? <WhoIsIt request={request} onDialog={onDialog} /> : null}
        {writable('counterpartyId', 'change') ? <SameNumber key={request.id} request={request} mayChange={mayChange} actions={actions} /> : null}
      </section>
      {request.callId || request.opportunityId ? (
        <section>
          <h3>{t('requests.linked')}</h3>
          {request.opportunityId ? <Link className="lnk" to="/opportunities" search={{ open: request.opportunityId }}><Icon of={IconBriefcase} size={14} /><span className="cut">{t('requests.linkedOpportunity')}</span></Link> : null}
          {request.callId ? <Link className="lnk" to="/calls" search={{ open: request.callId }}><Icon of={IconPhone} size={14} /><span className="cut">{t('requests.linkedCall')}</span></Link> : null}
        </section>
      ) : null}
    </div>
  )
}
