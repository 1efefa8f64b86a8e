import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { IconArrowsMove, IconUserCheck } from '@tabler/icons-react'
import { patch, post } from '../api/client.ts'
import { useCan } from '../api/me.ts'
import type { Opportunity, Pipeline } from '../api/types.ts'
import { BulkActions, type AskProps } from '../bulk/bulk-actions.tsx'
import { onNewest } from '../bulk/on-newest.ts'
import type { Selection } from '../bulk/use-selection.ts'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'

type Props = { selection: Selection<Opportunity>; pipeline: Pipeline; filter: string; orderBy: string; more: boolean }

/** Handing over and moving of many opportunities. */
export function OpportunityBulk({ selection, pipeline, filter, orderBy, more }: Props) {
  const { t } = useTranslation()
  const can = useCan()
  const actions = can('opportunities', 'change')
    ? [
        { label: t('bulk.assign'), icon: IconUserCheck, combo: 'a', ask: (props: AskProps<Opportunity>) => <Assign {...props} /> },
        { label: t('bulk.move'), icon: IconArrowsMove, combo: 'm', ask: (props: AskProps<Opportunity>) => <Move {...props} pipeline={pipeline} /> },
      ]
    : []
  return <BulkActions path="opportunities" plural="opportunities" query={{ filter, orderBy }} more={more} selection={selection} nameOf={(row) => row.title} actions={actions} />
}

function Assign({ rows, onClose, onBegin }: AskProps<Opportunity>) {
  const { t } = useTranslation()
  const [employee, setEmployee] = useState<string>()
  const title = t('bulk.handOverTitle', { count: rows.length })
  const give = (row: Opportunity, ownerId: string | undefined) => patch<Opportunity>(`opportunities/${row.id}?updateMask=ownerId`, { ownerId }, row.etag)
  const begin = (ownerId: string): void => onBegin({
    title,
    act: (row) => onNewest(`opportunities/${row.id}`, row, (now) => give(now, ownerId)),
    undo: ({ before, after }) => give(after, before.ownerId),
  })
  return (
    <FormDialog title={title} submit={t('bulk.assign')} size={480} busy={false} onClose={onClose} onSubmit={() => (employee === undefined ? undefined : begin(employee))}>
      <div className="w2"><EmployeeSelect label={t('sales.owner')} value={employee} onChange={setEmployee} required /></div>
    </FormDialog>
  )
}

function Move({ rows, onClose, onBegin, pipeline }: AskProps<Opportunity> & { pipeline: Pipeline }) {
  const { t } = useTranslation()
  const [stage, setStage] = useState<string | null>(null)
  const title = t('bulk.moveTitle', { count: rows.length })
  const move = (row: Opportunity, stageId: string) => post<Opportunity>(`opportunities/${row.id}:move`, { stageId }, { etag: row.etag })
  const begin = (stageId: string): void => onBegin({
    title,
    act: (row) => onNewest(`opportunities/${row.id}`, row, (now) => move(now, stageId)),
    undo: async ({ before, after }) => before.stageId && move(after, before.stageId),
  })
  const stages = pipeline.stages.flatMap(({ id, name }) => (id === undefined ? [] : [{ value: id, label: name }]))
  return (
    <FormDialog title={title} submit={t('bulk.move')} size={480} busy={false} onClose={onClose} onSubmit={() => (stage === null ? undefined : begin(stage))}>
      <div className="w2"><Select label={t('sales.stage')} data={stages} value={stage} onChange={setStage} required data-autofocus comboboxProps={{ withinPortal: true }} /></div>
    </FormDialog>
  )
}
