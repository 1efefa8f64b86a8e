import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { IconTicket } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { Call, Request } from '../api/types.ts'
import { dateTime } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { isWholeNumber } from './number-owner.ts'
import type { useRequestActions } from './use-request-actions.ts'
import { subjectOf } from './words.ts'

/** A hint: the journal has the rest. */
const MOST = 5

type Props = { request: Request; mayChange: boolean; actions: ReturnType<typeof useRequestActions> }

/**
 * What else came from this number and has no client: other open requests, which may be about the same or get the same client, and
 * the calls of it that have none.
 */
export function SameNumber({ request, mayChange, actions }: Props) {
  const { t } = useTranslation()
  const can = useCan()
  const { id, phone, counterpartyId } = request
  const asks = mayChange && isWholeNumber(phone) && request.state !== 'closed'
  const { rows } = useRecords<Request>('requests', 'requests', { filter: `phone="${phone}" AND counterpartyId=null AND state!="closed"`, orderBy: 'receiveTime desc', pageSize: MOST + 1 }, asks)
  const { rows: calls } = useRecords<Call>('calls', 'calls', { filter: `customerNumber="${phone}" AND counterpartyId=null AND state="ended"`, pageSize: 50 }, asks && Boolean(counterpartyId) && can('calls', 'change'))
  const others = asks ? rows.filter((one) => one.id !== id).slice(0, MOST) : []
  const ofNobody = asks && counterpartyId ? calls : []
  if (others.length === 0 && ofNobody.length === 0) return null
  return (
    <div className="from-do" role="group" aria-label={t('requests.sameNumber')}>
      <h4 className="meta">{t('requests.sameNumber')}</h4>
      {others.map((other) => (
        <div key={other.id} className="same-number">
          <Link className="lnk" to="/requests" search={{ open: other.id }} title={dateTime(other.receiveTime!)}><Icon of={IconTicket} size={14} /><span className="cut">{other.number} · {subjectOf(other, t)}</span></Link>
          <Button size="sm" busy={actions.busy} onClick={() => actions.join(other.id)}>{t('requests.sameMatter', { number: other.number })}</Button>
        </div>
      ))}
      {ofNobody.length > 0 ? <p className="meta">{t('requests.callsOfNobody', { count: ofNobody.length })}</p> : null}
      {counterpartyId ? <Button size="sm" tone="primary" busy={actions.busy} onClick={() => actions.linkAll(others, ofNobody)}>{t('requests.linkAll')}</Button> : null}
    </div>
  )
}
