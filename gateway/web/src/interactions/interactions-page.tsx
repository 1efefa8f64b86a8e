import { lazy, Suspense, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi, Link } from '@tanstack/react-router'
import { IconCalendarEvent, IconCheck, IconPlus } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { filterOf } from '../api/filter.ts'
import { useCan } from '../api/me.ts'
import { useRecord, useRecords } from '../api/records.ts'
import type { Interaction } from '../api/types.ts'
import { number, when } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { useAddress } from '../lib/use-address.ts'
import { Button } from '../ui/button.tsx'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Person } from '../ui/person.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { ForgottenList } from './forgotten-list.tsx'
import { isOverdue, kindIcons, midnight } from './interaction-words.ts'

const InteractionForm = lazy(() => import('./interaction-form.tsx'))
const HoldDialog = lazy(() => import('./hold-dialog.tsx'))
const route = getRouteApi('/interactions')
const views = ['today', 'upcoming', 'held', 'all', 'forgotten'] as const
type View = (typeof views)[number]

/** What stands in a view: mine up to the end of today with all that is overdue, mine later on, mine held, or all planned that I see. */
function questionOf(view: View, me: string | undefined, tomorrow: string) {
  const mine = { ownerId: me }
  if (view === 'held') return { filter: filterOf({ ...mine, state: 'held' }), orderBy: 'startTime desc' }
  if (view === 'upcoming') return { filter: filterOf({ ...mine, state: 'planned' }, [`startTime>="${tomorrow}"`]), orderBy: 'startTime' }
  if (view === 'all') return { filter: filterOf({ state: 'planned' }), orderBy: 'startTime' }
  return { filter: filterOf({ ...mine, state: 'planned' }, [`startTime<"${tomorrow}"`]), orderBy: 'startTime' }
}

function PlanList({ view, openId, onOpen, onHold, empty }: { view: View; openId: string | undefined; onOpen: (id: string) => void; onHold: (id: string) => void; empty: ReactNode }) {
  const { t } = useTranslation()
  const names = useNames()
  const can = useCan()
  const records = useRecords<Interaction>('interactions', 'interactions', questionOf(view, names.meId, midnight(1)))
  const subject = (row: Interaction) => <Link className="name cut" from="/interactions" to="/interactions" search={(before) => ({ ...before, open: row.id })} title={row.subject}>{row.subject}</Link>
  const start = (row: Interaction) => <span className={`num ${isOverdue(row) ? 'late-text' : 'soft'}`}>{when(row.startTime)}{isOverdue(row) ? ` · ${t('interactions.overdue')}` : ''}</span>
  const party = (row: Interaction) => (row.counterpartyName ? <Link className="cut link-quiet" to="/counterparties/$id" params={{ id: row.counterpartyIds[0]! }}>{row.counterpartyName}</Link> : <span className="muted">—</span>)
  const hold = (row: Interaction, size: 'sm' | 'touch') => (row.state === 'planned' && can('interactions', 'change') ? <IconButton size={size} icon={IconCheck} label={t('interactions.holdOf', { subject: row.subject })} onClick={() => onHold(row.id)} /> : null)
  const columns: GridColumn<Interaction>[] = [
    { id: 'subject', head: 'interactions.subject', cell: (row) => <span className="row"><Icon of={kindIcons[row.kind]} />{subject(row)}</span> },
    { id: 'kind', head: 'interactions.kind', width: 100, cell: (row) => <span className="soft">{t(`words.interaction.${row.kind}`)}</span> },
    { id: 'start', head: 'interactions.start', width: 220, cell: start },
    { id: 'party', head: 'interactions.party', width: 200, cell: party },
    { id: 'place', head: 'interactions.place', width: 110, spare: 0, cell: (row) => <span className="soft">{row.place}</span> },
    { id: 'owner', head: 'parties.responsible', width: 150, cell: (row) => <span className="soft"><Person id={row.ownerId} /></span> },
    { id: 'hold', head: 'interactions.hold', width: 90, cell: (row) => hold(row, 'sm') },
  ]
  return (
    <>
      <DataGrid
        label={t(`interactions.view.${view}`)} records={records} columns={columns} orderBy="" openId={openId} onOpen={(row) => onOpen(row.id)}
        card={(row) => (
          <>
            <div className="grow">
              <div className="n">{subject(row)}</div>
              <div className="l">{party(row)}</div>
              <div className="l num">{start(row)}<span className="muted">{t(`words.interaction.${row.kind}`)}</span></div>
            </div>
            {hold(row, 'touch')}
          </>
        )}
        empty={empty}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['Enter'], 'keys.openShort']]}>
        <span className="num">{t('ui.loadedRows', { count: records.rows.length, shown: number(records.rows.length) })}</span>
      </StatusBar>
    </>
  )
}

/** My plan for today with what is overdue, what comes later, what was held, and whom everybody forgot. */
export default function InteractionsPage() {
  const { t } = useTranslation()
  const can = useCan()
  const { search, change } = useAddress(route)
  const view = search.view ?? 'today'
  const mayCreate = can('interactions', 'create')
  useKeys([{ combo: 'c', label: 'interactions.plan', command: true, run: () => change({ create: true }) }], mayCreate)
  const shown = useRecord<Interaction>('interactions', search.open ?? search.hold).data
  const empty = (
    <Empty icon={IconCalendarEvent} title={t(`interactions.empty.${view}`, { defaultValue: t('interactions.empty.today') })} text={t('interactions.emptyHint')}>
      {mayCreate ? <Button tone="primary" size="lg" combo="c" onClick={() => change({ create: true })}>{t('interactions.plan')}</Button> : null}
    </Empty>
  )
  const tabs = views.filter((value) => value !== 'forgotten' || can('counterparties')).map((value) => ({ value, label: t(`interactions.view.${value}`) }))
  return (
    <>
      <ViewBar title={t('tree.interactions')} range="">
        {mayCreate ? <Button tone="primary" icon={IconPlus} combo="c" onClick={() => change({ create: true })}>{t('interactions.planShort')}</Button> : null}
      </ViewBar>
      <ViewTabs label={t('ui.views')} tabs={tabs} value={view} onChange={(next) => change({ view: next === 'today' ? undefined : (next as View) })} />
      {view === 'forgotten' ? (
        <ForgottenList days={search.days ?? '30'} mine={search.whose !== 'all'} onChange={change} />
      ) : (
        <PlanList view={view} openId={search.open} onOpen={(open) => change({ open })} onHold={(hold) => change({ hold })} empty={empty} />
      )}
      <Suspense fallback={null}>
        {search.create ? <InteractionForm onClose={() => change({ create: undefined })} /> : null}
        {search.open && shown?.id === search.open ? <InteractionForm key={shown.id} interaction={shown} onClose={() => change({ open: undefined })} /> : null}
        {search.hold && shown?.id === search.hold ? <HoldDialog key={shown.id} interaction={shown} onClose={() => change({ hold: undefined })} /> : null}
      </Suspense>
    </>
  )
}
