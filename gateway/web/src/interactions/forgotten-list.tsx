import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from '@tanstack/react-router'
import { Select } from '@mantine/core'
import { IconMoodSmile } from '@tabler/icons-react'
import { filterOf } from '../api/filter.ts'
import { useNames } from '../api/directory.ts'
import { useRecords } from '../api/records.ts'
import type { Counterparty } from '../api/types.ts'
import { daysFromToday, number, when } from '../lib/format.ts'
import { mainChannel, phoneText } from '../parties/party.ts'
import { PartyLine } from '../parties/party-line.tsx'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { Person } from '../ui/person.tsx'
import { VipMark } from '../ui/vip-mark.tsx'
import { midnight } from './interaction-words.ts'

const dayWords = ['14', '30', '60', '90', '180'] as const
type Props = { days: string; mine: boolean; onChange: (patch: { days?: (typeof dayWords)[number] | undefined; whose?: 'all' | undefined }) => void }

/** With whom nobody spoke for so many days, the longest silence first. */
export function ForgottenList({ days, mine, onChange }: Props) {
  const { t } = useTranslation()
  const names = useNames()
  const navigate = useNavigate()
  const filter = filterOf({ responsibleId: mine ? names.meId : undefined }, [`quietSince<"${midnight(-Number(days))}"`])
  const records = useRecords<Counterparty>('counterparties', 'counterparties', { filter, orderBy: 'quietSince' })
  const columns: GridColumn<Counterparty>[] = [
    { id: 'name', head: 'parties.name', cell: (row) => <span className="row"><Link className="name cut" to="/counterparties/$id" params={{ id: row.id }} title={row.displayName}>{row.displayName}</Link>{row.vip ? <VipMark /> : null}</span> },
    { id: 'silence', head: 'interactions.silence', width: 110, right: true, cell: (row) => <span className="num">{t('interactions.days', { count: -daysFromToday(new Date(row.lastContactTime ?? row.createTime ?? '')) })}</span> },
    { id: 'last', head: 'interactions.last', width: 148, cell: (row) => <span className="num soft">{row.lastContactTime ? when(row.lastContactTime) : t('interactions.never')}</span> },
    { id: 'next', head: 'interactions.next', width: 148, cell: (row) => <span className="num soft">{row.nextContactTime ? when(row.nextContactTime) : ''}</span> },
    { id: 'phone', head: 'parties.phone', width: 160, cell: (row) => <span className="num soft">{phoneText(mainChannel(row, 'phone'))}</span> },
    { id: 'responsible', head: 'parties.responsible', width: 160, cell: (row) => <span className="soft"><Person id={row.responsibleId} /></span> },
  ]
  return (
    <>
      <div className="filters">
        <Select size="xs" aria-label={t('interactions.silence')} data={dayWords.map((value) => ({ value, label: t('interactions.overDays', { count: Number(value) }) }))} value={days} onChange={(next) => onChange({ days: dayWords.find((word) => word === next) })} allowDeselect={false} />
        <label className="check-line"><input type="checkbox" checked={!mine} onChange={(event) => onChange({ whose: event.currentTarget.checked ? 'all' : undefined })} /> {t('interactions.notOnlyMine')}</label>
        <span className="grow" />
        <span className="meta num">{records.isPending ? '' : t(records.hasNextPage ? 'ui.loadedMore' : 'ui.loaded', { shown: number(records.rows.length), count: records.rows.length })}</span>
      </div>
      <DataGrid
        label={t('interactions.view.forgotten')} records={records} columns={columns} orderBy="quietSince" openId={undefined}
        onOpen={(row) => void navigate({ to: '/counterparties/$id', params: { id: row.id } })} card={(row) => <PartyLine party={row} />}
        empty={<Empty icon={IconMoodSmile} title={t('interactions.nobodyForgotten')} text={t('interactions.nobodyForgottenHint')} />}
      />
    </>
  )
}
