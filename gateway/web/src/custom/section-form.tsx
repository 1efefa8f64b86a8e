import { useTranslation } from 'react-i18next'
import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { patch, post } from '../api/client.ts'
import { labelOf, type CustomResource } from '../api/custom-fields.ts'
import { fieldError } from '../api/error-text.ts'
import type { CustomSection } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { toast } from '../ui/toast.ts'
import { ConditionInput, conditionError } from './condition-input.tsx'
import { nameFrom } from './name-from.ts'

type Props = { resource: CustomResource; record: CustomSection | undefined; next: number; onClose: () => void }
type Draft = { uk: string; en: string; name: string; position: number; visibleWhen: string; archived: boolean }

/** A section of forms and cards. */
export default function SectionForm({ resource, record, next, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const { value, base, change, clear, restored } = useDraft<Draft>(`custom-section.${record?.id ?? resource}`, {
    uk: record?.label?.uk ?? '', en: record?.label?.en ?? '', name: record?.name ?? '', position: record?.position ?? next, visibleWhen: record?.visibleWhen ?? '', archived: record?.archived ?? false,
  }, record?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const { uk, en, name, position, visibleWhen, archived } = value
      const body = { label: { uk: uk.trim() || en.trim(), en: en.trim() || uk.trim() }, position, visibleWhen: visibleWhen.trim(), archived }
      if (record) return patch<CustomSection>(`custom-sections/${record.id}`, body, base)
      const whole = { ...body, resource, name: name || nameFrom(en || uk) }
      return post<CustomSection>('custom-sections', whole, { key: key.of(whole) })
    },
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ['custom-sections'] })
      void client.invalidateQueries({ queryKey: ['custom-fields'] })
      toast(t('ownFields.sectionSaved'), labelOf(saved))
      leave()
    },
  })
  const error = (field: string) => fieldError(save.error, field)
  return (
    <FormDialog restored={restored} title={record ? labelOf(record) : t('ownFields.addSection')} submit={record ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      <TextInput data-autofocus required label={t('ownFields.labelUk')} value={value.uk} onChange={(event) => change({ uk: event.currentTarget.value })} error={error('label')} maxLength={100} />
      <TextInput label={t('ownFields.labelEn')} value={value.en} onChange={(event) => change({ en: event.currentTarget.value })} maxLength={100} />
      <TextInput label={t('ownFields.name')} description={t('ownFields.nameHint')} placeholder={nameFrom(value.en || value.uk)} value={value.name} onChange={(event) => change({ name: event.currentTarget.value.toLowerCase() })} disabled={record !== undefined} error={error('name')} maxLength={40} />
      <NumberField label={t('ownFields.position')} min={0} max={100000} value={value.position} onChange={(position) => change({ position: Math.trunc(Number(position)) || 0 })} error={error('position')} />
      <ConditionInput resource={resource} value={value.visibleWhen} onChange={(visibleWhen) => change({ visibleWhen })} error={conditionError(save.error)} />
      {record ? <label className="check-line"><input type="checkbox" checked={value.archived} onChange={(event) => change({ archived: event.currentTarget.checked })} /> {t('ownFields.archiveSection')}</label> : null}
    </FormDialog>
  )
}
