import { useTranslation } from 'react-i18next'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { IconShieldCheck } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { useRecords } from '../api/records.ts'
import type { Consent } from '../api/types.ts'
import { date, number } from '../lib/format.ts'
import { useAddress } from '../lib/use-address.ts'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { ConsentState } from './consents-tab.tsx'
import { useConsentPurposes } from './purposes.ts'

const route = getRouteApi('/consents')
const views = ['all', 'active', 'withdrawn'] as const

const filterOf = (view: string, purpose: string | undefined) =>
  [view === 'active' ? 'active = true' : view === 'withdrawn' ? 'withdrawTime:*' : '', purpose ? `purposeId = "${purpose}"` : ''].filter(Boolean).join(' AND ')

/** The register of consents over all counterparties that the reader may see. */
export default function ConsentsPage() {
  const { t } = useTranslation()
  const names = useNames()
  const { search, change } = useAddress(route)
  const navigate = useNavigate({ from: '/consents' })
  const { purposes, nameOf, language } = useConsentPurposes()
  const view = search.view ?? 'all'
  const records = useRecords<Consent>('consents', 'consents', { filter: filterOf(view, search.purpose) })
  const open = (row: Consent) => void navigate({ to: '/counterparties/$id', params: { id: row.counterpartyId }, search: { tab: 'consents' } })
  const party = (row: Consent) => <Link className="name cut" to="/counterparties/$id" params={{ id: row.counterpartyId }} search={{ tab: 'consents' }}>{row.counterpartyName}</Link>
  const columns: GridColumn<Consent>[] = [
    { id: 'party', head: 'interactions.party', cell: party },
    { id: 'purpose', head: 'consents.purpose', width: 220, cell: (row) => nameOf(row.purposeId) },
    { id: 'version', head: 'consents.version', width: 90, right: true, spare: 1, cell: (row) => number(row.version) },
    { id: 'state', head: 'consents.stateHead', width: 130, cell: (row) => <ConsentState consent={row} /> },
    { id: 'give', head: 'consents.giveHead', width: 120, order: 'giveTime', cell: (row) => <span className="num">{date(row.giveTime!)}</span> },
    { id: 'withdraw', head: 'consents.withdrawHead', width: 120, cell: (row) => <span className="num soft">{row.withdrawTime ? date(row.withdrawTime) : ''}</span> },
    { id: 'source', head: 'consents.source', width: 140, spare: 3, cell: (row) => <span className="soft">{t(`words.consentSource.${row.source}`)}</span> },
    { id: 'actor', head: 'consents.actor', width: 160, spare: 2, cell: (row) => <span className="soft">{names.person(row.actorId)}</span> },
  ]
  const choices = purposes.map((one) => ({ value: one.id, label: one.name?.[language] ?? '' }))
  return (
    <>
      <ViewBar title={t('tree.consents')} range={records.isPending ? '' : t(records.hasNextPage ? 'ui.loadedMore' : 'ui.loaded', { shown: number(records.rows.length), count: records.rows.length })} />
      <ViewTabs label={t('tree.consents')} value={view} onChange={(next) => change({ view: next === 'all' ? undefined : (next as 'active') })} tabs={views.map((value) => ({ value, label: t(`consents.view.${value}`) }))} />
      <FilterBar fields={[{ name: 'purpose', label: t('consents.purpose'), choices }]} values={{ purpose: search.purpose }} onChange={(_name, purpose) => change({ purpose })} />
      <DataGrid
        label={t('tree.consents')} records={records} columns={columns} onOpen={open}
        card={(row) => (
          <div className="grow">
            <div className="n">{party(row)}</div>
            <div className="l"><span className="cut">{nameOf(row.purposeId)}</span></div>
            <div className="l"><ConsentState consent={row} /><span className="num soft">{date(row.withdrawTime ?? row.giveTime!)}</span></div>
          </div>
        )}
        empty={<Empty icon={IconShieldCheck} title={t('consents.emptyRegister')} text={t('consents.emptyRegisterHint')} />}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['Enter'], 'keys.openShort']]} />
    </>
  )
}
