import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi } from '@tanstack/react-router'
import { IconLayoutKanban } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import { useRecord, useRecords } from '../api/records.ts'
import type { Pipeline } from '../api/types.ts'
import { useAddress } from '../lib/use-address.ts'
import type { GridColumn } from '../ui/data-grid.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Status } from '../ui/status.tsx'

const PipelineForm = lazy(() => import('./pipeline-form.tsx'))
const route = getRouteApi('/pipelines')

/** The pipelines of the firm, each with its stages. */
export default function PipelinesPage() {
  const { t } = useTranslation()
  const { search, change } = useAddress(route)
  const records = useRecords<Pipeline>('pipelines', 'pipelines')
  const opened = useRecord<Pipeline>('pipelines', search.open).data
  const mayCreate = useCan()('pipelines', 'create')
  const nameButton = (row: Pipeline) => <button type="button" className="name cut" onClick={() => change({ open: row.id })}>{row.name}</button>
  const stages = (row: Pipeline) => row.stages.map(({ name }) => name).join(' → ')
  const state = (row: Pipeline) => (row.isDefault ? <Status tone="acc">{t('pipelines.default')}</Status> : row.archived ? <Status tone="neutral">{t('pipelines.archivedMark')}</Status> : null)
  const columns: GridColumn<Pipeline>[] = [
    { id: 'name', head: 'pipelines.name', width: 260, cell: nameButton },
    { id: 'stages', head: 'pipelines.stages', cell: (row) => <span className="soft cut" title={stages(row)}>{stages(row)}</span> },
    { id: 'state', head: 'pipelines.state', width: 140, cell: state },
  ]
  return (
    <ListPage
      title={t('tree.pipelines')} create={mayCreate && { label: 'pipelines.create', run: () => change({ create: true }) }}
      empty={{ icon: IconLayoutKanban, title: t('pipelines.empty'), text: t('pipelines.emptyHint') }}
      records={records} columns={columns} openId={search.open} onOpen={(row) => change({ open: row.id })}
      card={(row) => (
        <div className="grow">
          <div className="n">{nameButton(row)}</div>
          <div className="l"><span className="cut soft">{stages(row)}</span></div>
          <div className="l">{state(row)}</div>
        </div>
      )}
    >
      {search.create ? <PipelineForm onClose={() => change({ create: undefined })} /> : null}
      {search.open && opened ? <PipelineForm key={opened.id} record={opened} onClose={() => change({ open: undefined })} /> : null}
    </ListPage>
  )
}
