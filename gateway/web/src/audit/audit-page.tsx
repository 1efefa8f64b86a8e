import { useTranslation } from 'react-i18next'
import { getRouteApi } from '@tanstack/react-router'
import { IconDownload, IconShieldSearch } from '@tabler/icons-react'
import { useFieldName } from '../admin/field-limits.tsx'
import { address } from '../api/client.ts'
import { useGroupTitles, useNames } from '../api/directory.ts'
import { filterOf } from '../api/filter.ts'
import { useCan } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { AuditEntry } from '../api/types.ts'
import { midnight } from '../interactions/interaction-words.ts'
import { number, when } from '../lib/format.ts'
import { useAddress } from '../lib/use-address.ts'
import { periods, type Period } from '../sessions/session-words.ts'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { Empty } from '../ui/empty.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { Icon } from '../ui/icon.tsx'
import { Person } from '../ui/person.tsx'
import { Status } from '../ui/status.tsx'
import { StatusBar } from '../ui/status-bar.tsx'
import { ViewBar } from '../ui/view-bar.tsx'
import { actorWord, auditActions, auditKinds, reasonOf, sentenceOf, toneOf } from './audit-words.ts'
import { ChainLine } from './chain-line.tsx'
import { EntryDrawer } from './entry-drawer.tsx'
import { useRecordNames, useRefs } from './record-names.ts'
import './audit.css'

const route = getRouteApi('/audit')
const sections = [
  'counterparties', 'contact-persons', 'interactions', 'opportunities', 'pipelines', 'requests', 'queues', 'calls', 'pbxes', 'employees', 'rights', 'sessions', 'messages',
  'saved-filters', 'custom-fields', 'packs', 'privacy', 'audit',
]

/** Who did what, when, from where and by what right. */
export default function AuditPage() {
  const { t } = useTranslation()
  const names = useNames()
  const can = useCan()
  const { search, change } = useAddress(route)
  const { record, period } = search
  const more = [...(period ? [`time>="${midnight(periods[period])}"`] : []), ...(record ? [`(recordId="${record}" OR recordIds:"${record}")`] : [])]
  const filter = filterOf({ actorId: search.employee, kind: search.kind, section: search.section, action: search.action, branchId: search.branch }, more)
  const records = useRecords<AuditEntry>('audit-entries', 'auditEntries', { filter })
  const fieldName = useFieldName()
  const groupTitle = useGroupTitles().title
  const recordName = useRecordNames(useRefs(records.rows))
  const nameOf = (id: string) => recordName(records.rows.find(({ recordId }) => recordId === id)?.section ?? '', id)
  const sectionOf = (section: string) => t(`words.section.${section}`, { defaultValue: section })
  const actionOf = (action: string) => t(`audit.action.${action}`, { defaultValue: action })
  const who = (row: AuditEntry) => <Person id={row.actorId} none={actorWord(row.username, t)} />
  const what = (row: AuditEntry) => sentenceOf(row, { name: recordName(row.section, row.recordId), fieldName, person: names.person, t })
  const kind = (row: AuditEntry) => <Status tone={toneOf(row.kind)} title={reasonOf(row, t)}>{t(`audit.kind.${row.kind}`)}{row.count > 1 ? <span className="num"> × {number(row.count)}</span> : null}</Status>
  const columns: GridColumn<AuditEntry>[] = [
    { id: 'time', head: 'audit.time', width: 140, cell: (row) => <span className="num soft">{when(row.time)}</span> },
    { id: 'who', head: 'audit.who', width: 150, cell: who },
    { id: 'what', head: 'audit.what', cell: (row) => <button type="button" className="link-quiet cut" title={what(row)} onClick={() => change({ open: row.id })}>{what(row)}</button> },
    { id: 'kind', head: 'audit.event', width: 140, cell: kind },
    { id: 'group', head: 'audit.right', width: 130, spare: 1, cell: (row) => <span className="soft cut">{row.ground && groupTitle(row.ground.group)}</span> },
    { id: 'address', head: 'audit.address', width: 120, spare: 0, cell: (row) => <span className="soft num cut" title={row.address}>{row.address}</span> },
  ]
  return (
    <>
      <ViewBar title={t('tree.audit')}>
        {can('audit', 'export') ? <a className="btn wide-only" href={address('audit-entries:export', { filter })} download><Icon of={IconDownload} />{t('exports.export')}</a> : null}
      </ViewBar>
      <FilterBar
        fields={[
          { name: 'employee', label: t('audit.who'), choices: names.employees.map((one) => ({ value: one.id, label: one.displayName })) },
          { name: 'period', label: t('sessions.period'), choices: (Object.keys(periods) as Period[]).map((value) => ({ value, label: t(`sessions.periods.${value}`) })) },
          { name: 'section', label: t('audit.section'), choices: sections.map((value) => ({ value, label: sectionOf(value) })) },
          { name: 'action', label: t('audit.deed'), choices: auditActions.map((value) => ({ value, label: actionOf(value) })) },
          { name: 'kind', label: t('audit.event'), choices: auditKinds.map((value) => ({ value, label: t(`audit.kind.${value}`) })) },
          { name: 'branch', label: t('parties.branch'), choices: names.branches.map((one) => ({ value: one.id, label: one.name })) },
          { name: 'record', label: t('audit.record'), choices: record ? [{ value: record, label: nameOf(record) ?? `…${record.slice(-8)}` }] : [] },
        ]}
        values={search}
        onChange={(name, value) => change({ [name]: value })}
      />
      {record || search.kind === 'read' ? <p className="meta audit-reads">{t('audit.readsHint')}</p> : null}
      <DataGrid
        label={t('tree.audit')} records={records} columns={columns} openId={search.open} onOpen={(row) => change({ open: row.id })}
        card={(row) => (
          <div className="grow">
            <div className="n cut">{what(row)}</div>
            <div className="l">{kind(row)}{who(row)}</div>
            <div className="l num"><span className="muted">{when(row.time)}</span><span className="cut">{row.address}</span></div>
          </div>
        )}
        empty={<Empty icon={IconShieldSearch} title={t('audit.empty')} text={t('audit.emptyHint')} />}
      />
      <StatusBar keys={[[['j', 'k'], 'keys.moveShort'], [['f'], 'keys.filterShort']]}>
        <ChainLine />
      </StatusBar>
      {search.open ? <EntryDrawer id={search.open} onClose={() => change({ open: undefined })} /> : null}
    </>
  )
}
