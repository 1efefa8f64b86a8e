import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi } from '@tanstack/react-router'
import { IconInbox } from '@tabler/icons-react'
import { useGroupTitles } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import { DEFAULT_QUEUE } from '../api/queues.ts'
import { useRecord, useRecords } from '../api/records.ts'
import type { Queue } from '../api/types.ts'
import { useAddress } from '../lib/use-address.ts'
import type { GridColumn } from '../ui/data-grid.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Status } from '../ui/status.tsx'
import { useSpan } from './use-span.ts'

const QueueForm = lazy(() => import('./queue-form.tsx'))
const route = getRouteApi('/queues')

/** The queues that requests come through: who serves each, and how fast an answer is due. */
export default function QueuesPage() {
  const { t } = useTranslation()
  const span = useSpan()
  const { title } = useGroupTitles()
  const { search, change } = useAddress(route)
  const records = useRecords<Queue>('queues', 'queues')
  const opened = useRecord<Queue>('queues', search.open).data
  const mayCreate = useCan()('queues', 'create')
  const nameButton = (row: Queue) => <button type="button" className="name cut" onClick={() => change({ open: row.id })}>{row.title || row.name}</button>
  const group = (row: Queue) => (row.group ? title(row.group) : t('queues.everybody'))
  const state = (row: Queue) => (row.name === DEFAULT_QUEUE ? <Status tone="acc">{t('queues.default')}</Status> : row.archived ? <Status tone="neutral">{t('pipelines.archivedMark')}</Status> : null)
  const columns: GridColumn<Queue>[] = [
    { id: 'title', head: 'queues.title', cell: nameButton },
    { id: 'name', head: 'queues.name', width: 180, spare: 1, cell: (row) => <code className="soft">{row.name}</code> },
    { id: 'group', head: 'queues.group', width: 260, spare: 2, cell: (row) => <span className="soft cut">{group(row)}</span> },
    { id: 'answer', head: 'queues.answer', width: 120, right: true, cell: (row) => span(row.answerMinutes) },
    { id: 'callBack', head: 'queues.callBackShort', width: 150, right: true, cell: (row) => span(row.callBackMinutes) },
    { id: 'state', head: 'queues.state', width: 120, spare: 0, cell: state },
  ]
  return (
    <ListPage
      title={t('tree.queues')} create={mayCreate && { label: 'queues.create', run: () => change({ create: true }) }}
      empty={{ icon: IconInbox, title: t('queues.empty'), text: t('queues.emptyHint') }}
      records={records} columns={columns} openId={search.open} onOpen={(row) => change({ open: row.id })}
      card={(row) => (
        <div className="grow">
          <div className="n">{nameButton(row)}</div>
          <div className="l"><span className="cut soft">{group(row)}</span>{state(row)}</div>
          <div className="l"><span className="soft num">{span(row.answerMinutes)} · {span(row.callBackMinutes)}</span></div>
        </div>
      )}
    >
      {search.create ? <QueueForm onClose={() => change({ create: undefined })} /> : null}
      {search.open && opened ? <QueueForm key={opened.id} record={opened} onClose={() => change({ open: undefined })} /> : null}
    </ListPage>
  )
}
