import { lazy, Suspense, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconAdjustmentsHorizontal, IconX } from '@tabler/icons-react'
import { useAllCustom, type CustomResource } from '../api/custom-fields.ts'
import { recordFields } from '../filters/catalogue.ts'
import { ConditionText } from '../filters/condition-text.tsx'
import type { Scene } from '../filters/group-editor.tsx'
import { fromText } from '../filters/model.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'

const ConditionsDialog = lazy(async () => ({ default: (await import('../filters/builder-dialog.tsx')).ConditionsDialog }))

type Props = { resource: CustomResource; /** The field that the condition shows; it cannot speak of itself. */ name?: string | undefined; value: string; onChange: (value: string) => void; error: string | undefined }

/** When a field or a section is shown: said in words, put together as filters are. */
export function ConditionInput({ resource, name, value, onChange, error }: Props) {
  const { t } = useTranslation()
  const id = useId()
  const [open, setOpen] = useState(false)
  const { fields } = useAllCustom(resource)
  const scene: Scene = { of: resource, fields: recordFields(resource, fields.filter((field) => field.name !== name)), relations: {}, fixed: true }
  const group = fromText(value)
  return (
    <div className="w2 condition" role="group" aria-labelledby={id}>
      <span className="lbl" id={id}>{t('ownFields.visibleWhen')}</span>
      <p className="condition-text">{value === '' ? t('ownFields.always') : group === undefined ? <code>{value}</code> : <ConditionText scene={scene} group={group} />}</p>
      {/* A form asks before it is left with what has changed in its fields; this is one. */}
      <input type="hidden" value={value} />
      <div className="row">
        <Button size="sm" icon={IconAdjustmentsHorizontal} onClick={() => setOpen(true)}>{t(value === '' ? 'ownFields.setCondition' : 'ownFields.changeCondition')}</Button>
        {value === '' ? null : <IconButton size="sm" icon={IconX} label={t('ownFields.dropCondition')} onClick={() => onChange('')} />}
      </div>
      {error ? <p className="form-error" role="alert">{error}</p> : null}
      <Suspense fallback={null}>
        {open ? <ConditionsDialog title={t('ownFields.visibleWhen')} scene={scene} filter={value} onClose={() => setOpen(false)} onApply={(next) => { onChange(next); setOpen(false) }} /> : null}
      </Suspense>
    </div>
  )
}

/** Of a condition the place matters: what the server says names it. */
export function conditionError(error: unknown): string | undefined {
  const found = (error as { problem?: { errors?: { field: string; description: string }[] } } | null)?.problem?.errors?.find(({ field }) => field === 'visibleWhen')
  return found?.description
}
