import { useTranslation } from 'react-i18next'
import { Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { post } from '../api/client.ts'
import { fieldError } from '../api/error-text.ts'
import { useCan } from '../api/me.ts'
import type { Message } from '../api/types.ts'
import { timeOf } from '../lib/moment.ts'
import { MomentFields } from '../interactions/moment-fields.tsx'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { toast } from '../ui/toast.ts'
import { AudienceInput, type Audience } from './audience-input.tsx'

type Draft = { audience: Audience; text: string; mustRead: boolean; expires: boolean; day: string; clock: string }

const nobody: Draft = { audience: { kind: 'employee', value: undefined }, text: '', mustRead: false, expires: false, day: '', clock: '18:00' }

function bodyOf({ audience: { kind, value }, text, mustRead, expires, day, clock }: Draft) {
  const to = { employee: { employeeId: value }, group: { group: value }, branch: { branchId: value }, everybody: { everybody: true } }[kind]
  return { ...to, text: text.trim(), mustRead, expireTime: expires ? timeOf(day, clock) : undefined }
}

/** A message to one, or to many for who may. */
export default function MessageForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const can = useCan()
  const client = useQueryClient()
  const { value, change, clear, restored } = useDraft<Draft>('message', nobody)
  const key = useFormKey()
  const leave = () => {
    clear()
    onClose()
  }
  const send = useMutation({
    mutationFn: () => {
      const body = bodyOf(value)
      return post<Message>(value.audience.kind === 'employee' ? 'messages' : 'messages:broadcast', body, { key: key.of(body) })
    },
    onSuccess: ({ recipientCount }) => {
      void client.invalidateQueries({ queryKey: ['messages'] })
      toast(t('notices.sent', { count: recipientCount }))
      leave()
    },
  })
  const error = (field: string) => fieldError(send.error, field)
  return (
    <FormDialog restored={restored} title={t('notices.write')} submit={t('notices.send')} onClose={leave} onSubmit={() => send.mutate()} busy={send.isPending} error={send.error}>
      <div className="w2">
        <AudienceInput label={t('notices.audience')} kinds={can('messages', 'manage') ? ['employee', 'group', 'branch', 'everybody'] : ['employee']} value={value.audience} onChange={(audience) => change({ audience })} error={error('employeeId') ?? error('group')} />
      </div>
      <div className="w2"><Textarea data-autofocus required label={t('notices.text')} autosize minRows={4} maxRows={12} maxLength={2000} value={value.text} onChange={(event) => change({ text: event.currentTarget.value })} error={error('text')} /></div>
      <label className="check-line w2">
        <input type="checkbox" checked={value.mustRead} onChange={(event) => change({ mustRead: event.currentTarget.checked })} /> {t('notices.mustReadHint')}
      </label>
      <label className="check-line w2">
        <input type="checkbox" checked={value.expires} onChange={(event) => change({ expires: event.currentTarget.checked })} /> {t('notices.expires')}
      </label>
      {value.expires ? <MomentFields label={t('notices.expireTime')} required day={value.day} clock={value.clock} onChange={change} error={error('expireTime')} /> : null}
    </FormDialog>
  )
}
