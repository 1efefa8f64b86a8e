import { lazy } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi } from '@tanstack/react-router'
import { IconSitemap } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { filterOf } from '../api/filter.ts'
import { useCan } from '../api/me.ts'
import { useRecord, useRecords } from '../api/records.ts'
import type { Department } from '../api/types.ts'
import { useAddress } from '../lib/use-address.ts'
import type { GridColumn } from '../ui/data-grid.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { ListPage } from '../ui/list-page.tsx'
import { Person } from '../ui/person.tsx'
import { Status } from '../ui/status.tsx'

const DepartmentForm = lazy(() => import('./department-form.tsx'))
const route = getRouteApi('/departments')

/** The departments of the firm, each with who leads it; one who left is shown as such. */
export default function DepartmentsPage() {
  const { t } = useTranslation()
  const names = useNames()
  const { search, change } = useAddress(route)
  const records = useRecords<Department>('departments', 'departments', { filter: filterOf({ branchId: search.branch }) })
  const opened = useRecord<Department>('departments', search.open).data
  const mayCreate = useCan()('employees', 'create')
  const nameButton = (row: Department) => <button type="button" className="name cut" onClick={() => change({ open: row.id })}>{row.name}</button>
  const head = (row: Department) => {
    if (!row.headId) return <span className="muted">{t('departments.noHead')}</span>
    const left = names.employees.find((one) => one.id === row.headId)?.disabled
    return <span className="row gap4"><Person id={row.headId} />{left ? <Status tone="warn">{t('departments.headLeft')}</Status> : null}</span>
  }
  const columns: GridColumn<Department>[] = [
    { id: 'name', head: 'departments.name', cell: nameButton },
    { id: 'branch', head: 'parties.branch', width: 220, cell: (row) => <span className="soft">{names.branch(row.branchId)}</span> },
    { id: 'head', head: 'departments.head', width: 340, cell: head },
  ]
  return (
    <ListPage
      title={t('tree.departments')} create={mayCreate && { label: 'departments.create', run: () => change({ create: true }) }}
      empty={{ icon: IconSitemap, title: t('departments.empty'), text: t('departments.emptyHint') }}
      filters={
        <FilterBar
          fields={[{ name: 'branch', label: t('parties.branch'), choices: names.branches.map((one) => ({ value: one.id, label: one.name })) }]}
          values={search as Record<string, string | undefined>} onChange={(name, value) => change({ [name]: value })}
        />
      }
      records={records} columns={columns} openId={search.open} onOpen={(row) => change({ open: row.id })}
      card={(row) => (
        <div className="grow">
          <div className="n">{nameButton(row)}</div>
          <div className="l"><span className="cut soft">{names.branch(row.branchId)}</span></div>
          {row.headId ? <div className="l">{head(row)}</div> : null}
        </div>
      )}
    >
      {search.create ? <DepartmentForm onClose={() => change({ create: undefined })} /> : null}
      {search.open && opened ? <DepartmentForm key={opened.id} record={opened} onClose={() => change({ open: undefined })} /> : null}
    </ListPage>
  )
}
