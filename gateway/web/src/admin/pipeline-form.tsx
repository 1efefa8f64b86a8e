import { useTranslation } from 'react-i18next'
import { TagsInput, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { IconList } from '@tabler/icons-react'
import { ApiError } from '../api/client.ts'
import { fieldError } from '../api/error-text.ts'
import { useCan } from '../api/me.ts'
import type { Pipeline } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { StaleNote } from '../ui/stale-note.tsx'
import { toast } from '../ui/toast.ts'
import { draftOf, newStage, stageOf, StagesInput, type StageDraft } from './stages-input.tsx'
import { useSaveRecord } from './use-save-record.ts'
import './pipelines.css'

type Draft = { name: string; stages: StageDraft[]; isDefault: boolean; archived: boolean; lostReasons: string[] }

const initialOf = (record: Pipeline | undefined): Draft => ({
  name: record?.name ?? '', stages: record?.stages.map(draftOf) ?? [newStage()], isDefault: record?.isDefault ?? false, archived: record?.archived ?? false,
  lostReasons: record?.lostReasons ?? [],
})

/** A pipeline with its stages, new or changed. */
export default function PipelineForm({ record, onClose }: { record?: Pipeline; onClose: () => void }) {
  const { t } = useTranslation()
  const may = useCan()('pipelines', record ? 'change' : 'create')
  const { value, base, change, clear, begin, restored } = useDraft<Draft>(`pipeline.${record?.id ?? 'new'}`, initialOf(record), record?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const { save, busy, error, stale, fresh } = useSaveRecord<Pipeline>('pipelines', record && { id: record.id, etag: base! }, 'name,stages,isDefault,archived,lostReasons', () => {
    toast(t('pipelines.saved'), value.name)
    leave()
  })
  const submit = () => (may ? save({ name: value.name.trim(), stages: value.stages.map(stageOf), isDefault: value.isDefault, archived: value.archived, lostReasons: value.lostReasons }) : leave())
  const flag = (field: 'isDefault' | 'archived', able: boolean) => (
    <label className="check-line w2">
      <input type="checkbox" disabled={!may || !able} checked={value[field]} onChange={(event) => change({ [field]: event.currentTarget.checked })} /> {t(`pipelines.${field}`)}
      {fieldError(error, field) ? <span className="form-error">{fieldError(error, field)}</span> : null}
    </label>
  )
  return (
    <FormDialog restored={restored} title={record ? record.name : t('pipelines.create')} submit={record ? t('ui.save') : t('ui.create')} size={760} onClose={leave} onSubmit={submit} busy={busy} error={stale ? undefined : error}>
      <div className="w2"><TextInput data-autofocus required readOnly={!may} label={t('pipelines.name')} value={value.name} onChange={(event) => change({ name: event.currentTarget.value })} error={fieldError(error, 'name')} maxLength={100} /></div>
      <StagesInput value={value.stages} onChange={(stages) => change({ stages })} may={may} error={error} />
      <div className="w2"><TagsInput readOnly={!may} label={t('pipelines.lostReasons')} description={t('pipelines.lostReasonsHint')} value={value.lostReasons} onChange={(lostReasons) => change({ lostReasons })} error={fieldError(error, 'lostReasons')} maxTags={50} /></div>
      {flag('isDefault', !record?.isDefault && !value.archived)}
      {record ? flag('archived', !value.isDefault) : null}
      {record ? <StageInUse error={error} pipelineId={record.id} /> : null}
      {stale ? <StaleNote onFresh={() => void fresh().then((found) => begin(initialOf(found), found.etag))} /> : null}
    </FormDialog>
  )
}

/** The way out of a refusal to take a stage away: the opportunities that stand there, to be moved by hand or all at once. */
function StageInUse({ error, pipelineId }: { error: unknown; pipelineId: string }) {
  const { t } = useTranslation()
  if (!(error instanceof ApiError) || error.problem.reason !== 'STAGE_IN_USE') return null
  const { id = '', name = '' } = error.problem.metadata ?? {}
  return <p className="w2"><Link className="btn" to="/opportunities" search={{ form: 'list', pipeline: pipelineId, filter: `stageId = "${id}"` }}><Icon of={IconList} />{t('pipelines.openStage', { name })}</Link></p>
}
