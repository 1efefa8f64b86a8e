import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { IconBriefcase, IconTicket } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import { useQueueTitle } from '../api/queues.ts'
import type { Request } from '../api/types.ts'
import { tell } from '../card/timeline-words.ts'
import { money, when } from '../lib/format.ts'
import { Deadline } from '../requests/deadline.tsx'
import { untitled } from '../requests/untitled.ts'
import { useRequestActions } from '../requests/use-request-actions.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { PartError } from '../ui/part-error.tsx'
import type { MyCall } from './call-store.ts'
import { useCallerCard } from './call-who.tsx'
import { useCallRequest } from './use-call-request.ts'

/** The call is about an open request and not a new one. */
function Join({ request, id, number }: { request: Request; id: string; number: string }) {
  const { t } = useTranslation()
  const { join, busy } = useRequestActions(request)
  return <Button size="sm" busy={busy} aria-label={t('call.joinTo', { number })} onClick={() => join(id)}>{t('call.join')}</Button>
}

/** Kinds of entries in which somebody spoke with the client; changes of records are none. */
const contacts = ['call-ended', 'note', 'request-registered', 'request-closed']

/** Open requests, open opportunities and the last three contacts of the caller. */
export function CallContext({ one }: { one: MyCall }) {
  const { t } = useTranslation()
  const names = useNames()
  const queueTitle = useQueueTitle()
  const can = useCan()
  const own = useCallRequest(one)
  const joins = own?.callId === one.call.id && own.state !== 'closed' && can('requests', 'change') ? own : undefined
  const { data: card, error, refetch } = useCallerCard(one)
  if (error) return <PartError error={error} what={t('card.label')} onRetry={() => void refetch()} />
  if (!card) return <div className="cp-bones" aria-busy="true"><span className="bone" /><span className="bone b1" /><span className="bone b2" /></div>
  const open = (section: string) => card.records.filter((record) => record.section === section && record.open && record.id !== own?.id)
  const [requests, deals] = [open('requests'), open('opportunities')]
  const last = card.timeline.filter((entry) => contacts.includes(entry.kind) && entry.data['channel'] !== 'call' && ![one.call.id, own?.id].includes(entry.recordId || '-')).slice(0, 3)
  return (
    <>
      {requests.length > 0 ? (
        <section>
          <h3>{t('call.openRequests')} <span className="count">{requests.length}</span></h3>
          {requests.slice(0, 5).map((record) => (
            <div key={record.id}>
              <div className="li"><Icon of={IconTicket} /><Link className="cut medium" to="/requests" search={{ open: record.id }}>{record.title || untitled(record.id, card.timeline, t)}</Link><Deadline due={record.dueTime} long /></div>
              <div className="row li-sub">
                <span className="meta cut grow">{[record.number, names.person(record.ownerId) ? t('call.ownedBy', { name: names.person(record.ownerId) }) : ''].filter(Boolean).join(' · ')}</span>
                {joins ? <Join request={joins} id={record.id} number={record.number} /> : null}
              </div>
            </div>
          ))}
        </section>
      ) : null}
      {deals.length > 0 ? (
        <section>
          <h3>{t('call.openDeals')} <span className="count">{deals.length}</span></h3>
          {deals.slice(0, 4).map((record) => (
            <div key={record.id} className="li"><Icon of={IconBriefcase} /><Link className="cut" to="/opportunities" search={{ open: record.id }}>{record.title}</Link><span className="num">{money(record.amount)}</span></div>
          ))}
        </section>
      ) : null}
      <section>
        <h3>{t('call.lastContacts')}</h3>
        {last.length === 0 ? <p className="meta">{t('call.noContacts')}</p> : null}
        {last.map((entry) => {
          const told = tell(entry, t, queueTitle)
          return <div key={entry.id} className="li"><Icon of={told.icon} /><span className="cut" title={told.text ?? told.title}>{told.text || told.title}</span><span className="meta num">{when(entry.time)}</span></div>
        })}
      </section>
    </>
  )
}
