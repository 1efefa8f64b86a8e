import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Textarea } from '@mantine/core'
import type { Request } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

type Props = { request: Request; onClose: () => void; onDone: (resolution: string) => Promise<unknown> }

export function CloseDialog({ request, onClose, onDone }: Props) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const { value, change, clear, restored } = useDraft(`close.${request.id}`, { resolution: '' })
  const leave = () => {
    clear()
    onClose()
  }
  const send = () => {
    setBusy(true)
    onDone(value.resolution.trim()).then(leave, () => setBusy(false))
  }
  return (
    <FormDialog restored={restored} title={t('requests.closeTitle', { number: request.number })} submit={t('requests.close')} onClose={leave} onSubmit={send} busy={busy} size={520}>
      <div className="w2">
        <Textarea data-autofocus label={t('requests.whatCame')} autosize minRows={3} value={value.resolution} onChange={(event) => change({ resolution: event.currentTarget.value })} />
      </div>
    </FormDialog>
  )
}
