import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi, Link } from '@tanstack/react-router'
import { IconPhone } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { filterOf } from '../api/filter.ts'
import { useCan } from '../api/me.ts'
import { useQueueTitle } from '../api/queues.ts'
import { useRecords } from '../api/records.ts'
import type { Call } from '../api/types.ts'
import { ListFilter, type FilterAddress } from '../filters/list-filter.tsx'
import { both } from '../filters/model.ts'
import { number, when } from '../lib/format.ts'
import { useAddress } from '../lib/use-address.ts'
import { useStored } from '../lib/use-stored.ts'
import { ColumnMenu } from '../ui/column-menu.tsx'
import { DataGrid } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { ExportMenu } from '../ui/export-menu.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { callColumns, CallOutcome, outcomeWords } from './call-columns.tsx'
import { CallDrawer } from './call-drawer.tsx'
import { callerName, numberOf } from './call-name.ts'

const route = getRouteApi('/calls')
const views = ['all', 'mine', 'missed', 'now'] as const

/** A saved filter holds all conditions; chips and tabs would add to it. */
const narrowed = ({ form: _form, view: _view, ...patch }: FilterAddress) =>
  patch.saved === undefined || !('filter' in patch) ? patch : { ...patch, direction: undefined, disposition: undefined, employee: undefined, view: undefined }

/** The journal of calls, newest first. */
export default function CallsPage() {
  const { t } = useTranslation()
  const names = useNames()
  const can = useCan()
  const { search, change } = useAddress(route)
  const [hidden, setHidden] = useStored<string[]>('columns.calls', [])
  const [unfit, setUnfit] = useState<string[]>([])
  const view = search.view ?? 'all'
  const orderBy = search.sort ?? 'startTime desc'
  const filter = both(filterOf(
    { direction: view === 'missed' ? 'inbound' : search.direction, disposition: search.disposition, ownerId: view === 'mine' ? names.meId : search.employee },
    view === 'missed' ? ['state="ended"', 'disposition!="answered"'] : view === 'now' ? ['state!="ended"'] : [],
  ), search.filter ?? '')
  const records = useRecords<Call>('calls', 'calls', { filter, orderBy })
  const columns = callColumns(t, useQueueTitle())
  return (
    <>
      <ViewBar title={t('tree.calls')} range={records.isPending ? '' : t(records.hasNextPage ? 'ui.loadedMore' : 'ui.loaded', { shown: number(records.rows.length), count: records.rows.length })}>
        {can('calls', 'export') ? <ExportMenu path="calls" filter={filter} orderBy={orderBy} /> : null}
      </ViewBar>
      <ViewTabs label={t('ui.views')} value={view} onChange={(next) => change({ view: next === 'all' ? undefined : (next as 'mine') })} tabs={views.map((value) => ({ value, label: t(`call.view.${value}`) }))} />
      <FilterBar
        fields={[
          { name: 'direction', label: t('call.directionLabel'), choices: ['inbound', 'outbound', 'internal'].map((value) => ({ value, label: t(`words.callDirection.${value}`) })) },
          { name: 'disposition', label: t('call.outcome'), choices: outcomeWords.map((value) => ({ value, label: t(`words.callOutcome.${value}`) })) },
          { name: 'employee', label: t('call.agent'), choices: names.employees.map((one) => ({ value: one.id, label: one.displayName })) },
        ]}
        values={search as Record<string, string | undefined>}
        onChange={(name, value) => change({ [name]: value })}
      >
        <ListFilter
          resource="calls" filter={search.filter} whole={filter} saved={search.saved} orderBy={search.sort ?? ''} onChange={(patch) => change(narrowed(patch))}
          columns={columns.map(({ id }) => id).filter((id) => !hidden.includes(id))} onColumns={(shown) => setHidden(columns.map(({ id }) => id).filter((id) => !shown.includes(id)))}
        />
        <ColumnMenu columns={columns} hidden={hidden} unfit={unfit} onChange={setHidden} />
      </FilterBar>
      <DataGrid
        label={t('tree.calls')} records={records} columns={columns} hidden={hidden} onUnfit={setUnfit} openId={search.open} onOpen={(row) => change({ open: row.id })}
        orderBy={orderBy} onOrderBy={(sort) => change({ sort })}
        card={(row) => (
          <div className="grow">
            <div className="n"><Link className="cut" from="/calls" to="/calls" search={(before) => ({ ...before, open: row.id })}>{callerName(row, t)}</Link></div>
            <div className="l"><span className="cut num">{[t(`words.callDirection.${row.direction}`), numberOf(row, t)].join(' · ')}</span></div>
            <div className="l num"><CallOutcome call={row} /><span className="muted">{when(row.startTime)}</span></div>
          </div>
        )}
        empty={<Empty icon={IconPhone} title={t('call.empty')} text={t('call.emptyHint')} />}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['Enter'], 'keys.openShort'], [['f'], 'keys.filterShort']]}>
        <span className="num">{t('ui.loadedRows', { count: records.rows.length, shown: number(records.rows.length) })}</span>
      </StatusBar>
      {search.open ? <CallDrawer key={search.open} id={search.open} onClose={() => change({ open: undefined })} /> : null}
    </>
  )
}
