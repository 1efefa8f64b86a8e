import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import type { FieldRights } from '../api/me.ts'
import type { Opportunity, Pipeline } from '../api/types.ts'
import { date, dateTime, money, when } from '../lib/format.ts'
import type { GridColumn } from '../ui/data-grid.tsx'
import { Person } from '../ui/person.tsx'
import { Status } from '../ui/status.tsx'

export function StageCell({ record, pipelines, t }: { record: Opportunity; pipelines: Pipeline[]; t: TFunction }) {
  if (record.state === 'won' || record.state === 'lost') return <Status tone={record.state === 'won' ? 'good' : 'neutral'}>{t(`words.opportunityState.${record.state}`)}</Status>
  const stage = pipelines.find((one) => one.id === record.pipelineId)?.stages.find((one) => one.id === record.stageId)
  return <Status tone="acc">{stage?.name ?? '—'}</Status>
}

const FIELDS: Readonly<Record<string, string>> = { close: 'expectedCloseDate', opened: 'openTime' }

export const opportunityColumns = (pipelines: Pipeline[], t: TFunction, fields: FieldRights): GridColumn<Opportunity>[] =>
  allColumns(pipelines, t).filter(({ id }) => fields.shown(FIELDS[id] ?? id))

function allColumns(pipelines: Pipeline[], t: TFunction): GridColumn<Opportunity>[] {
  return [
    {
      id: 'title', head: 'sales.title',
      cell: (row) => <Link className="name cut" from="/opportunities" to="/opportunities" search={(before) => ({ ...before, open: row.id })} title={row.title}>{row.title}</Link>,
    },
    { id: 'number', head: 'sales.number', width: 124, spare: 1, cell: (row) => <span className="soft">{row.number}</span> },
    {
      id: 'party', head: 'sales.party', width: 180,
      cell: (row) => (row.counterpartyId ? <Link className="cut" to="/counterparties/$id" params={{ id: row.counterpartyId }}>{row.counterpartyName}</Link> : <span className="muted">—</span>),
    },
    { id: 'stage', head: 'sales.stage', width: 158, cell: (row) => <StageCell record={row} pipelines={pipelines} t={t} /> },
    { id: 'amount', head: 'sales.sum', width: 124, right: true, order: 'amount', cell: (row) => money(row.amount) },
    { id: 'owner', head: 'sales.owner', width: 140, cell: (row) => <span className="soft"><Person id={row.ownerId} /></span> },
    { id: 'close', head: 'sales.closing', width: 112, order: 'expectedCloseDate', cell: (row) => <span className="num soft">{row.expectedCloseDate ? date(`${row.expectedCloseDate}T00:00`) : ''}</span> },
    { id: 'opened', head: 'sales.opened', width: 126, spare: 0, order: 'openTime', cell: (row) => <span className="num soft" title={row.openTime ? dateTime(row.openTime) : ''}>{when(row.openTime)}</span> },
  ]
}
