import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Select, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { patch, post } from '../api/client.ts'
import type { CustomValues } from '../api/custom-fields.ts'
import { fieldError } from '../api/error-text.ts'
import { useFields } from '../api/me.ts'
import { useRecord } from '../api/records.ts'
import type { Channel, ContactPerson, Counterparty } from '../api/types.ts'
import { ChannelsInput } from '../card/channels-input.tsx'
import { CustomInputs } from '../custom/custom-inputs.tsx'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { DateField } from '../ui/date-field.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Limited } from '../ui/limited.tsx'
import { PartySelect, type ChosenParty } from '../ui/party-select.tsx'
import { toast } from '../ui/toast.ts'

const decisions = ['decides', 'approves-payment', 'influences', 'uses'] as const

type Props = { party?: ChosenParty; person?: ContactPerson; onClose: () => void }
type Draft = { displayName: string; party: ChosenParty | undefined; title: string; decisionRole: string; channels: Channel[]; birthday: string; note: string; custom: CustomValues }

function initialOf(party: ChosenParty | undefined, person: ContactPerson | undefined): Draft {
  const place = person?.positions.find((one) => one.counterpartyId === party?.id) ?? person?.positions[0]
  return {
    displayName: person?.displayName ?? '',
    party: party ?? (place ? { id: place.counterpartyId, name: '' } : undefined),
    title: place?.title ?? '',
    decisionRole: place && place.decisionRole !== 'unspecified' ? place.decisionRole : '',
    channels: person?.channels ?? [{ kind: 'phone', value: '', e164: '', label: '', primary: true, consent: 'unspecified', blocked: false }],
    birthday: person?.birthday ?? '',
    note: person?.note ?? '',
    custom: person?.custom ?? {},
  }
}

function bodyOf(draft: Draft, person: ContactPerson | undefined) {
  const place = draft.party ? [{ counterpartyId: draft.party.id, title: draft.title.trim(), ...(draft.decisionRole ? { decisionRole: draft.decisionRole } : {}) }] : []
  const others = (person?.positions ?? []).filter((one) => one.counterpartyId !== draft.party?.id)
  return {
    displayName: draft.displayName.trim(), birthday: draft.birthday, note: draft.note.trim(), custom: draft.custom,
    positions: [...place, ...others],
    channels: draft.channels.filter((one) => one.value.trim()).map(({ e164: _e164, ...rest }) => rest),
  }
}

/** A contact person, new or changed, with the place in one organisation. */
export default function PersonForm({ party, person, onClose }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const fields = useFields('contact-persons')
  const action = person ? 'change' : 'create'
  const { value, change, clear } = useDraft<Draft>(`person.${person?.id ?? party?.id ?? 'new'}`, initialOf(party, person))
  // A position holds the id alone; the name is asked for.
  const named = useRecord<Counterparty>('counterparties', value.party?.name === '' ? value.party.id : undefined).data
  const chosen = value.party && (value.party.name ? value.party : named && { id: named.id, name: named.displayName })
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const body = fields.only(bodyOf(value, person), action)
      return person ? patch<ContactPerson>(`contact-persons/${person.id}`, body, person.etag) : post<ContactPerson>('contact-persons', body, { key: key.of(body) })
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
    <FormDialog title={person ? person.displayName : t('persons.create')} submit={person ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      <div className="w2">
        <TextInput data-autofocus required label={t('persons.displayName')} value={value.displayName} onChange={(event) => change({ displayName: event.currentTarget.value })} error={error('displayName')} />
      </div>
      {party ? null : (
        <div className="w2">
          <PartySelect key={chosen?.name ?? ''} label={t('persons.party')} value={chosen} onChange={(next) => change({ party: next })} error={error('positions')} />
        </div>
      )}
      <TextInput label={t('persons.position')} value={value.title} onChange={(event) => change({ title: event.currentTarget.value })} />
      <Select label={t('persons.decision')} data={decisions.map((word) => ({ value: word, label: t(`words.decision.${word}`) }))} value={value.decisionRole || null} onChange={(next) => change({ decisionRole: next ?? '' })} clearable />
      {limited('channels', <div className="w2"><ChannelsInput value={value.channels} onChange={(channels) => change({ channels })} error={error('channels')} /></div>)}
      {limited('birthday', <DateField label={t('persons.birthday')} value={value.birthday} onChange={(birthday) => change({ birthday })} error={error('birthday')} />)}
      {limited('note', <div className="w2"><Textarea label={t('parties.note')} autosize minRows={2} value={value.note} onChange={(event) => change({ note: event.currentTarget.value })} error={error('note')} /></div>)}
      <CustomInputs resource="contact-persons" record={bodyOf(value, person)} value={value.custom} onChange={(next) => change({ custom: next })} error={save.error} />
    </FormDialog>
  )
}
