import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select, Textarea } from '@mantine/core'
import type { Opportunity, Pipeline } from '../api/types.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

type Props = { record: Opportunity; pipeline: Pipeline | undefined; onClose: () => void; onLose: (reason: string) => void }

export function LoseDialog({ record, pipeline, onClose, onLose }: Props) {
  const { t } = useTranslation()
  const reasons = pipeline?.lostReasons ?? []
  const [reason, setReason] = useState<string | null>(null)
  const [own, setOwn] = useState('')
  const [asked, setAsked] = useState(false)
  const text = own.trim() || reason || ''
  return (
    <FormDialog title={t('sales.loseTitle', { number: record.number })} submit={t('sales.lose')} tone="bad" onClose={onClose} onSubmit={() => (text ? onLose(text) : setAsked(true))} busy={false} size={480}>
      {reasons.length > 0 ? (
        <div className="w2">
          <Select data-autofocus label={t('sales.lostReason')} data={reasons} value={reason} onChange={setReason} placeholder={t('sales.chooseReason')} clearable error={asked && !text ? t('sales.reasonMissing') : undefined} />
        </div>
      ) : null}
      <div className="w2">
        <Textarea required={reasons.length === 0} label={t(reasons.length > 0 ? 'sales.ownReason' : 'sales.lostReason')} autosize minRows={2} value={own} onChange={(event) => setOwn(event.currentTarget.value)} />
      </div>
    </FormDialog>
  )
}
