import { useTranslation } from 'react-i18next'
import { Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, newKey, post } from '../api/client.ts'
import { fieldError } from '../api/error-text.ts'
import type { Consent } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { DateField } from '../ui/date-field.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { toast } from '../ui/toast.ts'
import { sources, useConsentPurposes } from './purposes.ts'

type Props = { partyId: string; withdrawn?: Consent; onClose: () => void }
type Draft = { purposeId: string; source: string; day: string; evidence: string }

/** A day as a moment: midnight where the reader lives; without one it is now. */
const momentOf = (day: string) => (day === '' ? undefined : new Date(`${day}T00:00`).toISOString())

/** Enters a consent, or that one was taken back. */
export default function ConsentForm({ partyId, withdrawn, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const { purposes, nameOf, language } = useConsentPurposes()
  const { value, change, clear, restored } = useDraft<Draft>(`consent.${withdrawn?.id ?? partyId}`, { purposeId: withdrawn?.purposeId ?? '', source: 'paper', day: '', evidence: '' })
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const { purposeId, source, day, evidence } = value
      if (withdrawn) return call<Consent>('POST', `consents/${withdrawn.id}:withdraw`, { key: newKey(), body: { source, withdrawTime: momentOf(day), evidence: evidence.trim() } })
      const body = { counterpartyId: partyId, purposeId, source, giveTime: momentOf(day), evidence: evidence.trim() }
      return post<Consent>('consents', body, { key: key.of(body) })
    },
    onSuccess: (saved) => {
      for (const queryKey of [['consents'], ['counterparties']]) void client.invalidateQueries({ queryKey })
      toast(t(withdrawn ? 'consents.withdrawn' : 'consents.given'), nameOf(saved.purposeId))
      leave()
    },
  })
  const error = (...fields: string[]) => fields.map((field) => fieldError(save.error, field)).find(Boolean)
  const purpose = purposes.find(({ id }) => id === value.purposeId)
  return (
    <FormDialog restored={restored} title={t(withdrawn ? 'consents.withdraw' : 'consents.add')} submit={t('ui.save')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      <div className="w2">
        <Select data-autofocus={!withdrawn || undefined} required disabled={withdrawn !== undefined} label={t('consents.purpose')} data={purposes.filter((one) => !one.archived || one.id === value.purposeId).map((one) => ({ value: one.id, label: one.name?.[language] ?? '' }))} value={value.purposeId || null} onChange={(id) => change({ purposeId: id ?? '' })} error={error('purposeId')} />
      </div>
      {purpose && !withdrawn ? <blockquote className="w2 consent-text scroll" tabIndex={0} aria-label={t('consents.text')}>{purpose.text?.[language]}</blockquote> : null}
      <Select required label={t('consents.source')} data={sources.map((word) => ({ value: word as string, label: t(`words.consentSource.${word}`) }))} value={value.source} onChange={(source) => change({ source: source ?? 'paper' })} allowDeselect={false} />
      <DateField label={t(withdrawn ? 'consents.withdrawDay' : 'consents.giveDay')} value={value.day} onChange={(day) => change({ day })} error={error('giveTime', 'withdrawTime')} />
      <div className="w2"><TextInput label={t('consents.evidence')} value={value.evidence} onChange={(event) => change({ evidence: event.currentTarget.value })} error={error('evidence')} maxLength={1000} /></div>
    </FormDialog>
  )
}
