import { useState } from 'react'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { IconBan, IconLockOpen, IconLogout, IconUserCheck } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { filterOf } from '../api/filter.ts'
import { useRecords } from '../api/records.ts'
import type { Session } from '../api/types.ts'
import { actorWord } from '../audit/audit-words.ts'
import { number, when } from '../lib/format.ts'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Person } from '../ui/person.tsx'
import { Question } from '../ui/question.tsx'
import { Status } from '../ui/status.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { useEndSessions } from './use-end-sessions.ts'

type Search = { branch?: string | undefined; employee?: string | undefined; kind?: 'browser' | 'token' | 'app-password' | undefined; sort?: string | undefined }
type Props = { search: Search; onChange: (patch: Search) => void }

type Owned = { employeeId?: string | undefined; username: string; program?: string }

/** Whose it is in words: a program by the name of its account. */
export const ownerName = ({ username, program }: Owned, t: TFunction): string => program || actorWord(username, t)

/** Whose it is: the employee, or the account that belongs to none. */
export function Whose({ row }: { row: Owned }) {
  const { t } = useTranslation()
  return row.employeeId ? <Person id={row.employeeId} none={row.username} /> : <span className="cut" title={row.username}>{ownerName(row, t)}</span>
}

export function SessionState({ row }: { row: Session }) {
  const { t } = useTranslation()
  if (row.blocked) return <Status tone="bad">{t('sessions.blocked')}</Status>
  return row.current ? <Status tone="good">{t('sessions.current')}</Status> : <Status tone="neutral">{t(`sessions.kind.${row.kind}`)}</Status>
}

function Actions({ row, size }: { row: Session; size: 'sm' | 'touch' }) {
  const { t } = useTranslation()
  const end = useEndSessions()
  const [asking, setAsking] = useState(false)
  const name = ownerName(row, t)
  const press = (path: string, body?: object) => end.mutate({ path: `sessions/${row.id}:${path}`, ...(body && { body }) })
  return (
    <span className="row">
      {row.kind === 'token' ? (
        <IconButton size={size} icon={row.blocked ? IconLockOpen : IconBan} label={t(row.blocked ? 'sessions.unblockOf' : 'sessions.blockOf', { name })} disabled={end.isPending} onClick={() => press('block', { blocked: !row.blocked })} />
      ) : null}
      {row.current ? null : <IconButton size={size} icon={IconLogout} label={t('sessions.endOf', { name })} disabled={end.isPending} onClick={() => setAsking(true)} />}
      {asking ? <Question tone="bad" title={t('sessions.endTitle', { name })} text={t(row.kind === 'app-password' ? 'sessions.endPassword' : 'sessions.endText')} submit={t('sessions.end')} onBack={() => setAsking(false)} onSubmit={() => { setAsking(false); press('end') }} /> : null}
    </span>
  )
}

/** Who is on-line; read anew every quarter of a minute, because a session tells nobody that it goes on. */
export function OnlineList({ search, onChange }: Props) {
  const { t } = useTranslation()
  const names = useNames()
  const orderBy = search.sort ?? 'useTime desc'
  const records = useRecords<Session>('sessions', 'sessions', { filter: filterOf({ branchId: search.branch, employeeId: search.employee, kind: search.kind }), orderBy }, true, 15_000)
  const columns: GridColumn<Session>[] = [
    { id: 'who', head: 'sessions.who', cell: (row) => <Whose row={row} /> },
    { id: 'state', head: 'sessions.state', width: 170, cell: (row) => <SessionState row={row} /> },
    { id: 'branch', head: 'parties.branch', width: 120, spare: 1, cell: (row) => <span className="soft">{names.branch(row.branchId)}</span> },
    { id: 'client', head: 'sessions.client', width: 190, cell: (row) => <span className="soft cut" title={row.clientId}>{row.client || row.clientId}</span> },
    { id: 'address', head: 'sessions.address', width: 130, cell: (row) => <span className="soft num cut" title={row.address}>{row.address}</span> },
    { id: 'begin', head: 'sessions.since', width: 150, order: 'beginTime', spare: 0, cell: (row) => <span className="num soft">{when(row.beginTime)}</span> },
    { id: 'use', head: 'sessions.lastUse', width: 150, order: 'useTime', cell: (row) => <span className="num soft">{when(row.useTime)}</span> },
    { id: 'acts', head: 'sessions.end', width: 100, cell: (row) => <Actions row={row} size="sm" /> },
  ]
  return (
    <>
      <FilterBar
        fields={[
          { name: 'branch', label: t('parties.branch'), choices: names.branches.map((one) => ({ value: one.id, label: one.name })) },
          { name: 'employee', label: t('sessions.who'), choices: names.employees.map((one) => ({ value: one.id, label: one.displayName })) },
          { name: 'kind', label: t('sessions.state'), choices: ['browser', 'token', 'app-password'].map((value) => ({ value, label: t(`sessions.kind.${value}`) })) },
        ]}
        values={search}
        onChange={(name, value) => onChange({ [name]: value })}
      />
      <DataGrid
        label={t('tree.sessions')} records={records} columns={columns} onOpen={() => {}} orderBy={orderBy} onOrderBy={(sort) => onChange({ sort })}
        card={(row) => (
          <>
            <div className="grow">
              <div className="n"><Whose row={row} /></div>
              <div className="l"><span className="cut">{[row.client || row.clientId, row.address].filter(Boolean).join(' · ')}</span></div>
              <div className="l num"><SessionState row={row} /><span className="muted">{when(row.useTime)}</span></div>
            </div>
            <Actions row={row} size="touch" />
          </>
        )}
        empty={<Empty icon={IconUserCheck} title={t('sessions.empty')} text={t('sessions.emptyHint')} />}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['f'], 'keys.filterShort']]}>
        <span className="num">{t('ui.loadedRows', { count: records.rows.length, shown: number(records.rows.length) })}</span>
      </StatusBar>
    </>
  )
}
