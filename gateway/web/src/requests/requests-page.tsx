import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi } from '@tanstack/react-router'
import { IconPlus, IconTicket } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { filterOf } from '../api/filter.ts'
import { useCan } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { Request } from '../api/types.ts'
import { useSelection } from '../bulk/use-selection.ts'
import { ListFilter, type FilterAddress } from '../filters/list-filter.tsx'
import { both } from '../filters/model.ts'
import { useKeys } from '../lib/keys.ts'
import { useAddress } from '../lib/use-address.ts'
import { usePhoneWidth } from '../lib/use-phone-width.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { ExportMenu } from '../ui/export-menu.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { PartError } from '../ui/part-error.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { RequestBulk } from './request-bulk.tsx'
import { RequestDetail } from './request-detail.tsx'
import { RequestList } from './request-list.tsx'
import { channelWords } from './words.ts'
import './requests.css'

const RequestForm = lazy(() => import('./request-form.tsx'))
const route = getRouteApi('/requests')
const views = ['all', 'mine', 'new', 'closed'] as const

/** A saved filter holds all conditions; chips and tabs would add to it. */
const narrowed = ({ form: _form, view: _view, ...patch }: FilterAddress) =>
  patch.saved === undefined || !('filter' in patch) ? patch : { ...patch, channel: undefined, owner: undefined, branch: undefined, view: undefined }

export default function RequestsPage() {
  const { t } = useTranslation()
  const names = useNames()
  const can = useCan()
  const { search, change } = useAddress(route)
  const view = search.view ?? 'all'
  const filter = both(filterOf({
    ...(search.saved ? {} : view === 'closed' ? { state: 'closed' } : view === 'new' ? { state: 'new' } : { 'state!': 'closed' }),
    ownerId: view === 'mine' ? names.meId : search.owner, channel: search.channel, branchId: search.branch,
  }), search.filter ?? '')
  const orderBy = search.sort ?? (view === 'closed' ? 'receiveTime desc' : 'dueTime')
  const records = useRecords<Request>('requests', 'requests', { filter, orderBy })
  const selection = useSelection<Request>(filter)
  // Not on a phone, as in other lists.
  const phone = usePhoneWidth()
  const mayTick = can('requests', 'change') && !phone
  const mayCreate = can('requests', 'create')
  const create = () => change({ create: true })
  useKeys([{ combo: 'c', label: 'requests.create', command: true, run: create }], mayCreate)
  const count = t(records.hasNextPage ? 'requests.countMore' : 'requests.count', { count: records.rows.length })
  const party = search.party ? { id: search.party, name: search.partyName ?? '' } : undefined
  const closeForm = { create: undefined, party: undefined, partyName: undefined }
  return (
    <>
      <ViewBar title={t('tree.requests')} range={records.isPending ? '' : count}>
        {can('requests', 'export') ? <ExportMenu path="requests" filter={filter} orderBy={orderBy} /> : null}
        {mayCreate ? <Button tone="primary" icon={IconPlus} combo="c" onClick={create}>{t('requests.register')}</Button> : null}
      </ViewBar>
      <ViewTabs label={t('ui.views')} value={view} onChange={(next) => change({ view: next === 'all' ? undefined : (next as 'mine'), open: undefined })} tabs={views.map((value) => ({ value, label: t(`requests.view.${value}`) }))} />
      <div className={`inbox ${search.open ? 'inbox-open' : ''}`}>
        <div className="rql">
          <FilterBar
            fields={[
              { name: 'channel', label: t('requests.channel'), choices: channelWords.map((word) => ({ value: word, label: t(`words.requestChannel.${word}`) })) },
              { name: 'owner', label: t('requests.owner'), choices: names.employees.map((one) => ({ value: one.id, label: one.displayName })) },
              { name: 'branch', label: t('parties.branch'), choices: names.branches.map((one) => ({ value: one.id, label: one.name })) },
            ]}
            values={search as Record<string, string | undefined>}
            onChange={(name, value) => change({ [name]: value })}
          >
            <ListFilter resource="requests" filter={search.filter} whole={filter} saved={search.saved} orderBy={search.sort ?? ''} onChange={(patch) => change(narrowed(patch))} />
          </FilterBar>
          {records.error && records.rows.length === 0 ? <div className="pad"><PartError error={records.error} what={t('tree.requests')} onRetry={() => void records.refetch()} /></div> : null}
          {!records.isPending && !records.error && records.rows.length === 0 ? (
            <Empty icon={IconTicket} title={t('requests.empty')} text={t('requests.emptyHint')}>
              {mayCreate ? <Button tone="primary" size="lg" combo="c" onClick={create}>{t('requests.create')}</Button> : null}
            </Empty>
          ) : (
            <RequestList records={records} openId={search.open} onOpen={(open) => change({ open })} selection={mayTick ? selection : undefined} />
          )}
        </div>
        {search.open ? <RequestDetail key={search.open} id={search.open} keys={selection.rows.length === 0} onClose={() => change({ open: undefined })} /> : <div className="rd rd-none"><p className="meta">{t('requests.choose')}</p></div>}
      </div>
      <RequestBulk selection={selection} filter={filter} orderBy={orderBy} more={records.hasNextPage} />
      <StatusBar keys={[[['j', 'k'], 'keys.requestShort'], [['x'], 'keys.tickShort'], [['a'], 'keys.takeShort'], [['t'], 'keys.assignShort'], [['e'], 'keys.closeShort']]} />
      <Suspense fallback={null}>
        {search.create ? <RequestForm party={party} onClose={() => change(closeForm)} onDone={(open) => change({ ...closeForm, open })} /> : null}
      </Suspense>
    </>
  )
}
