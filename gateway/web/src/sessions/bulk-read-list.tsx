import { useTranslation } from 'react-i18next'
import { IconDatabaseExport } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { filterOf } from '../api/filter.ts'
import { useRecords } from '../api/records.ts'
import type { BulkRead } from '../api/types.ts'
import { midnight } from '../interactions/interaction-words.ts'
import { number, when } from '../lib/format.ts'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { Whose } from './online-list.tsx'
import { periods, type Period } from './session-words.ts'

type Search = { employee?: string | undefined; branch?: string | undefined; period?: Period | undefined }

/** Who has read more records in an hour than was agreed, the newest first. */
export function BulkReadList({ search, onChange }: { search: Search; onChange: (patch: Search) => void }) {
  const { t } = useTranslation()
  const names = useNames()
  const since = search.period === undefined ? [] : [`time>="${midnight(periods[search.period])}"`]
  const records = useRecords<BulkRead>('bulk-reads', 'bulkReads', { filter: filterOf({ employeeId: search.employee, branchId: search.branch }, since) })
  const columns: GridColumn<BulkRead>[] = [
    { id: 'time', head: 'sessions.time', width: 170, cell: (row) => <span className="num soft">{when(row.time)}</span> },
    { id: 'who', head: 'sessions.who', cell: (row) => <Whose row={row} /> },
    { id: 'records', head: 'sessions.records', width: 150, right: true, cell: (row) => <span className="num bad">{number(row.records)}</span> },
    { id: 'threshold', head: 'sessions.threshold', width: 150, right: true, cell: (row) => <span className="num soft">{number(row.threshold)}</span> },
    { id: 'branch', head: 'parties.branch', width: 140, spare: 1, cell: (row) => <span className="soft">{names.branch(row.branchId)}</span> },
    { id: 'address', head: 'sessions.address', width: 150, cell: (row) => <span className="soft num cut" title={row.address}>{row.address}</span> },
  ]
  return (
    <>
      <FilterBar
        fields={[
          { name: 'employee', label: t('sessions.who'), choices: names.employees.map((one) => ({ value: one.id, label: one.displayName })) },
          { name: 'period', label: t('sessions.period'), choices: (Object.keys(periods) as Period[]).map((value) => ({ value, label: t(`sessions.periods.${value}`) })) },
          { name: 'branch', label: t('parties.branch'), choices: names.branches.map((one) => ({ value: one.id, label: one.name })) },
        ]}
        values={search} onChange={(name, value) => onChange({ [name]: value })}
      />
      <DataGrid
        label={t('sessions.view.reads')} records={records} columns={columns} onOpen={() => {}}
        card={(row) => (
          <div className="grow">
            <div className="n"><Whose row={row} /></div>
            <div className="l num"><span className="bad">{t('sessions.recordsOf', { records: number(row.records), threshold: number(row.threshold) })}</span></div>
            <div className="l num"><span className="muted">{when(row.time)}</span><span className="cut">{row.address}</span></div>
          </div>
        )}
        empty={<Empty icon={IconDatabaseExport} title={t('sessions.readsEmpty')} text={t('sessions.readsEmptyHint')} />}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['f'], 'keys.filterShort']]}>
        <span className="num">{t('ui.loadedRows', { count: records.rows.length, shown: number(records.rows.length) })}</span>
      </StatusBar>
    </>
  )
}
