import { lazy, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconBinaryTree2 } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { RelationKind } from '../api/types.ts'
import type { GridColumn } from '../ui/data-grid.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Status } from '../ui/status.tsx'
import { useRelationKinds } from './kinds.ts'

const KindForm = lazy(() => import('./relation-kind-form.tsx'))

/** The dictionary of kinds of relation: how each end is called, and in which picture it is drawn. */
export default function RelationKindsPage() {
  const { t } = useTranslation()
  const can = useCan()
  const { nameOf } = useRelationKinds()
  const [open, setOpen] = useState<RelationKind | 'new'>()
  const records = useRecords<RelationKind>('relation-kinds', 'relationKinds')
  const mayManage = can('counterparties', 'manage')
  const create = () => setOpen('new')
  const nameButton = (row: RelationKind) => <button type="button" className="name cut" onClick={() => setOpen(row)}>{nameOf(row, 'from')}</button>
  const chart = (row: RelationKind) => (row.chart === 'unspecified' ? '' : t(`words.relationChart.${row.chart}`))
  const columns: GridColumn<RelationKind>[] = [
    { id: 'from', head: 'relations.fromName', cell: nameButton },
    { id: 'to', head: 'relations.toName', width: 260, cell: (row) => nameOf(row, 'to') },
    { id: 'chart', head: 'relations.chart', width: 200, cell: (row) => <span className="soft">{chart(row)}</span> },
    { id: 'state', head: 'relations.state', width: 140, cell: (row) => (row.archived ? <Status tone="neutral">{t('relations.archived')}</Status> : null) },
  ]
  return (
    <ListPage
      title={t('tree.relationKinds')} create={mayManage && { label: 'relations.addKind', run: create }} empty={{ icon: IconBinaryTree2, title: t('relations.noKinds'), text: t('relations.noKindsHint') }}
      records={records} columns={columns} onOpen={setOpen}
      card={(row) => (
        <div className="grow">
          <div className="n">{nameButton(row)}</div>
          <div className="l"><span className="cut">{nameOf(row, 'to')}</span></div>
          <div className="l"><span className="cut soft">{[chart(row), row.archived ? t('relations.archived') : ''].filter(Boolean).join(' · ')}</span></div>
        </div>
      )}
    >
      {open ? <KindForm {...(open === 'new' ? {} : { record: open })} readOnly={!mayManage} onClose={() => setOpen(undefined)} /> : null}
    </ListPage>
  )
}
