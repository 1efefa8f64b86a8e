import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { post } from '../api/client.ts'
import { fieldError } from '../api/error-text.ts'
import type { LegalHold } from '../api/types.ts'
import { endOf } from '../lib/day.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { DateField } from '../ui/date-field.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { toast } from '../ui/toast.ts'
import { holdWords, useHolds } from './use-holds.ts'

type Props = { named: { counterpartyId: string } | { contactPersonId: string }; name: string; onClose: () => void }

/** Forbids to erase a client: why, and until when. */
export default function HoldForm({ named, name, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const holds = useHolds(named)
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState('')
  const put = useMutation({
    mutationFn: () => {
      const body = { ...named, reason, untilTime: endOf(until) }
      return post<LegalHold>('legal-holds', body, { key: key.of(body) })
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['legal-holds'] })
      toast(t('privacy.holdPut'), name)
      onClose()
    },
  })
  return (
    <FormDialog title={t('privacy.holdTitle')} submit={t('privacy.holdSubmit')} size={520} onClose={onClose} onSubmit={() => put.mutate()} busy={put.isPending} error={put.error}>
      <p className="meta w2">{t('privacy.holdText', { name })}</p>
      {holds.map((hold) => <p key={hold.id} className="w2 warn">{t('privacy.holdAlready', { hold: holdWords(hold, t) })}</p>)}
      <div className="w2"><Textarea required label={t('privacy.holdReason')} description={t('privacy.holdReasonHint')} maxLength={500} autosize minRows={2} value={reason} onChange={(event) => setReason(event.currentTarget.value)} error={fieldError(put.error, 'reason')} data-autofocus /></div>
      <DateField label={t('privacy.holdUntil')} value={until} onChange={setUntil} error={fieldError(put.error, 'untilTime')} />
    </FormDialog>
  )
}
