import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from '@tanstack/react-router'
import { IconPlus } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import type { CounterpartyCard, RelatedRecord, TimelineEntry } from '../api/types.ts'
import { money, phone, when, withPhones } from '../lib/format.ts'
import { Deadline } from '../requests/deadline.tsx'
import { untitled } from '../requests/untitled.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Status, type Tone } from '../ui/status.tsx'

type Block = { section: 'opportunities' | 'requests' | 'calls'; create?: () => void }

const stateTone: Record<string, Tone> = { open: 'acc', won: 'good', lost: 'neutral', 'in-progress': 'info', new: 'neutral', waiting: 'neutral', closed: 'neutral', answered: 'good' }

const missed = ['no-answer', 'abandoned-in-queue', 'abandoned-in-ivr', 'abandoned-ringing', 'busy', 'rejected', 'unavailable', 'lost', 'failed']

function Middle({ record, section }: { record: RelatedRecord; section: Block['section'] }) {
  const { t } = useTranslation()
  const names = useNames()
  if (section === 'requests' && record.open) return <>{names.person(record.ownerId) ?? ''}</>
  const words = { opportunities: 'words.opportunityState', requests: 'words.requestState', calls: 'words.callOutcome' }[section]
  const bad = section === 'calls' && missed.includes(record.state)
  const text = record.open && record.stage !== '' ? record.stage : t(`${words}.${record.state}`, { defaultValue: record.state })
  return <Status tone={bad ? 'bad' : (stateTone[record.state] ?? 'acc')}>{text}</Status>
}

function Right({ record, section }: { record: RelatedRecord; section: Block['section'] }) {
  if (section === 'opportunities') return <>{money(record.amount)}</>
  if (section === 'requests' && record.open) return <Deadline due={record.dueTime} />
  return <span className="soft">{when(record.updateTime)}</span>
}

const target = { opportunities: '/opportunities', requests: '/requests', calls: '/calls' } as const

function BlockTable({ records, section, timeline }: { records: RelatedRecord[]; section: Block['section']; timeline: readonly TimelineEntry[] }) {
  const { t } = useTranslation()
  const nameOf = ({ id, title, number }: RelatedRecord) => {
    if (section === 'calls') return phone(title)
    return withPhones(title) || (section === 'requests' ? `${number} · ${untitled(id, timeline, t)}` : number)
  }
  return (
    <table className="mini">
      <colgroup>
        <col />
        <col className="mini-mid" />
        <col className="mini-right" />
      </colgroup>
      <tbody>
        {records.map((record) => (
          <tr key={record.id}>
            <td>
              <Link className="medium" to={target[section]} search={{ open: record.id } as never} title={nameOf(record)}>
                {nameOf(record)}
              </Link>
            </td>
            <td className="soft"><Middle record={record} section={section} /></td>
            <td className="r num"><Right record={record} section={section} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Open opportunities, requests, last calls: rows of 32 in three columns that align over all blocks. */
export function Blocks({ card }: { card: CounterpartyCard }) {
  const { t } = useTranslation()
  const can = useCan()
  const navigate = useNavigate()
  const party = card.counterparty!
  const blocks: Block[] = [
    { section: 'opportunities', create: () => void navigate({ to: '/opportunities', search: { create: true, party: party.id, partyName: party.displayName } as never }) },
    { section: 'requests', create: () => void navigate({ to: '/requests', search: { create: true, party: party.id, partyName: party.displayName } as never }) },
    { section: 'calls' },
  ]
  return (
    <>
      {blocks
        .filter((block) => can(block.section))
        .map(({ section, create }) => {
          const records = card.records.filter((record) => record.section === section)
          const open = records.filter((record) => record.open)
          const total = card.totals.find((one) => one.section === section)
          const shown = section === 'calls' ? records.slice(0, 5) : open.length > 0 ? open : records.slice(0, 3)
          const sums = (total?.openAmounts ?? []).map((one) => money(one)).join(' + ')
          const count = section === 'calls' ? total?.count : total?.openCount
          return (
            <div key={section} className="blk">
              <h2>
                <span className="grow">
                  {t(open.length > 0 || section === 'calls' || records.length === 0 ? `card.block.${section}` : `card.blockDone.${section}`)}{' '}
                  <span className="count num">{[count || '', sums].filter(Boolean).join(' · ')}</span>
                </span>
                {create && can(section, 'create') ? <IconButton size="sm" icon={IconPlus} label={t(`card.create.${section}`)} onClick={create} /> : null}
              </h2>
              {shown.length > 0 ? <BlockTable records={shown} section={section} timeline={card.timeline} /> : <p className="meta blk-none">{t(`card.none.${section}`)}</p>}
            </div>
          )
        })}
    </>
  )
}
