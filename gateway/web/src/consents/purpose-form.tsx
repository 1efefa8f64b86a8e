import { useTranslation } from 'react-i18next'
import { Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, patch, post } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import { fieldError } from '../api/error-text.ts'
import type { ConsentPurpose, ConsentText } from '../api/types.ts'
import { dateTime } from '../lib/format.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { toast } from '../ui/toast.ts'
import { useConsentPurposes } from './purposes.ts'

type Props = { record?: ConsentPurpose; readOnly: boolean; onClose: () => void }
type Draft = { nameUk: string; nameEn: string; textUk: string; textEn: string; archived: boolean }

const initialOf = (record: ConsentPurpose | undefined): Draft => ({
  nameUk: record?.name?.uk ?? '', nameEn: record?.name?.en ?? '', textUk: record?.text?.uk ?? '', textEn: record?.text?.en ?? '', archived: record?.archived ?? false,
})

const bodyOf = ({ nameUk, nameEn, textUk, textEn, archived }: Draft) => ({ name: { uk: nameUk.trim(), en: nameEn.trim() }, text: { uk: textUk.trim(), en: textEn.trim() }, archived })

/** A purpose with its text. Another text becomes a new version; those before it stay to be read. */
export default function PurposeForm({ record, readOnly, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const { value, base, change, clear, restored } = useDraft<Draft>(`consent-purpose.${record?.id ?? 'new'}`, initialOf(record), record?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const body = bodyOf(value)
      return record ? patch<ConsentPurpose>(`consent-purposes/${record.id}?updateMask=name,text,archived`, body, base) : post<ConsentPurpose>('consent-purposes', body, { key: key.of(body) })
    },
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ['consent-purposes'] })
      toast(t('consents.purposeSaved'), t('consents.versionOf', { version: saved.version }))
      leave()
    },
  })
  const error = (field: string) => fieldError(save.error, field)
  const name = (field: 'nameUk' | 'nameEn', of: string) => (
    <TextInput data-autofocus={field === 'nameUk' || undefined} required readOnly={readOnly} label={t(`consents.${field}`)} value={value[field]} onChange={(event) => change({ [field]: event.currentTarget.value })} error={error(of)} maxLength={100} />
  )
  const text = (field: 'textUk' | 'textEn', of: string) => (
    <div className="w2"><Textarea required readOnly={readOnly} label={t(`consents.${field}`)} autosize minRows={3} maxRows={10} value={value[field]} onChange={(event) => change({ [field]: event.currentTarget.value })} error={error(of)} maxLength={10_000} /></div>
  )
  return (
    <FormDialog restored={restored} title={record ? value.nameUk : t('consents.addPurpose')} submit={record ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={() => (readOnly ? leave() : save.mutate())} busy={save.isPending} error={save.error}>
      {name('nameUk', 'name.uk')}
      {name('nameEn', 'name.en')}
      {text('textUk', 'text.uk')}
      {text('textEn', 'text.en')}
      {record ? <label className="check-line w2"><input type="checkbox" disabled={readOnly} checked={value.archived} onChange={(event) => change({ archived: event.currentTarget.checked })} /> {t('consents.setAside')}</label> : null}
      {record ? <Versions id={record.id} /> : null}
    </FormDialog>
  )
}

/** The texts that were agreed to before, as they were. */
function Versions({ id }: { id: string }) {
  const { t } = useTranslation()
  const names = useNames()
  const { language } = useConsentPurposes()
  const { data } = useQuery({ queryKey: ['consent-purposes', id, 'texts'], queryFn: ({ signal }) => get<{ texts: ConsentText[] }>(`consent-purposes/${id}/texts`, undefined, signal) })
  const texts = data?.texts ?? []
  if (texts.length < 2) return null
  return (
    <section className="w2">
      <h3 className="rel-side">{t('consents.versions')}</h3>
      {texts.map((one) => (
        <details key={one.version}>
          <summary>{[t('consents.versionOf', { version: one.version }), dateTime(one.createTime!), names.person(one.actorId)].filter(Boolean).join(' · ')}</summary>
          <blockquote className="consent-text">{one.text?.[language]}</blockquote>
        </details>
      ))}
    </section>
  )
}
