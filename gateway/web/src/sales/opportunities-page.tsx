import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '@mantine/core'
import type { TFunction } from 'i18next'
import { getRouteApi } from '@tanstack/react-router'
import { IconBriefcase, IconChartBar, IconChevronDown, IconLayoutKanban, IconList, IconPlus, IconUpload } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { filterOf } from '../api/filter.ts'
import { useCan } from '../api/me.ts'
import type { Pipeline } from '../api/types.ts'
import { ListFilter, type FilterAddress } from '../filters/list-filter.tsx'
import { both } from '../filters/model.ts'
import { useKeys } from '../lib/keys.ts'
import { useAddress } from '../lib/use-address.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { ExportMenu } from '../ui/export-menu.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { Icon } from '../ui/icon.tsx'
import { PartError } from '../ui/part-error.tsx'
import { Segment } from '../ui/segment.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { Board } from './board.tsx'
import { totalOf, weightedTotalOf } from './board-sums.ts'
import { today } from '../lib/day.ts'
import { FunnelView } from './funnel-view.tsx'
import { OpportunityDrawer } from './opportunity-drawer.tsx'
import { OpportunityList } from './opportunity-list.tsx'
import { pipelineOf, useBoard, useFunnel, usePipelines } from './queries.ts'
import './sales.css'

const OpportunityForm = lazy(() => import('./opportunity-form.tsx'))
const ImportDialog = lazy(() => import('../imports/import-dialog.tsx'))
const route = getRouteApi('/opportunities')
export type OpportunitySearch = ReturnType<typeof route.useSearch>

function PipelineMenu({ pipelines, pipeline, onChange }: { pipelines: Pipeline[]; pipeline: Pipeline | undefined; onChange: (id: string) => void }) {
  const { t } = useTranslation()
  if (!pipeline) return null
  if (pipelines.length < 2) return <span className="meta cut">{pipeline.name}</span>
  return (
    <Menu position="bottom-start" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button tone="quiet" size="sm" aria-label={t('sales.choosePipeline', { name: pipeline.name })}>{pipeline.name}<Icon of={IconChevronDown} size={14} /></Button>
      </Menu.Target>
      <Menu.Dropdown>
        {pipelines.toSorted((a, b) => Number(a.archived) - Number(b.archived)).map((one) => (
          <Menu.Item key={one.id} onClick={() => onChange(one.id)}>{one.name}{one.archived ? <span className="meta"> {t('pipelines.archivedMark')}</span> : null}</Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Opened since; a day, so that the address stays the same all day long. */
const periods = (t: TFunction) =>
  [30, 90, 365].map((days) => ({ value: today(new Date(Date.now() - days * 86_400_000)), label: t('sales.funnel.lastDays', { count: days }) }))

/** A saved filter holds all conditions; chips and tabs would add to it. */
const narrowed = (patch: FilterAddress) => (patch.saved === undefined || !('filter' in patch) ? patch : { ...patch, owner: undefined, branch: undefined })

/** The tab is a condition too. */
const wholeOf = (filter: string, form: string, view: string): string =>
  view === 'all' && form === 'list' ? filter : both(`state = ${view === 'won' || view === 'lost' ? view : 'open'}`, filter)

export default function OpportunitiesPage() {
  const { t } = useTranslation()
  const names = useNames()
  const can = useCan()
  const { search, change } = useAddress(route)
  const [cards, setCards] = useState(20)
  const { pipelines, error: pipelinesError, isPending, refetch } = usePipelines()
  const pipeline = pipelineOf(pipelines, search.pipeline)
  const form = search.form ?? 'board'
  const view = search.view ?? 'open'
  const filter = both(filterOf({ ownerId: view === 'mine' ? names.meId : search.owner, branchId: search.branch }), search.filter ?? '')
  const board = useBoard(form === 'board' ? pipeline?.id : undefined, filter, cards)
  const funnel = useFunnel(form === 'funnel' ? pipeline?.id : undefined, search.from ? new Date(search.from).toISOString() : undefined)
  const mayCreate = can('opportunities', 'create')
  const create = () => change({ create: true })
  useKeys([{ combo: 'c', label: 'sales.create', command: true, run: create }], mayCreate)
  const party = search.party ? { id: search.party, name: search.partyName ?? '' } : undefined
  const closeForm = { create: undefined, party: undefined, partyName: undefined }
  const error = pipelinesError ?? (form === 'board' ? board.error : form === 'funnel' ? funnel.error : undefined)
  return (
    <>
      <ViewBar title={t('tree.opportunities')} after={<PipelineMenu pipelines={pipelines} pipeline={pipeline} onChange={(id) => change({ pipeline: id })} />}>
        <Segment
          label={t('ui.form')} value={form} onChange={(next) => change({ form: next === 'board' ? undefined : next })}
          options={[{ value: 'list', label: t('ui.asTable'), icon: IconList }, { value: 'board', label: t('ui.asBoard'), icon: IconLayoutKanban }, { value: 'funnel', label: t('ui.asChart'), icon: IconChartBar }]}
        />
        {can('opportunities', 'export') && form !== 'funnel' ? <ExportMenu path="opportunities" filter={wholeOf(filter, form, view)} orderBy={form === 'list' ? (search.sort ?? '') : ''} /> : null}
        {mayCreate ? <Button icon={IconUpload} className="wide-only" onClick={() => change({ import: true })}>{t('imports.import')}</Button> : null}
        {mayCreate ? <Button tone="primary" icon={IconPlus} combo="c" onClick={create}>{t('sales.create')}</Button> : null}
      </ViewBar>
      {form === 'funnel' ? null : <ViewTabs
        label={t('ui.views')} value={view} onChange={(next) => change({ view: next === 'open' ? undefined : (next as 'mine') })}
        tabs={(form === 'list' ? ['open', 'mine', 'won', 'lost', 'all'] : ['open', 'mine']).map((value) => ({ value, label: t(`sales.view.${value}`) }))}
      >
        {form === 'board' && board.data ? (
          <>
            <span className="grow" />
            <span className="tot num wide-only"><span>{t('sales.total')} <b>{totalOf(board.data)}</b></span><span>{t('sales.weighted')} <b>{weightedTotalOf(board.data, t)}</b></span></span>
          </>
        ) : null}
      </ViewTabs>}
      <FilterBar
        fields={form === 'funnel' ? [{ name: 'from', label: t('sales.funnel.period'), choices: periods(t) }] : [
          { name: 'owner', label: t('sales.owner'), choices: names.employees.map((one) => ({ value: one.id, label: one.displayName })) },
          { name: 'branch', label: t('parties.branch'), choices: names.branches.map((one) => ({ value: one.id, label: one.name })) },
        ]}
        values={search as Record<string, string | undefined>}
        onChange={(name, value) => change({ [name]: value })}
      >
        {form === 'funnel' ? null : <ListFilter resource="opportunities" filter={search.filter} whole={wholeOf(filter, form, view)} saved={search.saved} orderBy={search.sort ?? ''} onChange={(patch) => change(narrowed(patch))} />}
      </FilterBar>
      {error ? <div className="pad"><PartError error={error} what={t('tree.opportunities')} onRetry={() => void (pipelinesError ? refetch() : board.refetch())} /></div> : null}
      {!isPending && !pipeline && !error ? <Empty icon={IconBriefcase} title={t('sales.noPipeline')} text={t('sales.noPipelineHint')} /> : null}
      {form === 'board' && pipeline && board.data ? (
        <Board
          board={board.data} pipeline={pipeline} onOpen={(open) => change({ open })} onMore={() => setCards(50)}
          onDecided={(state) => change({ form: 'list', view: state })}
        />
      ) : null}
      {form === 'funnel' && pipeline && funnel.data ? <FunnelView funnel={funnel.data} pipeline={pipeline} /> : null}
      {form === 'list' && pipeline ? <OpportunityList search={search} filter={filter} pipelines={pipelines} pipeline={pipeline} onChange={change} /> : null}
      {form === 'board' ? (
        <StatusBar keys={[[['ArrowLeft', 'ArrowRight'], 'keys.stagesShort'], [['m'], 'keys.moveToShort'], [['Enter'], 'keys.openShort']]}>
          <span>{t('sales.colours')}</span>
        </StatusBar>
      ) : null}
      {search.open ? <OpportunityDrawer key={search.open} id={search.open} onClose={() => change({ open: undefined })} /> : null}
      <Suspense fallback={null}>
        {search.create && pipeline ? <OpportunityForm party={party} pipelineId={pipeline.id} onClose={() => change(closeForm)} onDone={(open) => change({ ...closeForm, open })} /> : null}
        {search.import || search.importId ? <ImportDialog key={search.importId} path="opportunity-imports" kinds={['opportunity']} importId={search.importId} onClose={() => change({ import: undefined, importId: undefined })} /> : null}
      </Suspense>
    </>
  )
}
