import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi } from '@tanstack/react-router'
import { IconBuilding } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import { useRecord, useRecords } from '../api/records.ts'
import type { Branch } from '../api/types.ts'
import { useAddress } from '../lib/use-address.ts'
import type { GridColumn } from '../ui/data-grid.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { writeShifts } from './calendar-text.ts'

const BranchForm = lazy(() => import('./branch-form.tsx'))
const route = getRouteApi('/branches')

/** The branches of the firm, each with when it works. */
export default function BranchesPage() {
  const { t } = useTranslation()
  const names = useNames()
  const { search, change } = useAddress(route)
  const records = useRecords<Branch>('branches', 'branches')
  const opened = useRecord<Branch>('branches', search.open).data
  const mayCreate = useCan()('employees', 'create')
  const create = () => change({ create: true })
  const nameButton = (row: Branch) => <button type="button" className="name cut" onClick={() => change({ open: row.id })}>{row.name}</button>
  const works = (row: Branch) => (row.calendar ? `${row.calendar.timeZone} · ${writeShifts(row.calendar.week.find(({ shifts }) => shifts.length > 0)?.shifts ?? [])}` : row.parentId ? t('branches.asAbove') : t('branches.byClock'))
  // What the branch itself says, else what it has from above.
  const said = (row: Branch, field: string, own: string | undefined) => own || row.inherited.find((one) => one.field === field)?.value
  const columns: GridColumn<Branch>[] = [
    { id: 'name', head: 'branches.name', width: 260, cell: nameButton },
    { id: 'code', head: 'branches.code', width: 120, cell: (row) => <span className="soft">{row.code}</span> },
    { id: 'legalName', head: 'branches.legalName', width: 220, spare: 3, cell: (row) => <span className="soft cut" title={said(row, 'requisites.legalName', row.requisites?.legalName)}>{said(row, 'requisites.legalName', row.requisites?.legalName)}</span> },
    { id: 'currency', head: 'branches.currency', width: 80, spare: 2, cell: (row) => <span className="soft">{said(row, 'currency', row.currency)}</span> },
    { id: 'prefix', head: 'branches.numberingPrefix', width: 150, spare: 2, cell: (row) => <span className="soft">{said(row, 'numberingPrefix', row.numberingPrefix)}</span> },
    { id: 'parent', head: 'branches.parent', width: 220, spare: 1, cell: (row) => <span className="soft">{names.branch(row.parentId)}</span> },
    { id: 'works', head: 'branches.calendar', cell: (row) => <span className="soft cut" title={works(row)}>{works(row)}</span> },
  ]
  return (
    <ListPage
      title={t('tree.branches')} create={mayCreate && { label: 'branches.create', run: create }} empty={{ icon: IconBuilding, title: t('branches.empty'), text: t('branches.emptyHint') }}
      records={records} columns={columns} openId={search.open} onOpen={(row) => change({ open: row.id })}
      card={(row) => (
        <div className="grow">
          <div className="n">{nameButton(row)}</div>
          <div className="l"><span className="cut soft">{[row.code, names.branch(row.parentId)].filter(Boolean).join(' · ')}</span></div>
          <div className="l"><span className="cut soft">{works(row)}</span></div>
        </div>
      )}
    >
      {search.create ? <BranchForm onClose={() => change({ create: undefined })} /> : null}
      {search.open && opened ? <BranchForm key={opened.id} record={opened} onClose={() => change({ open: undefined })} /> : null}
    </ListPage>
  )
}
