import { useTranslation } from 'react-i18next'
import { Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { patch, post } from '../api/client.ts'
import { labelOf, type CustomResource } from '../api/custom-fields.ts'
import { fieldError } from '../api/error-text.ts'
import type { CustomField, CustomSection } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { toast } from '../ui/toast.ts'
import { ConditionInput, conditionError } from './condition-input.tsx'
import { CustomInput } from './custom-input.tsx'
import { nameFrom } from './name-from.ts'
import { OptionsInput, type Option } from './options-input.tsx'

type Props = { resource: CustomResource; record: CustomField | undefined; sectionId: string | undefined; sections: CustomSection[]; /** Place of a new one. */ next: number; onClose: () => void }

type Draft = {
  uk: string; en: string; name: string; kind: string; options: Option[]; linkTo: string; sectionId: string | undefined; visibleWhen: string; defaultValue: unknown
  required: boolean; unique: boolean; searchable: boolean; filterable: boolean; archived: boolean; sensitive: boolean
}

const KINDS = ['text', 'number', 'money', 'date', 'choice', 'choices', 'flag', 'link', 'file'] as const
const LINKS = ['counterparties', 'employees', 'branches'] as const

const initialOf = ({ record, sectionId }: Props): Draft => ({
  uk: record?.label?.uk ?? '', en: record?.label?.en ?? '', name: record?.name ?? '', kind: record?.kind ?? 'text',
  options: (record?.options ?? []).map(({ word, label, archived }) => ({ word, uk: label?.uk ?? '', en: label?.en ?? '', archived, kept: true })),
  linkTo: record?.linkTo || 'counterparties', sectionId: record ? record.sectionId : sectionId, visibleWhen: record?.visibleWhen ?? '', defaultValue: record?.defaultValue ?? null,
  required: record?.required ?? false, unique: record?.unique ?? false, searchable: record?.searchable ?? false, filterable: record?.filterable ?? true, archived: record?.archived ?? false, sensitive: record?.sensitive ?? false,
})

const hasOptions = (kind: string) => kind === 'choice' || kind === 'choices'

const optionsOf = (draft: Draft) =>
  hasOptions(draft.kind) ? draft.options.filter(({ uk, en }) => uk.trim() || en.trim()).map(({ word, uk, en, archived }) => ({ word: word || nameFrom(en || uk), label: { uk: uk.trim() || en.trim(), en: en.trim() || uk.trim() }, archived })) : []

function bodyOf(draft: Draft, { record, resource, next }: Props) {
  const common = {
    label: { uk: draft.uk.trim() || draft.en.trim(), en: draft.en.trim() || draft.uk.trim() }, options: optionsOf(draft), required: draft.required, unique: draft.unique,
    filterable: draft.filterable, sensitive: draft.sensitive, visibleWhen: draft.visibleWhen.trim(), sectionId: draft.sectionId ?? null, defaultValue: draft.defaultValue ?? null,
  }
  if (record) return { ...common, archived: draft.archived }
  const { sectionId, defaultValue, ...rest } = common
  return {
    ...rest, resource, name: draft.name || nameFrom(draft.en || draft.uk), kind: draft.kind, position: next, searchable: draft.searchable,
    ...(draft.kind === 'link' && { linkTo: draft.linkTo }), ...(sectionId && { sectionId }), ...(defaultValue !== null && { defaultValue }),
  }
}

/** A custom field, new or changed. What records already hold never changes: name and kind stay, options and fields are archived. */
export default function FieldForm(props: Props) {
  const { resource, record, sections, onClose } = props
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const { value, base, change, clear, restored } = useDraft<Draft>(`custom-field.${record?.id ?? resource}`, initialOf(props), record?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const body = bodyOf(value, props)
      return record ? patch<CustomField>(`custom-fields/${record.id}`, body, base) : post<CustomField>('custom-fields', body, { key: key.of(body) })
    },
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ['custom-fields'] })
      toast(t('ownFields.saved'), labelOf(saved))
      leave()
    },
  })
  const error = (field: string) => fieldError(save.error, field)
  const flag = (field: 'required' | 'unique' | 'searchable' | 'filterable' | 'sensitive' | 'archived', able = true) =>
    able ? (
      <label className="check-line">
        <input type="checkbox" checked={value[field]} onChange={(event) => change({ [field]: event.currentTarget.checked })} /> {t(`ownFields.flag.${field}`)}
        {error(field) ? <span className="form-error"> {error(field)}</span> : null}
      </label>
    ) : null
  const sample = { ...record, ...bodyOf(value, props), id: '', label: { uk: t('ownFields.default'), en: t('ownFields.default') }, required: false, kind: value.kind, linkTo: value.linkTo } as unknown as CustomField
  return (
    <FormDialog restored={restored} title={record ? labelOf(record) : t('ownFields.addField')} submit={record ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      <TextInput data-autofocus required label={t('ownFields.labelUk')} value={value.uk} onChange={(event) => change({ uk: event.currentTarget.value })} error={error('label')} maxLength={100} />
      <TextInput label={t('ownFields.labelEn')} value={value.en} onChange={(event) => change({ en: event.currentTarget.value })} maxLength={100} />
      <Select label={t('ownFields.kindLabel')} data={KINDS.map((kind) => ({ value: kind, label: t(`ownFields.kind.${kind}`) }))} value={value.kind} onChange={(kind) => change({ kind: kind ?? 'text', defaultValue: null })} allowDeselect={false} disabled={record !== undefined} error={error('kind')} />
      <TextInput label={t('ownFields.name')} description={t('ownFields.nameHint')} placeholder={nameFrom(value.en || value.uk)} value={value.name} onChange={(event) => change({ name: event.currentTarget.value.toLowerCase() })} disabled={record !== undefined} error={error('name')} maxLength={40} />
      {value.kind === 'link' ? <Select label={t('ownFields.linkTo')} data={LINKS.map((one) => ({ value: one, label: t(`ownFields.link.${one}`) }))} value={value.linkTo} onChange={(linkTo) => change({ linkTo: linkTo ?? 'counterparties' })} allowDeselect={false} disabled={record !== undefined} error={error('linkTo')} /> : null}
      {hasOptions(value.kind) ? <OptionsInput value={value.options} onChange={(options) => change({ options })} error={error('options')} /> : null}
      <Select label={t('ownFields.section')} data={sections.filter((one) => !one.archived).map((one) => ({ value: one.id, label: labelOf(one) }))} value={value.sectionId ?? null} onChange={(sectionId) => change({ sectionId: sectionId ?? undefined })} clearable error={error('sectionId')} />
      {value.kind === 'link' || value.kind === 'file' || value.unique ? null : <CustomInput key={value.kind} field={sample} value={value.defaultValue ?? undefined} onChange={(defaultValue) => change({ defaultValue })} error={error('defaultValue')} />}
      <ConditionInput resource={resource} name={record?.name} value={value.visibleWhen} onChange={(visibleWhen) => change({ visibleWhen })} error={conditionError(save.error)} />
      {flag('required')}
      {flag('filterable')}
      {flag('unique', value.kind === 'text' || value.kind === 'number')}
      {flag('searchable', !record && value.kind === 'text' && resource === 'counterparties')}
      {flag('sensitive')}
      {flag('archived', record !== undefined)}
      {record?.indexProblem ? <p className="form-error w2">{t('ownFields.index.failed')}: {record.indexProblem}</p> : null}
    </FormDialog>
  )
}
