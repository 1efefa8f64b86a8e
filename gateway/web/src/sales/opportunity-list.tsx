import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { IconBriefcase } from '@tabler/icons-react'
import { filterOf } from '../api/filter.ts'
import { useFields } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { Opportunity, Pipeline } from '../api/types.ts'
import { useSelection } from '../bulk/use-selection.ts'
import { useCustomColumns } from '../custom/custom-columns.tsx'
import { money, number } from '../lib/format.ts'
import { DataGrid } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { OpportunityBulk } from './opportunity-bulk.tsx'
import type { OpportunitySearch } from './opportunities-page.tsx'
import { opportunityColumns, StageCell } from './opportunity-columns.tsx'

type Props = { search: OpportunitySearch; filter: string; pipelines: Pipeline[]; pipeline: Pipeline; onChange: (patch: Partial<OpportunitySearch>) => void }

/** Opportunities of a pipeline as a table. */
export function OpportunityList({ search, filter, pipelines, pipeline, onChange }: Props) {
  const { t } = useTranslation()
  const custom = useCustomColumns<Opportunity>('opportunities')
  const view = search.view ?? 'open'
  const state = view === 'all' ? undefined : view === 'won' || view === 'lost' ? view : 'open'
  const fields = useFields('opportunities')
  const orderBy = search.sort ?? (fields.shown('openTime') ? 'openTime desc' : 'createTime desc')
  const whole = filterOf({ pipelineId: pipeline.id, state }, filter ? [`(${filter})`] : [])
  const records = useRecords<Opportunity>('opportunities', 'opportunities', { filter: whole, orderBy })
  const selection = useSelection<Opportunity>(whole)
  return (
    <>
      <DataGrid
        label={t('tree.opportunities')}
        records={records}
        columns={[...opportunityColumns(pipelines, t, fields), ...custom]}
        card={(row) => (
          <div className="grow">
            <div className="n"><Link className="cut" from="/opportunities" to="/opportunities" search={(before) => ({ ...before, open: row.id })}>{row.title}</Link></div>
            <div className="l"><span className="cut">{row.counterpartyName || row.number}</span></div>
            <div className="l num"><span>{money(row.amount)}</span><StageCell record={row} pipelines={pipelines} t={t} /></div>
          </div>
        )}
        selection={{ ...selection, nameOf: (row) => row.title }}
        openId={search.open}
        onOpen={(row) => onChange({ open: row.id })}
        orderBy={orderBy}
        onOrderBy={(sort) => onChange({ sort })}
        empty={<Empty icon={IconBriefcase} title={t('sales.empty')} text={t('sales.emptyHint')} />}
      />
      <OpportunityBulk selection={selection} pipeline={pipeline} filter={whole} orderBy={orderBy} more={records.hasNextPage} />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['x'], 'keys.tickShort'], [['Enter'], 'keys.openShort']]}>
        <span className="num">{t('ui.loadedRows', { count: records.rows.length, shown: number(records.rows.length) })}</span>
      </StatusBar>
    </>
  )
}
