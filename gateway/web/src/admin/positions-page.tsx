import { lazy, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconId } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { StaffPosition } from '../api/types.ts'
import type { GridColumn } from '../ui/data-grid.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Status } from '../ui/status.tsx'
import { usePositions } from './positions.ts'

const PositionForm = lazy(() => import('./position-form.tsx'))

/** The dictionary of positions: a new name is the new name of all who have it. */
export default function PositionsPage() {
  const { t } = useTranslation()
  const { nameOf, language } = usePositions()
  const [open, setOpen] = useState<StaffPosition | 'new'>()
  const records = useRecords<StaffPosition>('staff-positions', 'staffPositions')
  const mayManage = useCan()('employees', 'manage')
  const other = language === 'uk' ? 'en' : 'uk'
  const nameButton = (row: StaffPosition) => <button type="button" className="name cut" onClick={() => setOpen(row)}>{nameOf(row)}</button>
  const state = (row: StaffPosition) => (row.archived ? <Status tone="neutral">{t('relations.archived')}</Status> : null)
  const columns: GridColumn<StaffPosition>[] = [
    { id: 'name', head: 'positions.name', cell: nameButton },
    { id: 'other', head: language === 'uk' ? 'positions.english' : 'positions.ukrainian', width: 320, cell: (row) => <span className="soft">{row.name?.[other]}</span> },
    { id: 'state', head: 'relations.state', width: 140, cell: state },
  ]
  return (
    <ListPage
      title={t('tree.positions')} create={mayManage && { label: 'positions.create', run: () => setOpen('new') }} empty={{ icon: IconId, title: t('positions.empty'), text: t('positions.emptyHint') }}
      records={records} columns={columns} onOpen={setOpen}
      card={(row) => (
        <div className="grow">
          <div className="n">{nameButton(row)}</div>
          <div className="l"><span className="cut soft">{row.name?.[other]}</span>{state(row)}</div>
        </div>
      )}
    >
      {open ? <PositionForm {...(open === 'new' ? {} : { record: open })} may={mayManage} onClose={() => setOpen(undefined)} /> : null}
    </ListPage>
  )
}
