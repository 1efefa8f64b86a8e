import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi } from '@tanstack/react-router'
import { IconBell, IconPencil, IconSettings } from '@tabler/icons-react'
import { errorText } from '../api/error-text.ts'
import { useCan } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { Notification } from '../api/types.ts'
import { useKeys } from '../lib/keys.ts'
import { useAddress } from '../lib/use-address.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { NoticeLine } from './notice-line.tsx'
import { SentList } from './sent-list.tsx'
import './notices.css'

const MessageForm = lazy(() => import('./message-form.tsx'))
const NoticeSettings = lazy(() => import('./notice-settings.tsx'))
const route = getRouteApi('/notifications')

function Mine() {
  const { t } = useTranslation()
  const records = useRecords<Notification>('notifications', 'notifications')
  if (records.rows.length === 0 && !records.isPending) return <Empty icon={IconBell} title={t('notices.empty')} text={t('notices.emptyHint')} />
  return (
    <div className="scroll grow">
      {records.error ? <p className="form-error" role="alert">{errorText(records.error)}</p> : null}
      <ul className="notice-list">{records.rows.map((notice) => <NoticeLine key={notice.id} notice={notice} />)}</ul>
      {records.hasNextPage ? <div className="pad"><Button size="lg" busy={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>{t('notices.more')}</Button></div> : null}
    </div>
  )
}

/** What one was told, what one has sent, and where one is told of what. */
export default function NotificationsPage() {
  const { t } = useTranslation()
  const can = useCan()
  const { search, change } = useAddress(route)
  const maySend = can('messages', 'create')
  const view = maySend ? (search.view ?? 'mine') : 'mine'
  useKeys([{ combo: 'c', label: 'notices.write', command: true, run: () => change({ create: true }) }], maySend)
  return (
    <>
      <ViewBar title={t('notices.title')}>
        <Button icon={IconSettings} onClick={() => change({ settings: true })}>{t('notices.settings')}</Button>
        {maySend ? <Button tone="primary" icon={IconPencil} combo="c" onClick={() => change({ create: true })}>{t('notices.write')}</Button> : null}
      </ViewBar>
      {maySend ? <ViewTabs label={t('ui.views')} tabs={['mine', 'sent'].map((value) => ({ value, label: t(`notices.view.${value}`) }))} value={view} onChange={(next) => change({ view: next === 'mine' ? undefined : 'sent' })} /> : null}
      {view === 'mine' ? <Mine /> : <SentList openId={search.open} onOpen={(open) => change({ open })} />}
      <Suspense fallback={null}>
        {search.create && maySend ? <MessageForm onClose={() => change({ create: undefined })} /> : null}
        {search.settings ? <NoticeSettings onClose={() => change({ settings: undefined })} /> : null}
      </Suspense>
    </>
  )
}
