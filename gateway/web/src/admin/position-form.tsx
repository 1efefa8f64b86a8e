import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconGitMerge } from '@tabler/icons-react'
import { post } from '../api/client.ts'
import { fieldError } from '../api/error-text.ts'
import type { StaffPosition } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { Button } from '../ui/button.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { toast } from '../ui/toast.ts'
import { usePositions } from './positions.ts'
import { useSaveRecord } from './use-save-record.ts'
import './rights.css'

type Props = { record?: StaffPosition; may: boolean; onClose: () => void }

/** A position: renamed everywhere, set aside, or made one with another. */
export default function PositionForm({ record, may, onClose }: Props) {
  const { t } = useTranslation()
  const { value, base, change, clear, restored } = useDraft(`position.${record?.id ?? 'new'}`, { uk: record?.name?.uk ?? '', en: record?.name?.en ?? '', archived: record?.archived ?? false }, record?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const { save, remove, busy, error } = useSaveRecord<StaffPosition>('staff-positions', record && { id: record.id, etag: base! }, 'name,archived', (saved) => {
    toast(t(saved ? 'positions.saved' : 'positions.removed'), value.uk)
    leave()
  })
  const submit = () => (may ? save({ name: { uk: value.uk.trim(), en: value.en.trim() }, archived: value.archived }) : leave())
  const name = (language: 'uk' | 'en', label: string) => (
    <TextInput data-autofocus={language === 'uk' || undefined} required readOnly={!may} label={t(label)} value={value[language]} onChange={(event) => change({ [language]: event.currentTarget.value })} error={fieldError(error, `name.${language}`)} maxLength={100} />
  )
  return (
    <FormDialog
      restored={restored}
      title={record ? value.uk : t('positions.create')} submit={record ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={submit} busy={busy} error={error}
      foot={record && may ? <RemoveButton name={value.uk} busy={busy} onRemove={() => remove()} /> : undefined}
    >
      {name('uk', 'positions.ukrainian')}
      {name('en', 'positions.english')}
      {record && may ? <Merge position={record} onDone={leave} /> : null}
      {record ? <label className="check-line w2"><input type="checkbox" disabled={!may} checked={value.archived} onChange={(event) => change({ archived: event.currentTarget.checked })} /> {t('positions.setAside')}</label> : null}
    </FormDialog>
  )
}

function Merge({ position, onDone }: { position: StaffPosition; onDone: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const { positions, nameOf } = usePositions()
  const [into, setInto] = useState<string | null>(null)
  const merge = useMutation({
    mutationFn: () => post<{ moved: number }>(`staff-positions/${position.id}:merge`, { intoId: into }, { key: key.of({ into }) }),
    onSuccess: ({ moved }) => {
      for (const queryKey of [['staff-positions'], ['employees']]) void client.invalidateQueries({ queryKey })
      toast(t('positions.merged'), t('positions.movedPeople', { count: moved }))
      onDone()
    },
  })
  const others = positions.filter(({ id, archived }) => id !== position.id && !archived).map((one) => ({ value: one.id, label: nameOf(one) }))
  return (
    <div className="w2 merge-into">
      <Select label={t('positions.mergeInto')} description={t('positions.mergeHint')} data={others} value={into} onChange={setInto} searchable clearable error={merge.error ? fieldError(merge.error, 'intoId') : undefined} />
      <Button icon={IconGitMerge} disabled={into === null} busy={merge.isPending} onClick={() => merge.mutate()}>{t('positions.merge')}</Button>
    </div>
  )
}
