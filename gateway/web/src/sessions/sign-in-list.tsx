import { useTranslation } from 'react-i18next'
import { IconHistory } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { filterOf } from '../api/filter.ts'
import { useRecords } from '../api/records.ts'
import type { SignIn } from '../api/types.ts'
import { midnight } from '../interactions/interaction-words.ts'
import { number, when } from '../lib/format.ts'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { Person } from '../ui/person.tsx'
import { Status } from '../ui/status.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { Whose } from './online-list.tsx'
import { periods, refusalReasons, signInKinds, toneOf, type Period } from './session-words.ts'

type Search = { branch?: string | undefined; employee?: string | undefined; event?: string | undefined; reason?: string | undefined; period?: Period | undefined }
type Props = { search: Search; onChange: (patch: Search) => void }

/** What became of sessions, the newest first. */
export function SignInList({ search, onChange }: Props) {
  const { t } = useTranslation()
  const names = useNames()
  const since = search.period === undefined ? [] : [`time>="${midnight(periods[search.period])}"`]
  const records = useRecords<SignIn>('sign-ins', 'signIns', { filter: filterOf({ employeeId: search.employee, branchId: search.branch, kind: search.event, reason: search.reason }, since) })
  const what = (row: SignIn) => <Status tone={toneOf(row.kind)} title={row.reason}>{t(`sessions.event.${row.kind}`)}</Status>
  const why = (row: SignIn) => [t(`sessions.reason.${row.reason}`, { defaultValue: row.reason }), row.count > 1 ? t('sessions.times', { times: number(row.count) }) : ''].filter(Boolean).join(' ')
  const by = (row: SignIn) => (row.byUsername === '' ? null : <Person id={row.byEmployeeId} none={row.byUsername} />)
  const who = (row: SignIn) => {
    const named = row.username !== '' ? <Whose row={row} /> : row.clientId ? <span className="cut">{t('sessions.clientTried', { id: row.clientId })}</span> : undefined
    if (named === undefined) return <span className="muted">{t('sessions.unknown')}</span>
    return row.guess && row.username !== '' ? <span className="row"><span className="muted">{t('sessions.tried')}</span>{named}</span> : named
  }
  const columns: GridColumn<SignIn>[] = [
    { id: 'time', head: 'sessions.time', width: 170, cell: (row) => <span className="num soft">{when(row.time)}</span> },
    { id: 'who', head: 'sessions.who', cell: who },
    { id: 'what', head: 'sessions.what', width: 210, cell: what },
    { id: 'why', head: 'sessions.why', width: 220, cell: (row) => <span className="soft cut" title={why(row)}>{why(row)}</span> },
    { id: 'by', head: 'sessions.by', width: 160, spare: 1, cell: (row) => <span className="soft">{by(row)}</span> },
    { id: 'client', head: 'sessions.client', width: 180, spare: 0, cell: (row) => <span className="soft cut" title={row.client}>{row.client}</span> },
    { id: 'address', head: 'sessions.address', width: 140, cell: (row) => <span className="soft num cut" title={row.address}>{row.address}</span> },
  ]
  return (
    <>
      <FilterBar
        fields={[
          { name: 'employee', label: t('sessions.who'), choices: names.employees.map((one) => ({ value: one.id, label: one.displayName })) },
          { name: 'period', label: t('sessions.period'), choices: (Object.keys(periods) as Period[]).map((value) => ({ value, label: t(`sessions.periods.${value}`) })) },
          { name: 'event', label: t('sessions.what'), choices: signInKinds.map((value) => ({ value, label: t(`sessions.event.${value}`) })) },
          { name: 'reason', label: t('sessions.why'), choices: refusalReasons.map((value) => ({ value, label: t(`sessions.reason.${value}`) })) },
          { name: 'branch', label: t('parties.branch'), choices: names.branches.map((one) => ({ value: one.id, label: one.name })) },
        ]}
        values={search}
        onChange={(name, value) => onChange({ [name]: value })}
      />
      <DataGrid
        label={t('sessions.view.journal')} records={records} columns={columns} onOpen={() => {}}
        card={(row) => (
          <div className="grow">
            <div className="n">{who(row)}</div>
            <div className="l">{what(row)}{why(row)}{by(row)}</div>
            <div className="l num"><span className="muted">{when(row.time)}</span><span className="cut">{row.address}</span></div>
          </div>
        )}
        empty={<Empty icon={IconHistory} title={t('sessions.journalEmpty')} text={t('sessions.journalEmptyHint')} />}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['f'], 'keys.filterShort']]}>
        <span className="num">{t('ui.loadedRows', { count: records.rows.length, shown: number(records.rows.length) })}</span>
      </StatusBar>
    </>
  )
}
