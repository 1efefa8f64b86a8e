import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { IconPhoneIncoming, IconPhoneOutgoing, IconPhonePause } from '@tabler/icons-react'
import type { Call } from '../api/types.ts'
import { clock, dateTime, phone, when } from '../lib/format.ts'
import type { GridColumn } from '../ui/data-grid.tsx'
import { Icon } from '../ui/icon.tsx'
import { Person } from '../ui/person.tsx'
import { Status } from '../ui/status.tsx'
import { callerName, numberOf } from './call-name.ts'

export const outcomeWords = [
  'answered', 'abandoned-in-ivr', 'abandoned-in-queue', 'abandoned-ringing', 'no-answer', 'busy', 'rejected', 'unavailable', 'failed', 'voicemail', 'callback-requested', 'dropped-by-dialler', 'lost', 'blocked',
] as const

const arrow = { inbound: IconPhoneIncoming, outbound: IconPhoneOutgoing, internal: IconPhonePause, unspecified: IconPhonePause }

/** How it ended, or where it stands now. */
export function CallOutcome({ call }: { call: Call }) {
  const { t } = useTranslation()
  if (call.state !== 'ended') return <Status tone="acc">{t(`words.callState.${call.state}`)}</Status>
  if (call.disposition === 'answered') return <Status tone="good">{t('words.callOutcome.answered')}</Status>
  return <Status tone={call.direction === 'inbound' ? 'bad' : 'neutral'}>{t(`words.callOutcome.${call.disposition}`, { defaultValue: call.disposition })}</Status>
}

export function callColumns(t: TFunction, queueTitle: (name: string) => string): GridColumn<Call>[] {
  return [
    {
      id: 'who', head: 'call.who',
      cell: (row) => (
        <span className="row">
          <Icon of={arrow[row.direction]} size={14} className="muted" />
          <span className="vh">{t(`words.callDirection.${row.direction}`)}: </span>
          <Link className="name cut" from="/calls" to="/calls" search={(before) => ({ ...before, open: row.id })} title={callerName(row, t)}>{callerName(row, t)}</Link>
        </span>
      ),
    },
    { id: 'number', head: 'call.number', width: 150, spare: 5, cell: (row) => <span className="num soft">{numberOf(row, t)}</span> },
    { id: 'outcome', head: 'call.outcome', width: 168, cell: (row) => <CallOutcome call={row} /> },
    { id: 'agent', head: 'call.agent', width: 144, cell: (row) => <span className="soft"><Person id={row.ownerAgent?.employeeId ?? row.answeredBy?.employeeId} none={row.ownerAgent?.extension ?? '—'} /></span> },
    { id: 'queue', head: 'call.queue', width: 110, spare: 3, cell: (row) => <span className="soft">{queueTitle(row.queues.at(-1) ?? '')}</span> },
    { id: 'line', head: 'call.line', width: 110, spare: 1, cell: (row) => <span className="num soft">{row.line ? phone(row.line) : ''}</span> },
    { id: 'wait', head: 'call.wait', width: 76, spare: 2, right: true, cell: (row) => clock(row.waitSeconds) },
    { id: 'talk', head: 'call.talk', width: 76, spare: 4, right: true, cell: (row) => (row.talkSeconds > 0 ? clock(row.talkSeconds) : '—') },
    { id: 'start', head: 'call.start', width: 128, order: 'startTime', cell: (row) => <span className="num soft" title={row.startTime ? dateTime(row.startTime) : ''}>{when(row.startTime)}</span> },
  ]
}
