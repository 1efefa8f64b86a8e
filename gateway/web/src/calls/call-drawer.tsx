import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useCan } from '../api/me.ts'
import { useNames } from '../api/directory.ts'
import { useQueueTitle } from '../api/queues.ts'
import { useRecord } from '../api/records.ts'
import type { Call } from '../api/types.ts'
import { clock, dateTime, phone } from '../lib/format.ts'
import { AccessNote } from '../ui/access-note.tsx'
import { Drawer } from '../ui/drawer.tsx'
import { PartError } from '../ui/part-error.tsx'
import { Person } from '../ui/person.tsx'
import { CallMatches } from './call-matches.tsx'
import { CallOutcome } from './call-columns.tsx'
import { ChangeParty, useMayChangeParty } from './change-party.tsx'
import { callerName, numberOf } from './call-name.ts'
import '../card/card.css'

function Facts({ call }: { call: Call }) {
  const { t } = useTranslation()
  const can = useCan()
  const names = useNames()
  const queueTitle = useQueueTitle()
  const agent = (one: { extension: string; employeeId: string } | undefined) => (one ? [names.person(one.employeeId), one.extension].filter(Boolean).join(', ') : '')
  const mayChange = useMayChangeParty(call)
  const rows: [string, ReactNode][] = [
    ['call.number', call.withheld ? t('call.withheld') : numberOf(call, t)],
    ['sales.party', call.counterpartyId || mayChange ? <>{call.counterpartyId ? <Link className="link" to="/counterparties/$id" params={{ id: call.counterpartyId }}>{call.counterpartyName}</Link> : null} <ChangeParty key={call.counterpartyId} call={call} /></> : ''],
    ['call.person', call.contactPersonName],
    ['call.directionLabel', t(`words.callDirection.${call.direction}`)],
    ['call.line', call.line ? phone(call.line) : ''],
    ['call.queues', call.queues.map(queueTitle).join(' → ')],
    ['call.agentsRung', call.agentsRung.map(agent).join('; ')],
    ['call.answeredBy', agent(call.answeredBy)],
    ['call.agent', call.ownerAgent ? <Person id={call.ownerAgent.employeeId} full none={call.ownerAgent.extension} /> : ''],
    ['call.start', call.startTime ? dateTime(call.startTime) : ''],
    ['call.wait', clock(call.waitSeconds)],
    ['call.talk', call.talkSeconds > 0 ? clock(call.talkSeconds) : ''],
    ['call.hold', call.holdCount > 0 ? t('call.holdTimes', { time: clock(call.holdSeconds), count: call.holdCount }) : ''],
    ['call.transfers', call.transfers.map((one) => t(`call.transfer.${one.kind}`, { by: one.by || '—', to: one.to, defaultValue: `${one.by} → ${one.to}` })).join('; ')],
    ['call.endedBy', call.state === 'ended' && call.endedBy !== 'unspecified' ? t(`words.callParty.${call.endedBy}`) : ''],
    ['call.certainty', call.certainty === 'exact' || call.certainty === 'unspecified' ? '' : t(`words.certainty.${call.certainty}`)],
    ['call.request', call.requestId && can('requests') ? <Link className="link" to="/requests" search={{ open: call.requestId }}>{t('sales.openRequest')}</Link> : ''],
  ]
  return (
    <dl>
      {rows.filter(([, value]) => value !== '' && value !== undefined).map(([label, value]) => <div key={label} className="fact"><dt>{t(label)}</dt><dd className="fact-num">{value}</dd></div>)}
    </dl>
  )
}

/** A call of the journal: who, how long, who answered, what came of it. */
export function CallDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const { data: call, error, refetch } = useRecord<Call>('calls', id)
  return (
    <Drawer label={t('call.one')} onClose={onClose}>
      <div className="od">
        {error ? <PartError error={error} what={t('call.one')} onRetry={() => void refetch()} /> : null}
        {call ? (
          <>
            <h2 className="call-title">{callerName(call, t)}</h2>
            <div className="call-outcome"><CallOutcome call={call} /></div>
            <AccessNote section="calls" access={call.access} />
            <Facts call={call} />
            {call.counterpartyId === '' && call.matches.length > 0 ? <CallMatches call={call} /> : null}
          </>
        ) : null}
      </div>
    </Drawer>
  )
}
