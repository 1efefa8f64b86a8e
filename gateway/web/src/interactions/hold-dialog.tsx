import { useTranslation } from 'react-i18next'
import { Select, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, newKey } from '../api/client.ts'
import { fieldError } from '../api/error-text.ts'
import type { Interaction } from '../api/types.ts'
import { timeOf } from '../lib/moment.ts'
import { useDraft } from '../lib/use-draft.ts'
import { DateField } from '../ui/date-field.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { toast } from '../ui/toast.ts'
import { kindWords } from './interaction-words.ts'
import { MomentFields } from './moment-fields.tsx'

type Props = { interaction: Interaction; onClose: () => void }
type Draft = { result: string; nextStep: string; nextStepDate: string; plans: boolean; kind: string; subject: string; day: string; clock: string }

/** What came of it, what is next; the next contact is planned in the same step. */
export default function HoldDialog({ interaction, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { value, base, change, clear, restored } = useDraft<Draft>(`hold.${interaction.id}`, { result: '', nextStep: '', nextStepDate: '', plans: false, kind: 'call', subject: '', day: '', clock: '10:00' }, interaction.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const { result, nextStep, nextStepDate, plans, kind, subject, day, clock } = value
      const next = plans ? { kind, subject: subject.trim() || nextStep.trim(), startTime: timeOf(day, clock), remindBeforeMinutes: 15 } : undefined
      return call<Interaction>('POST', `interactions/${interaction.id}:hold`, { key: newKey(), etag: base!, body: { result: result.trim(), nextStep: nextStep.trim(), nextStepDate, next } })
    },
    onSuccess: () => {
      for (const queryKey of [['interactions'], ['counterparties']]) void client.invalidateQueries({ queryKey })
      toast(t('interactions.entered'), interaction.subject)
      leave()
    },
  })
  const error = (field: string) => fieldError(save.error, field)
  return (
    <FormDialog restored={restored} title={t('interactions.holdTitle', { subject: interaction.subject })} submit={t('interactions.hold')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      <div className="w2"><Textarea data-autofocus label={t('interactions.result')} autosize minRows={3} value={value.result} onChange={(event) => change({ result: event.currentTarget.value })} error={error('result')} /></div>
      <TextInput label={t('interactions.nextStep')} value={value.nextStep} onChange={(event) => change({ nextStep: event.currentTarget.value })} error={error('nextStep')} />
      <DateField label={t('interactions.nextStepDate')} value={value.nextStepDate} onChange={(nextStepDate) => change({ nextStepDate })} error={error('nextStepDate')} />
      <label className="check-line w2">
        <input type="checkbox" checked={value.plans} onChange={(event) => change({ plans: event.currentTarget.checked, day: value.day || value.nextStepDate })} /> {t('interactions.planNext')}
      </label>
      {value.plans ? (
        <>
          <Select label={t('interactions.kind')} data={kindWords.map((word) => ({ value: word, label: t(`words.interaction.${word}`) }))} value={value.kind} onChange={(kind) => change({ kind: kind ?? 'call' })} allowDeselect={false} />
          <TextInput required label={t('interactions.subject')} value={value.subject || value.nextStep} onChange={(event) => change({ subject: event.currentTarget.value })} error={error('next.subject')} />
          <MomentFields label={t('interactions.start')} required day={value.day} clock={value.clock} onChange={change} error={error('startTime') ?? error('next.startTime')} />
        </>
      ) : null}
    </FormDialog>
  )
}
