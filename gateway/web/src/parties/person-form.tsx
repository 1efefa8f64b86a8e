import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { patch, post } from '../api/client.ts'
import type { CustomValues } from '../api/custom-fields.ts'
import { fieldError } from '../api/error-text.ts'
import { useFields } from '../api/me.ts'
import type { Channel, ContactPerson } from '../api/types.ts'
import { ChannelsInput } from '../card/channels-input.tsx'
import { CustomInputs } from '../custom/custom-inputs.tsx'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { HoldMark } from '../privacy/hold-mark.tsx'
import { SubjectMenu } from '../privacy/subject-menu.tsx'
import { DateField } from '../ui/date-field.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { HistoryButton } from '../ui/history-button.tsx'
import { Limited } from '../ui/limited.tsx'
import type { ChosenParty } from '../ui/party-select.tsx'
import { toast } from '../ui/toast.ts'
import { PositionsInput, type PlaceDraft } from './positions-input.tsx'

type Props = { party?: ChosenParty; person?: ContactPerson; onClose: () => void }
type Draft = { displayName: string; places: PlaceDraft[]; channels: Channel[]; birthday: string; note: string; custom: CustomValues }

function initialOf(party: ChosenParty | undefined, person: ContactPerson | undefined): Draft {
  const places = (person?.positions ?? []).map((one) => ({
    party: { id: one.counterpartyId, name: one.counterpartyId === party?.id ? party.name : '' }, title: one.title, decisionRole: one.decisionRole === 'unspecified' ? '' : one.decisionRole,
  }))
  return {
    displayName: person?.displayName ?? '',
    places: places.length > 0 ? places : [{ party, title: '', decisionRole: '' }],
    channels: person?.channels ?? [{ kind: 'phone', value: '', e164: '', label: '', primary: true, consent: 'unspecified', blocked: false }],
    birthday: person?.birthday ?? '',
    note: person?.note ?? '',
    custom: person?.custom ?? {},
  }
}

const bodyOf = (draft: Draft) => ({
  displayName: draft.displayName.trim(), birthday: draft.birthday, note: draft.note.trim(), custom: draft.custom,
  positions: draft.places.flatMap(({ party, title, decisionRole }) => (party ? [{ counterpartyId: party.id, title: title.trim(), ...(decisionRole ? { decisionRole } : {}) }] : [])),
  channels: draft.channels.filter((one) => one.value.trim()).map(({ e164: _e164, ...rest }) => rest),
})

/** A contact person, new or changed, with the places in organisations. */
export default function PersonForm({ party, person, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const fields = useFields('contact-persons')
  const action = person ? 'change' : 'create'
  const { value, base, change, clear, restored } = useDraft<Draft>(`person.${person?.id ?? party?.id ?? 'new'}`, initialOf(party, person), person?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const body = fields.only(bodyOf(value), action)
      return person ? patch<ContactPerson>(`contact-persons/${person.id}`, body, base) : post<ContactPerson>('contact-persons', body, { key: key.of(body) })
    },
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ['contact-persons'] })
      void client.invalidateQueries({ queryKey: ['counterparties'] })
      toast(t('persons.saved'), saved.displayName)
      leave()
    },
  })
  const limited = (field: string, input: ReactNode) => <Limited section="contact-persons" field={field} action={action}>{input}</Limited>
  const error = (field: string) => fieldError(save.error, field)
  return (
    <FormDialog restored={restored} title={person ? person.displayName : t('persons.create')} submit={person ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error} foot={person ? <><HistoryButton section="contact-persons" id={person.id} title={person.displayName} /><SubjectMenu named={{ contactPersonId: person.id }} name={person.displayName} /><HoldMark named={{ contactPersonId: person.id }} /></> : null}>
      <div className="w2">
        <TextInput data-autofocus required label={t('persons.displayName')} value={value.displayName} onChange={(event) => change({ displayName: event.currentTarget.value })} error={error('displayName')} />
      </div>
      <PositionsInput value={value.places} onChange={(places) => change({ places })} error={error('positions')} />
      {limited('channels', <div className="w2"><ChannelsInput value={value.channels} onChange={(channels) => change({ channels })} error={save.error} /></div>)}
      {limited('birthday', <DateField label={t('persons.birthday')} value={value.birthday} onChange={(birthday) => change({ birthday })} error={error('birthday')} />)}
      {limited('note', <div className="w2"><Textarea label={t('parties.note')} autosize minRows={2} value={value.note} onChange={(event) => change({ note: event.currentTarget.value })} error={error('note')} /></div>)}
      <CustomInputs action={action} resource="contact-persons" record={bodyOf(value)} value={value.custom} onChange={(next) => change({ custom: next })} error={save.error} />
    </FormDialog>
  )
}
