import { useTranslation } from 'react-i18next'
import { Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, newKey, patch, post } from '../api/client.ts'
import { fieldError } from '../api/error-text.ts'
import type { RelationKind } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { toast } from '../ui/toast.ts'

type Props = { record?: RelationKind; readOnly: boolean; onClose: () => void }
type Draft = { fromUk: string; fromEn: string; toUk: string; toEn: string; chart: string; symmetric: boolean; archived: boolean }

const charts = ['unspecified', 'organisation', 'referral'] as const

const initialOf = (record: RelationKind | undefined): Draft => ({
  fromUk: record?.fromName?.uk ?? '', fromEn: record?.fromName?.en ?? '', toUk: record?.toName?.uk ?? '', toEn: record?.toName?.en ?? '',
  chart: record?.chart ?? 'unspecified', symmetric: record?.symmetric ?? false, archived: record?.archived ?? false,
})

function bodyOf({ fromUk, fromEn, toUk, toEn, chart, symmetric, archived }: Draft) {
  const fromName = { uk: fromUk.trim(), en: fromEn.trim() }
  const toName = symmetric ? fromName : { uk: toUk.trim(), en: toEn.trim() }
  return { fromName, toName, symmetric, archived, ...(chart === 'unspecified' || symmetric ? {} : { chart }) }
}

/** A kind of relation: its picture and whether both ends are alike are decided once. */
export default function RelationKindForm({ record, readOnly, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const { value, base, change, clear, restored } = useDraft<Draft>(`relation-kind.${record?.id ?? 'new'}`, initialOf(record), record?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const done = (title: string) => {
    void client.invalidateQueries({ queryKey: ['relation-kinds'] })
    toast(title, value.fromUk)
    leave()
  }
  const save = useMutation({
    mutationFn: () => {
      const body = bodyOf(value)
      return record ? patch<RelationKind>(`relation-kinds/${record.id}?updateMask=fromName,toName,archived`, body, base) : post<RelationKind>('relation-kinds', body, { key: key.of(body) })
    },
    onSuccess: () => done(t('relations.kindSaved')),
  })
  const remove = useMutation({
    mutationFn: () => call('DELETE', `relation-kinds/${record!.id}`, { key: newKey(), etag: record!.etag }),
    onSuccess: () => done(t('relations.kindRemoved')),
  })
  const error = save.error ?? remove.error
  const name = (field: 'fromUk' | 'fromEn' | 'toUk' | 'toEn', of: string, focus = false) => (
    <TextInput data-autofocus={focus || undefined} required readOnly={readOnly} label={t(`relations.${field}`)} value={value[field]} onChange={(event) => change({ [field]: event.currentTarget.value })} error={fieldError(error, of)} maxLength={100} />
  )
  return (
    <FormDialog
      restored={restored}
      title={record ? value.fromUk : t('relations.addKind')} submit={record ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={() => (readOnly ? leave() : save.mutate())} busy={save.isPending || remove.isPending} error={error}
      foot={record && !readOnly ? <RemoveButton name={value.fromUk} busy={save.isPending || remove.isPending} onRemove={() => remove.mutate()} /> : undefined}
    >
      {name('fromUk', 'fromName.uk', true)}
      {name('fromEn', 'fromName.en')}
      {value.symmetric ? null : <>{name('toUk', 'toName.uk')}{name('toEn', 'toName.en')}</>}
      <label className="check-line w2"><input type="checkbox" disabled={record !== undefined} checked={value.symmetric} onChange={(event) => change({ symmetric: event.currentTarget.checked })} /> {t('relations.symmetric')}</label>
      {value.symmetric ? null : <Select disabled={record !== undefined} label={t('relations.chart')} data={charts.map((word) => ({ value: word as string, label: t(`words.relationChart.${word}`) }))} value={value.chart} onChange={(chart) => change({ chart: chart ?? 'unspecified' })} allowDeselect={false} />}
      {record ? <label className="check-line w2"><input type="checkbox" disabled={readOnly} checked={value.archived} onChange={(event) => change({ archived: event.currentTarget.checked })} /> {t('relations.setAside')}</label> : null}
    </FormDialog>
  )
}
