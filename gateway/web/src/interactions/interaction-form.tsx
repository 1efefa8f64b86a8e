import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { MultiSelect, Select, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { cardQuery } from '../api/card.ts'
import { patch, post } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import { fieldError } from '../api/error-text.ts'
import { useFields } from '../api/me.ts'
import type { Interaction } from '../api/types.ts'
import { partsOf, timeOf } from '../lib/moment.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Limited } from '../ui/limited.tsx'
import { PartySelect, type ChosenParty } from '../ui/party-select.tsx'
import { TimeField } from '../ui/time-field.tsx'
import { toast } from '../ui/toast.ts'
import { kindWords, reminderWords } from './interaction-words.ts'
import { MomentFields } from './moment-fields.tsx'

type Props = { party?: ChosenParty | undefined; interaction?: Interaction | undefined; held?: boolean; onClose: () => void }
type Draft = {
  kind: string; subject: string; place: string; day: string; clock: string; end: string; text: string; result: string; remind: string
  party: ChosenParty | undefined; others: string[]; persons: string[]; employees: string[]; ownerId: string | undefined
}

const soon = () => partsOf(new Date(Math.ceil(Date.now() / 1_800_000) * 1_800_000 + 1_800_000).toISOString())

function initialOf(interaction: Interaction | undefined, party: ChosenParty | undefined, held: boolean, me: string | undefined): Draft {
  const start = interaction ? partsOf(interaction.startTime) : held ? partsOf(new Date().toISOString()) : soon()
  const [first = '', ...others] = interaction?.counterpartyIds ?? []
  return {
    kind: interaction?.kind ?? 'call', subject: interaction?.subject ?? '', place: interaction?.place ?? '', ...start, end: partsOf(interaction?.endTime).clock,
    text: interaction?.text ?? '', result: interaction?.result ?? '', remind: interaction ? String(interaction.remindBeforeMinutes ?? '') : held ? '' : '15',
    party: interaction ? { id: first, name: interaction.counterpartyName || party?.name || '—' } : party, others,
    persons: interaction?.contactPersonIds ?? [], employees: interaction?.employeeIds ?? [], ownerId: interaction?.ownerId ?? me,
  }
}

const bodyOf = (draft: Draft, held: boolean) => ({
  kind: draft.kind, subject: draft.subject.trim(), place: draft.place.trim(), startTime: timeOf(draft.day, draft.clock), endTime: draft.end ? timeOf(draft.day, draft.end) : undefined,
  text: draft.text.trim(), result: draft.result.trim(), counterpartyIds: draft.party ? [draft.party.id, ...draft.others] : [], contactPersonIds: draft.persons,
  employeeIds: draft.employees, ownerId: draft.ownerId, ...(draft.remind === '' || held ? {} : { remindBeforeMinutes: Number(draft.remind) }),
})

/** Everything that the form shows is sent, so that what was emptied is emptied. */
const MASK = 'kind,subject,place,startTime,endTime,text,result,counterpartyIds,contactPersonIds,employeeIds,ownerId,remindBeforeMinutes'

/** Plans an interaction, enters one that was held, or changes one. */
export default function InteractionForm({ party, interaction, held = interaction?.state === 'held', onClose }: Props) {
  const { t } = useTranslation()
  const names = useNames()
  const client = useQueryClient()
  const fields = useFields('interactions')
  const action = interaction ? 'change' : 'create'
  const key = useFormKey()
  const { value, base, change, clear, restored } = useDraft<Draft>(`interaction.${interaction?.id ?? party?.id ?? 'new'}.${held}`, initialOf(interaction, party, held, names.meId), interaction?.etag)
  const { data: card } = useQuery({ ...cardQuery(value.party?.id ?? ''), enabled: value.party !== undefined })
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const body = fields.only(bodyOf(value, held), action)
      const mask = MASK.split(',').filter((field) => fields.writable(field, 'change')).join(',')
      if (interaction) return patch<Interaction>(`interactions/${interaction.id}?updateMask=${mask}`, body, base)
      const created = { ...body, state: held ? 'held' : 'planned' }
      return post<Interaction>('interactions', created, { key: key.of(created) })
    },
    onSuccess: (saved) => {
      for (const queryKey of [['interactions'], ['counterparties']]) void client.invalidateQueries({ queryKey })
      toast(t(held ? 'interactions.entered' : 'interactions.planned'), saved.subject)
      leave()
    },
  })
  const limited = (field: string, input: ReactNode) => <Limited section="interactions" field={field} action={action}>{input}</Limited>
  const error = (field: string) => fieldError(save.error, field)
  const persons = (card?.contactPersons ?? []).map((one) => ({ value: one.id, label: one.displayName }))
  const employees = names.employees.filter((one) => !one.disabled || value.employees.includes(one.id)).map((one) => ({ value: one.id, label: one.displayName }))
  const title = interaction ? interaction.subject : t(held ? 'interactions.enter' : 'interactions.plan')
  return (
    <FormDialog restored={restored} title={title} submit={interaction ? t('ui.save') : t(held ? 'interactions.enterShort' : 'interactions.planShort')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      <Select label={t('interactions.kind')} data={kindWords.map((word) => ({ value: word, label: t(`words.interaction.${word}`) }))} value={value.kind} onChange={(kind) => change({ kind: kind ?? 'call' })} allowDeselect={false} />
      <TextInput data-autofocus required label={t('interactions.subject')} value={value.subject} onChange={(event) => change({ subject: event.currentTarget.value })} error={error('subject')} maxLength={200} />
      <MomentFields label={t('interactions.start')} required day={value.day} clock={value.clock} onChange={change} error={error('startTime')} />
      {limited('endTime', <TimeField label={t('interactions.end')} value={value.end} onChange={(end) => change({ end })} error={error('endTime')} />)}
      {party && !interaction ? null : <PartySelect required label={t('interactions.party')} value={value.party} onChange={(next) => change({ party: next, persons: [] })} error={error('counterpartyIds')} />}
      {limited('place', <TextInput label={t('interactions.place')} value={value.place} onChange={(event) => change({ place: event.currentTarget.value })} />)}
      {limited('contactPersonIds', <MultiSelect label={t('interactions.persons')} data={persons} value={value.persons} onChange={(next) => change({ persons: next })} error={error('contactPersonIds')} searchable nothingFoundMessage={t('ui.nothingFound')} />)}
      <EmployeeSelect label={t('parties.responsible')} value={value.ownerId} onChange={(ownerId) => change({ ownerId })} error={error('ownerId')} />
      {limited('employeeIds', <MultiSelect label={t('interactions.employees')} data={employees} value={value.employees} onChange={(next) => change({ employees: next })} error={error('employeeIds')} searchable nothingFoundMessage={t('ui.nothingFound')} />)}
      {held ? null : <Select label={t('interactions.remind')} data={reminderWords.map((word) => ({ value: word, label: t(`interactions.remindWords.${word || 'never'}`) }))} value={value.remind} onChange={(remind) => change({ remind: remind ?? '' })} allowDeselect={false} />}
      {limited('text', <div className="w2"><Textarea label={t('interactions.text')} autosize minRows={2} value={value.text} onChange={(event) => change({ text: event.currentTarget.value })} error={error('text')} /></div>)}
      {held ? limited('result', <div className="w2"><Textarea label={t('interactions.result')} autosize minRows={2} value={value.result} onChange={(event) => change({ result: event.currentTarget.value })} error={error('result')} /></div>) : null}
    </FormDialog>
  )
}
