import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { IconClockX, IconPlus } from '@tabler/icons-react'
import { useRecords } from '../api/records.ts'
import type { RetentionRule } from '../api/types.ts'
import { dateTime, number } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { Button } from '../ui/button.tsx'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { Status } from '../ui/status.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { AREAS, areas } from './rule-areas.ts'

const route = getRouteApi('/retention-rules')
const RuleForm = lazy(() => import('./rule-form.tsx'))

/** How long records are kept, and what the rules have taken. */
export default function RulesPage() {
  const { t } = useTranslation()
  const [open, setOpen] = useState<RetentionRule | 'new'>()
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/retention-rules' })
  const area = search.of ?? 'contacts'
  const records = useRecords<RetentionRule>(AREAS[area].path, 'retentionRules')
  const create = () => setOpen('new')
  useKeys([{ combo: 'c', label: 'privacy.addRule', command: true, run: create }])
  const name = (row: RetentionRule) => <button type="button" className="name cut" onClick={() => setOpen(row)}>{row.displayName}</button>
  const state = (row: RetentionRule) => <Status tone={row.enabled ? 'good' : 'neutral'}>{t(row.enabled ? 'privacy.on' : 'privacy.off')}</Status>
  const columns: GridColumn<RetentionRule>[] = [
    { id: 'name', head: 'privacy.ruleName', width: 260, cell: name },
    { id: 'what', head: 'privacy.ruleWhat', cell: (row) => <span className="soft cut">{t(`words.retention.${row.resource}`)}</span> },
    { id: 'months', head: 'privacy.ruleMonths', width: 150, right: true, cell: (row) => number(row.ageMonths) },
    { id: 'state', head: 'privacy.ruleState', width: 150, cell: state },
    { id: 'run', head: 'privacy.lastRun', width: 150, spare: 1, cell: (row) => <span className="num soft">{row.runTime ? dateTime(row.runTime) : ''}</span> },
    { id: 'taken', head: 'privacy.taken', width: 110, right: true, spare: 2, cell: (row) => number(row.totalCount) },
  ]
  return (
    <>
      <ViewBar title={t('tree.retention')} range={records.isPending ? '' : t('ui.loaded', { shown: number(records.rows.length), count: records.rows.length })}>
        <Button tone="primary" icon={IconPlus} combo="c" onClick={create}>{t('ui.create')}</Button>
      </ViewBar>
      <ViewTabs label={t('tree.retention')} value={area} onChange={(next) => void navigate({ search: next === 'contacts' ? {} : { of: next as 'calls' }, replace: true })} tabs={areas.map((value) => ({ value, label: t(`privacy.area.${value}`) }))} />
      <DataGrid
        label={t('tree.retention')} records={records} columns={columns} onOpen={setOpen}
        card={(row) => (
          <div className="grow">
            <div className="n">{name(row)}</div>
            <div className="l"><span className="cut soft">{t(`words.retention.${row.resource}`)}</span></div>
            <div className="l">{state(row)}<span className="soft num">{t('privacy.months', { count: row.ageMonths })}</span></div>
          </div>
        )}
        empty={<Empty icon={IconClockX} title={t('privacy.noRules')} text={t('privacy.noRulesHint')}><Button tone="primary" size="lg" combo="c" onClick={create}>{t('privacy.addRule')}</Button></Empty>}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['Enter'], 'keys.openShort']]} />
      <Suspense fallback={null}>{open ? <RuleForm area={AREAS[area]} {...(open === 'new' ? {} : { record: open })} onClose={() => setOpen(undefined)} /> : null}</Suspense>
    </>
  )
}
