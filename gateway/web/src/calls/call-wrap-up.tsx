import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { IconBriefcase, IconCheck, IconTicket } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import { useRecord } from '../api/records.ts'
import type { Request } from '../api/types.ts'
import { useKeys } from '../lib/keys.ts'
import { Deadline } from '../requests/deadline.tsx'
import { useRequestActions } from '../requests/use-request-actions.ts'
import { reasonShort, subjectOf } from '../requests/words.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import type { MyCall } from './call-store.ts'
import { useCallRequest, useIsOutOfReach } from './use-call-request.ts'
import type { Unknown } from './use-unknown.ts'

type Props = { one: MyCall; words: Unknown }

/** One click to an opportunity of the request, or the way to the one that there is. */
function Sell({ request, one, words: { save } }: Props & { request: Request }) {
  const { t } = useTranslation()
  const can = useCan()
  const actions = useRequestActions(request)
  const deal = request.opportunityId || actions.made?.id
  const maySell = can('opportunities', 'create') && !deal
  // What was typed of the caller and not saved yet belongs to the opportunity too; a save that fails says so in its form.
  const sell = () => (one.typed ? save.mutate(undefined, { onSuccess: (saved) => (saved.id === request.id ? actions.makeOpportunityOf(saved) : actions.makeOpportunity()) }) : actions.makeOpportunity())
  const busy = actions.busy || save.isPending
  useKeys([{ combo: 'alt+o', label: 'keys.makeOpportunity', inDialog: true, run: () => (maySell && !busy ? sell() : false) }])
  if (deal) return <div className="li cp-sell"><Icon of={IconBriefcase} /><Link className="link cut" to="/opportunities" search={{ open: deal }}>{t('call.openDeal')}</Link></div>
  return maySell ? <Button className="cp-sell" tone="primary" size="lg" icon={IconBriefcase} combo="alt+o" busy={busy} onClick={sell}>{t('requests.makeOpportunity')}</Button> : null
}

function Registered({ request, one, words }: Props & { request: Request }) {
  const { t } = useTranslation()
  const names = useNames()
  return (
    <section className="cp-done">
      <h3><Icon of={IconCheck} size={14} className="good" />{t('call.registered')}</h3>
      <div className="li"><Icon of={IconTicket} /><Link className="cut medium" to="/requests" search={{ open: request.id }}>{subjectOf(request, t)}</Link><Deadline due={request.dueTime} long /></div>
      <div className="meta li-sub">{[request.number, names.person(request.ownerId), reasonShort(request, t)].filter(Boolean).join(' · ')}</div>
      <Sell request={request} one={one} words={words} />
    </section>
  )
}

/** It was about another request of the client: that one goes on, and the opportunity is of that one. */
function Joined({ request, one, words }: Props & { request: Request }) {
  const { t } = useTranslation()
  const actions = useRequestActions(request)
  const { data: other } = useRecord<Request>('requests', request.sameAsId)
  return (
    <section className="cp-done">
      <h3><Icon of={IconCheck} size={14} className="good" />{t('call.joined')}</h3>
      <div className="li">
        <Icon of={IconTicket} />
        <Link className="cut medium" to="/requests" search={{ open: request.sameAsId! }}>{request.sameAsNumber}</Link>
        <Button size="sm" busy={actions.busy} onClick={actions.reopen}>{t('call.separate')}</Button>
      </div>
      {other ? <Sell key={other.id} request={other} one={one} words={words} /> : null}
    </section>
  )
}

/** After the call: the request that was registered of it, and one click to an opportunity. */
export function CallWrapUp({ one, words }: Props) {
  const { t } = useTranslation()
  const request = useCallRequest(one)
  const far = useIsOutOfReach(one)
  if (!request) return <p className="meta cp-wait">{t(far ? 'call.registeredFar' : 'call.registering')}</p>
  return request.sameAsId ? <Joined request={request} one={one} words={words} /> : <Registered request={request} one={one} words={words} />
}
