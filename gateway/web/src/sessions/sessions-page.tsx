import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi } from '@tanstack/react-router'
import { IconLogout } from '@tabler/icons-react'
import { useAddress } from '../lib/use-address.ts'
import { Button } from '../ui/button.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { BulkReadList } from './bulk-read-list.tsx'
import { OnlineList } from './online-list.tsx'
import { SignInList } from './sign-in-list.tsx'

const EndDialog = lazy(() => import('./end-dialog.tsx'))
const route = getRouteApi('/sessions')
const views = ['online', 'journal', 'reads'] as const

/** Who is on-line, and who came and went. */
export default function SessionsPage() {
  const { t } = useTranslation()
  const { search, change } = useAddress(route)
  const view = search.view ?? 'online'
  return (
    <>
      <ViewBar title={t('tree.sessions')}>
        <Button icon={IconLogout} onClick={() => change({ end: true })}>{t('sessions.endMany')}</Button>
      </ViewBar>
      <ViewTabs label={t('ui.views')} tabs={views.map((value) => ({ value, label: t(`sessions.view.${value}`) }))} value={view} onChange={(next) => change({ view: next === 'online' ? undefined : (next as 'journal' | 'reads') })} />
      {view === 'online' ? <OnlineList search={search} onChange={change} /> : null}
      {view === 'journal' ? <SignInList search={search} onChange={change} /> : null}
      {view === 'reads' ? <BulkReadList search={search} onChange={change} /> : null}
      <Suspense fallback={null}>{search.end ? <EndDialog onClose={() => change({ end: undefined })} /> : null}</Suspense>
    </>
  )
}
