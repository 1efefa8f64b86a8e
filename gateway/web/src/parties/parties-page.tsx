import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { IconAddressBook, IconPlus, IconSearch, IconUpload } from '@tabler/icons-react'
import { get } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import { filterOf } from '../api/filter.ts'
import { useCan, useFields } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import { useSelection } from '../bulk/use-selection.ts'
import { usePartySearch } from '../api/search.ts'
import type { Counterparty } from '../api/types.ts'
import { useCustomColumns } from '../custom/custom-columns.tsx'
import { ListFilter, type FilterAddress } from '../filters/list-filter.tsx'
import { both } from '../filters/model.ts'
import { number } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { useAddress } from '../lib/use-address.ts'
import { useStored } from '../lib/use-stored.ts'
import { Button } from '../ui/button.tsx'
import { ColumnMenu } from '../ui/column-menu.tsx'
import { DataGrid } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { QuickFind } from '../ui/quick-find.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { PartyBulk } from './party-bulk.tsx'
import { partyColumns } from './party-columns.tsx'
import { PartyDrawer } from './party-drawer.tsx'
import { PartyExport } from './party-export.tsx'
import { PartyLine } from './party-line.tsx'
import { TagCloud } from './tag-cloud.tsx'
import { usePartyFilters } from './use-party-filters.ts'

const PartyForm = lazy(() => import('./party-form.tsx'))
const ImportDialog = lazy(() => import('../imports/import-dialog.tsx'))

const route = getRouteApi('/counterparties')

/** Rows of the list, or of the search while words stand in the field: both look the same to the grid. */
function useRows(search: ReturnType<typeof route.useSearch>, mine: string | undefined) {
  const filter = both(filterOf({
    kind: search.kind, roles: search.role, branchId: search.branch, responsibleId: search.view === 'mine' ? mine : search.responsible,
    vip: search.view === 'vip' ? true : undefined, tags: search.tag,
  }), search.filter ?? '')
  const searching = (search.q ?? '').trim().length >= 2
  const list = useRecords<Counterparty>('counterparties', 'counterparties', { filter, orderBy: search.sort ?? '' }, !searching)
  const found = usePartySearch(search.q ?? '', FOUND)
  const rows = searching
    ? { ...list, rows: found.found.map((one) => one.party), isPending: found.isPending, error: found.error, hasNextPage: false, isFetchingNextPage: false }
    : list
  // Apart from the rows, which do not wait for it.
  const { data } = useQuery({
    queryKey: ['counterparties', 'list', 'count', filter],
    queryFn: ({ signal }) => get<{ totalSize?: number }>('counterparties', { filter, pageSize: 1, countTotal: true }, signal),
    enabled: !searching && rows.hasNextPage,
  })
  return { rows, searching, filter, total: rows.hasNextPage ? data?.totalSize : undefined }
}

/** A search shows its best and goes no further. */
const FOUND = 100
/** Beyond that the server does not count. */
const COUNTED = 1000

/** `1–100 із 873`, `1–100 із понад 1 000`; where nobody counted, that there are more. */
function rangeOf({ rows, hasNextPage }: { rows: unknown[]; hasNextPage: boolean }, total: number | undefined, t: TFunction): string {
  const shown = number(rows.length)
  if (!hasNextPage) return t('ui.loaded', { shown, count: rows.length })
  if (total === undefined) return t('ui.loadedMore', { shown })
  return t(total > COUNTED ? 'ui.loadedOfMore' : 'ui.loadedOf', { shown, total: number(Math.min(total, COUNTED)) })
}

/** A saved filter holds all conditions; chips and tabs would add to it. */
const narrowed = ({ form: _form, view: _view, ...patch }: FilterAddress) =>
  patch.saved === undefined || !('filter' in patch) ? patch : { ...patch, kind: undefined, role: undefined, branch: undefined, responsible: undefined, tag: undefined, view: undefined }

export default function PartiesPage() {
  const { t } = useTranslation()
  const names = useNames()
  const can = useCan()
  const { search, change } = useAddress(route)
  const navigate = useNavigate({ from: '/counterparties' })
  const [hidden, setHidden] = useStored<string[]>('columns.parties', [])
  const [unfit, setUnfit] = useState<string[]>([])
  const { rows, searching, filter, total } = useRows(search, names.meId)
  // There may be exactly as many: nobody counts the others of a search.
  const cut = searching && rows.rows.length >= FOUND
  const selection = useSelection<Counterparty>(`${filter} ${search.q ?? ''}`)
  const fields = usePartyFilters()
  const custom = useCustomColumns<Counterparty>('counterparties')
  const columns = [...partyColumns(names, useFields('counterparties')), ...custom]
  const create = () => change({ create: true })
  const mayCreate = can('counterparties', 'create')
  useKeys([{ combo: 'c', label: 'parties.create', command: true, run: create }], mayCreate)
  const opened = (row: Counterparty, page: boolean) =>
    page ? void navigate({ to: '/counterparties/$id', params: { id: row.id } }) : change({ open: row.id })
  const views = ['all', 'mine', 'vip'].map((value) => ({ value, label: t(`parties.view.${value}`) }))
  return (
    <>
      <ViewBar title={t('tree.counterparties')} range={cut ? t('ui.found', { shown: number(FOUND) }) : rangeOf(rows, total, t)}>
        {can('counterparties', 'export') ? <PartyExport path="counterparties" {...(searching ? { q: search.q!.trim(), filter: '', orderBy: '', found: cut ? FOUND : undefined } : { filter, orderBy: search.sort ?? '' })} /> : null}
        {mayCreate ? <Button icon={IconUpload} className="wide-only" onClick={() => change({ import: true })}>{t('imports.import')}</Button> : null}
        {mayCreate ? <Button tone="primary" icon={IconPlus} combo="c" onClick={create}>{t('ui.create')}</Button> : null}
      </ViewBar>
      <ViewTabs label={t('ui.views')} tabs={views} value={search.view ?? 'all'} onChange={(view) => change({ view: view === 'all' ? undefined : (view as 'mine' | 'vip') })} />
      <FilterBar fields={searching ? [] : fields} values={search as Record<string, string | undefined>} onChange={(name, value) => change({ [name]: value })}>
        {searching ? null : <TagCloud value={search.tag} onChange={(tag) => change({ tag })} />}
        {searching ? null : (
          <ListFilter
            resource="counterparties" filter={search.filter} whole={filter} saved={search.saved} orderBy={search.sort ?? ''} onChange={(patch) => change(narrowed(patch))}
            columns={columns.map(({ id }) => id).filter((id) => !hidden.includes(id))} onColumns={(shown) => setHidden(columns.map(({ id }) => id).filter((id) => !shown.includes(id)))}
          />
        )}
        <QuickFind value={search.q ?? ''} onChange={(q) => change({ q: q || undefined })} label={t('search.inList')} />
        <ColumnMenu columns={columns} hidden={hidden} unfit={unfit} onChange={setHidden} />
      </FilterBar>
      <DataGrid
        label={t('tree.counterparties')}
        records={rows}
        columns={columns}
        hidden={hidden}
        onUnfit={setUnfit}
        card={(row) => <PartyLine party={row} />}
        selection={{ ...selection, nameOf: (row) => row.displayName }}
        openId={search.open}
        onOpen={opened}
        orderBy={searching ? '' : (search.sort ?? 'displayName')}
        {...(searching ? {} : { onOrderBy: (sort: string) => change({ sort }) })}
        empty={
          searching || filter !== '' ? (
            <Empty icon={IconSearch} title={t('ui.nothingFound')} text={t('parties.nothingFoundHint')}>
              <Button size="lg" onClick={() => void navigate({ search: {} })}>{t('ui.clearFilters')}</Button>
            </Empty>
          ) : (
            <Empty icon={IconAddressBook} title={t('parties.empty')} text={t('parties.emptyHint')}>
              {mayCreate ? <Button tone="primary" size="lg" combo="c" onClick={create}>{t('parties.create')}</Button> : null}
              {mayCreate ? <Button size="lg" onClick={() => change({ import: true })}>{t('imports.fromFile')}</Button> : null}
            </Empty>
          )
        }
      />
      <PartyBulk selection={selection} filter={filter} orderBy={search.sort ?? ''} more={rows.hasNextPage} />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['x'], 'keys.tickShort'], [['Enter'], 'keys.openShort'], [['f'], 'keys.filterShort']]}>
        <span className="num">{t('ui.loadedRows', { count: rows.rows.length, shown: number(rows.rows.length) })}</span>
      </StatusBar>
      {search.open ? <PartyDrawer id={search.open} onClose={() => change({ open: undefined })} onOpenPage={() => void navigate({ to: '/counterparties/$id', params: { id: search.open! } })} /> : null}
      <Suspense fallback={null}>
        {search.create ? <PartyForm onClose={() => change({ create: undefined })} onDone={(id) => void navigate({ to: '/counterparties/$id', params: { id } })} /> : null}
        {search.import || search.importId ? <ImportDialog key={search.importId} path="imports" kinds={['counterparty', 'contact-person']} importId={search.importId} onClose={() => change({ import: undefined, importId: undefined })} /> : null}
      </Suspense>
    </>
  )
}
