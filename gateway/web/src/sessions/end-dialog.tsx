import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AudienceInput, type Audience } from '../notices/audience-input.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { useEndSessions } from './use-end-sessions.ts'

/** Ends all sessions of a person, a group or a branch. */
export default function EndDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const [audience, setAudience] = useState<Audience>({ kind: 'employee', value: undefined })
  const end = useEndSessions(onClose)
  const body = { employee: { employeeId: audience.value }, group: { group: audience.value }, branch: { branchId: audience.value }, everybody: {} }[audience.kind]
  return (
    <FormDialog
      title={t('sessions.endMany')} submit={t('sessions.endAll')} tone="bad" size={480} onClose={onClose} busy={end.isPending} error={end.error}
      onSubmit={() => audience.value && end.mutate({ path: 'sessions:end', body })}
    >
      <div className="w2"><AudienceInput label={t('sessions.whose')} kinds={['employee', 'group', 'branch']} value={audience} onChange={setAudience} /></div>
      <p className="meta w2">{t('sessions.endHint')}</p>
    </FormDialog>
  )
}
