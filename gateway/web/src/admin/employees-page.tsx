import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { getRouteApi, Link } from '@tanstack/react-router'
import { IconPlus, IconUsersGroup } from '@tabler/icons-react'
import { useDepartments, useGroupTitles, useNames } from '../api/directory.ts'
import { filterOf } from '../api/filter.ts'
import { useCan, useFields } from '../api/me.ts'
import { useRecord, useRecords } from '../api/records.ts'
import type { Employee } from '../api/types.ts'
import { number } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { useAddress } from '../lib/use-address.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { Status } from '../ui/status.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { usePositions } from './positions.ts'

const EmployeeForm = lazy(() => import('./employee-form.tsx'))
const InviteDialog = lazy(() => import('./invite-dialog.tsx'))
const HandoverDialog = lazy(() => import('./handover-dialog.tsx'))
const route = getRouteApi('/employees')

export default function EmployeesPage() {
  const { t } = useTranslation()
  const names = useNames()
  const can = useCan()
  const { search, change } = useAddress(route)
  const fields = useFields('employees')
  const departments = useDepartments().data ?? []
  const { groups, title } = useGroupTitles()
  const positions = usePositions()
  // A name of the address is shown also to whom the list of groups is closed.
  const groupNames = new Set([...groups.filter((one) => !one.employeeId).map((one) => one.name), ...(search.group ? [search.group] : [])])
  const orderBy = search.sort ?? 'displayName'
  const records = useRecords<Employee>('employees', 'employees', { filter: filterOf({ branchId: search.branch, departmentId: search.department, groups: search.group }), orderBy })
  const opened = useRecord<Employee>('employees', search.open).data
  const leaver = useRecord<Employee>('employees', search.handOver).data
  const invited = useRecord<Employee>('employees', search.invite).data
  const mayCreate = can('employees', 'create')
  const create = () => change({ create: true })
  useKeys([{ combo: 'c', label: 'employees.create', command: true, run: create }], mayCreate)
  const state = (row: Employee) => {
    if (row.disabled) return <Status hollow>{t('employees.disabled')}</Status>
    if (!row.username) return <Status hollow>{t('employees.noLogin')}</Status>
    return row.signedIn || !fields.shown('signedIn') ? <Status tone="good">{t('employees.active')}</Status> : <Status tone="info">{t('employees.neverSignedIn')}</Status>
  }
  const columns: GridColumn<Employee>[] = [
    {
      id: 'name', head: 'employees.displayName', order: 'displayName',
      cell: (row) => (
        <span className="row">
          <Avatar name={row.displayName} me={row.id === names.meId} />
          <Link className="name cut" from="/employees" to="/employees" search={(before) => ({ ...before, open: row.id })}>{row.displayName}</Link>
        </span>
      ),
    },
    { id: 'position', head: 'employees.position', width: 200, cell: (row) => <span className="soft">{positions.of(row)}</span> },
    { id: 'branch', head: 'parties.branch', width: 150, cell: (row) => <span className="soft">{names.branch(row.branchId)}</span> },
    { id: 'department', head: 'employees.department', width: 150, cell: (row) => <span className="soft">{departments.find((one) => one.id === row.departmentId)?.name}</span> },
    { id: 'username', head: 'employees.username', width: 110, cell: (row) => <span className="soft">{row.username}</span> },
    { id: 'groups', head: 'employees.groups', width: 214, cell: (row) => <span className="soft" title={row.groups.map(title).join(', ')}>{row.groups.map(title).join(', ')}</span> },
    { id: 'state', head: 'employees.state', width: 132, cell: state },
  ]
  return (
    <>
      <ViewBar title={t('tree.employees')} range={records.isPending ? '' : t(records.hasNextPage ? 'ui.loadedMore' : 'ui.loaded', { shown: number(records.rows.length), count: records.rows.length })}>
        {mayCreate ? <Button tone="primary" icon={IconPlus} combo="c" onClick={create}>{t('ui.create')}</Button> : null}
      </ViewBar>
      <FilterBar
        fields={[
          { name: 'branch', label: t('parties.branch'), choices: names.branches.map((one) => ({ value: one.id, label: one.name })) },
          { name: 'department', label: t('employees.department'), choices: departments.map((one) => ({ value: one.id, label: one.name })) },
          ...(groupNames.size > 0 && fields.shown('groups') ? [{ name: 'group', label: t('employees.groups'), choices: [...groupNames].map((name) => ({ value: name, label: title(name) })) }] : []),
        ]}
        values={search as Record<string, string | undefined>}
        onChange={(name, value) => change({ [name]: value })}
      />
      <DataGrid
        label={t('tree.employees')} records={records} columns={columns} openId={search.open} onOpen={(row) => change({ open: row.id })} orderBy={orderBy} onOrderBy={(sort) => change({ sort })}
        card={(row) => (
          <div className="grow">
            <div className="n"><Link className="cut" from="/employees" to="/employees" search={(before) => ({ ...before, open: row.id })}>{row.displayName}</Link></div>
            <div className="l"><span className="cut">{[positions.of(row), names.branch(row.branchId)].filter(Boolean).join(' · ')}</span></div>
            <div className="l">{state(row)}</div>
          </div>
        )}
        empty={<Empty icon={IconUsersGroup} title={t('employees.empty')} text={t('employees.emptyHint')} />}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['Enter'], 'keys.openShort']]}>
        <span className="num">{t('ui.loadedRows', { count: records.rows.length, shown: number(records.rows.length) })}</span>
      </StatusBar>
      <Suspense fallback={null}>
        {search.create ? <EmployeeForm onClose={() => change({ create: undefined })} onInvite={(invite) => change({ create: undefined, invite })} /> : null}
        {search.open && opened ? <EmployeeForm key={opened.id} record={opened} onClose={() => change({ open: undefined })} onHandOver={() => change({ open: undefined, handOver: opened.id })} onInvite={(invite) => change({ open: undefined, invite })} /> : null}
        {search.handOver && leaver ? <HandoverDialog employee={leaver} onClose={() => change({ handOver: undefined })} /> : null}
        {search.invite && invited ? <InviteDialog key={invited.id} employee={invited} onClose={() => change({ invite: undefined })} /> : null}
      </Suspense>
    </>
  )
}
