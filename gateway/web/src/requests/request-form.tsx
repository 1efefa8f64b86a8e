import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Select, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { post } from '../api/client.ts'
import type { CustomValues } from '../api/custom-fields.ts'
import { fieldError } from '../api/error-text.ts'
import { useFields } from '../api/me.ts'
import type { Request } from '../api/types.ts'
import { CustomInputs } from '../custom/custom-inputs.tsx'
import { MomentFields } from '../interactions/moment-fields.tsx'
import { cameAt } from '../lib/moment.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { useStored } from '../lib/use-stored.ts'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Limited } from '../ui/limited.tsx'
import { PartySelect, type ChosenParty } from '../ui/party-select.tsx'
import { toast } from '../ui/toast.ts'
import { channelWords } from './words.ts'

type Props = { party?: ChosenParty | undefined; onClose: () => void; onDone: (id: string) => void }
type Draft = { channel: string; subject: string; text: string; phone: string; party: ChosenParty | undefined; ownerId: string | undefined; day: string; clock: string; custom: CustomValues }

const bodyOf = (draft: Draft) => ({
  channel: draft.channel, subject: draft.subject.trim(), text: draft.text.trim(), phone: draft.phone.trim(), counterpartyId: draft.party?.id, ownerId: draft.ownerId, receiveTime: cameAt(draft.day, draft.clock), custom: draft.custom,
})

/** A request registered by hand. Without an owner the rules find one. It begins with the channel of the last one: a desk has one that it serves. */
export default function RequestForm({ party, onClose, onDone }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const fields = useFields('requests')
  const key = useFormKey()
  const [channel, keepChannel] = useStored('request.channel', 'call')
  const { value, change, clear, restored } = useDraft<Draft>('request', { channel, subject: '', text: '', phone: '', party, ownerId: undefined, day: '', clock: '', custom: {} })
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const body = fields.only(bodyOf(value), 'create')
      return post<Request>('requests', body, { key: key.of(body) })
    },
    onSuccess: (saved) => {
      clear()
      keepChannel(value.channel)
      void client.invalidateQueries({ queryKey: ['requests'] })
      toast(t('requests.registered'), saved.number)
      onDone(saved.id)
    },
  })
  const limited = (field: string, input: ReactNode) => <Limited section="requests" field={field} action="create">{input}</Limited>
  const error = (field: string) => fieldError(save.error, field)
  return (
    <FormDialog restored={restored} title={t('requests.create')} submit={t('requests.register')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      <div className="w2">
        <TextInput data-autofocus required label={t('requests.subject')} value={value.subject} onChange={(event) => change({ subject: event.currentTarget.value })} error={error('subject')} />
      </div>
      <Select label={t('requests.channel')} data={channelWords.map((word) => ({ value: word, label: t(`words.requestChannel.${word}`) }))} value={value.channel} onChange={(next) => change({ channel: next ?? channel })} allowDeselect={false} error={error('channel')} />
      {limited('phone', <TextInput label={t('requests.phone')} value={value.phone} onChange={(event) => change({ phone: event.currentTarget.value })} error={error('phone')} inputMode="tel" />)}
      {limited('counterpartyId', <div className="w2"><PartySelect label={t('requests.party')} value={value.party} onChange={(next) => change({ party: next })} error={error('counterpartyId')} /></div>)}
      {limited('text', <div className="w2"><Textarea label={t('requests.text')} autosize minRows={3} value={value.text} onChange={(event) => change({ text: event.currentTarget.value })} error={error('text')} /></div>)}
      {limited('receiveTime', <div className="w2"><MomentFields label={t('requests.receiveTime')} day={value.day} clock={value.clock} onChange={change} error={error('receiveTime')} /><p className="meta">{t('requests.receiveHint')}</p></div>)}
      <div className="w2">
        <EmployeeSelect label={t('requests.owner')} placeholder={t('requests.ownerByRules')} value={value.ownerId} onChange={(ownerId) => change({ ownerId })} error={error('ownerId')} />
      </div>
      <CustomInputs resource="requests" record={{ ...bodyOf(value), state: 'new' }} value={value.custom} onChange={(next) => change({ custom: next })} error={save.error} />
    </FormDialog>
  )
}
