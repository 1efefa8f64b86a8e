import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { IconShieldLock } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { useRecords } from '../api/records.ts'
import type { SubjectRequest } from '../api/types.ts'
import { dateTime, number } from '../lib/format.ts'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { Status } from '../ui/status.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { stateWord } from './state-word.ts'

const SubjectDialog = lazy(() => import('./subject-dialog.tsx'))
const route = getRouteApi('/subject-requests')
const views = ['all', 'file', 'erasure'] as const
const TONES = { collecting: 'info', ready: 'acc', erasing: 'warn', done: 'good', expired: 'neutral', unspecified: 'neutral' } as const

/** The journal of what data subjects asked for: who entered it, when, how far it is, and the file. */
export default function RequestsPage() {
  const { t } = useTranslation()
  const names = useNames()
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/subject-requests' })
  const [open, setOpen] = useState<SubjectRequest>()
  const view = search.view ?? 'all'
  const records = useRecords<SubjectRequest>('subject-requests', 'subjectRequests', { filter: view === 'all' ? '' : `kind = ${view}` })
  const nameOf = (row: SubjectRequest) => row.subjectName || t('privacy.erased')
  const name = (row: SubjectRequest) => <button type="button" className="name cut" onClick={() => setOpen(row)}>{nameOf(row)}</button>
  const state = (row: SubjectRequest) => <Status tone={TONES[row.state]}>{t(stateWord(row))}</Status>
  const columns: GridColumn<SubjectRequest>[] = [
    { id: 'subject', head: 'privacy.subject', cell: name },
    { id: 'kind', head: 'privacy.kind', width: 190, cell: (row) => t(`words.subjectRequest.${row.kind}`) },
    { id: 'state', head: 'privacy.state', width: 190, cell: state },
    { id: 'created', head: 'privacy.entered', width: 150, order: 'createTime', cell: (row) => <span className="num">{dateTime(row.createTime!)}</span> },
    { id: 'ground', head: 'privacy.ground', width: 180, spare: 1, cell: (row) => <span className="soft cut">{row.ground}</span> },
    { id: 'actor', head: 'privacy.actor', width: 170, spare: 2, cell: (row) => <span className="soft">{names.person(row.actorId)}</span> },
  ]
  return (
    <>
      <ViewBar title={t('tree.subjectRequests')} range={records.isPending ? '' : t(records.hasNextPage ? 'ui.loadedMore' : 'ui.loaded', { shown: number(records.rows.length), count: records.rows.length })} />
      <ViewTabs label={t('tree.subjectRequests')} value={view} onChange={(next) => void navigate({ search: next === 'all' ? {} : { view: next as 'file' }, replace: true })} tabs={views.map((value) => ({ value, label: t(`privacy.view.${value}`) }))} />
      <DataGrid
        label={t('tree.subjectRequests')} records={records} columns={columns} onOpen={setOpen}
        card={(row) => (
          <div className="grow">
            <div className="n">{name(row)}</div>
            <div className="l"><span className="cut">{t(`words.subjectRequest.${row.kind}`)}</span></div>
            <div className="l">{state(row)}<span className="num soft">{dateTime(row.createTime!)}</span></div>
          </div>
        )}
        empty={<Empty icon={IconShieldLock} title={t('privacy.emptyTitle')} text={t('privacy.emptyText')} />}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['Enter'], 'keys.openShort']]} />
      <Suspense fallback={null}>{open ? <SubjectDialog kind={open.kind} request={open} name={nameOf(open)} onClose={() => setOpen(undefined)} /> : null}</Suspense>
    </>
  )
}
