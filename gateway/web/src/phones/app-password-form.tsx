import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { post } from '../api/client.ts'
import { fieldError } from '../api/error-text.ts'
import type { NewAppPassword } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'

/** Makes a password for one program. It is shown here, once; then nobody knows it any more. */
export default function AppPasswordForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const make = useMutation({
    mutationFn: () => post<NewAppPassword>('my-app-passwords', { name: name.trim() }),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['my-app-passwords'] }),
  })
  if (make.data) {
    return (
      <Dialog onClose={onClose} title={t('phones.made')} size={520}>
        <p className="phone-made">{t('phones.madeHint')}</p>
        <dl className="phone-facts">
          <dt>{t('phones.username')}</dt>
          <dd className="num">{make.data.username}</dd>
          <dt>{t('phones.password')}</dt>
          <dd className="num secret">{make.data.password}</dd>
        </dl>
        <div className="form-foot">
          <span className="grow" />
          <Button size="lg" tone="primary" onClick={onClose}>{t('phones.written')}</Button>
        </div>
      </Dialog>
    )
  }
  return (
    <FormDialog title={t('phones.make')} submit={t('ui.create')} size={480} onClose={onClose} onSubmit={() => make.mutate()} busy={make.isPending} error={make.error}>
      <div className="w2">
        <TextInput data-autofocus required label={t('phones.name')} placeholder={t('phones.nameSample')} value={name} onChange={(event) => setName(event.currentTarget.value)} error={fieldError(make.error, 'name')} maxLength={60} />
      </div>
    </FormDialog>
  )
}
