import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Select, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError, get, patch, post } from '../api/client.ts'
import type { CustomValues } from '../api/custom-fields.ts'
import { fieldError } from '../api/error-text.ts'
import { useCan, useFields } from '../api/me.ts'
import { DEFAULT_QUEUE, useQueues } from '../api/queues.ts'
import type { Request } from '../api/types.ts'
import { CustomInputs } from '../custom/custom-inputs.tsx'
import { MomentFields } from '../interactions/moment-fields.tsx'
import { isWithheld, phone as phoneText } from '../lib/format.ts'
import { cameAt, partsOf, timeOf } from '../lib/moment.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { useStored } from '../lib/use-stored.ts'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Limited } from '../ui/limited.tsx'
import { PartySelect, type ChosenParty } from '../ui/party-select.tsx'
import { toast, toastError } from '../ui/toast.ts'
import { isWholeNumber, numberOwnerQuery, useNumberOwners } from './number-owner.ts'
import { SeveralOwners } from './several-owners.tsx'
import { tellLinked } from './tell-linked.ts'
import { channelWords, subjectOf } from './words.ts'

type Props = { record?: Request; party?: ChosenParty | undefined; onClose: () => void; onDone: (id: string) => void }
type Draft = { channel: string; subject: string; text: string; phone: string; senderName: string; party: ChosenParty | undefined; ownerId: string | undefined; queue: string | undefined; day: string; clock: string; custom: CustomValues }

const initialOf = ({ record, party }: Props, channel: string): Draft => ({
  channel: record?.channel ?? channel, subject: record?.subject ?? '', text: record?.text ?? '', phone: record?.phone ?? '', senderName: record?.senderName ?? '',
  party: record?.counterpartyId ? { id: record.counterpartyId, name: record.counterpartyName } : party,
  ownerId: undefined, queue: record?.queue, ...partsOf(record?.receiveTime), custom: record?.custom ?? {},
})

const wordsOf = ({ channel, subject, text, phone, senderName, custom }: Draft) => ({ channel, subject: subject.trim(), text: text.trim(), phone: phone.trim(), senderName: senderName.trim(), custom })

const newOf = (draft: Draft, party: ChosenParty | undefined) =>
  ({ ...wordsOf(draft), counterpartyId: party?.id, ownerId: draft.ownerId, queue: draft.queue, receiveTime: cameAt(draft.day, draft.clock) })

/** What somebody changed. The form knows minutes: a time that nobody touched keeps its seconds. With another client the contact person of the one before goes. */
function changeOf(draft: Draft, party: ChosenParty | undefined, base: Request): Partial<Record<keyof Request, unknown>> {
  const { custom, ...words } = wordsOf(draft)
  const was = partsOf(base.receiveTime)
  const own = Object.entries(custom).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(base.custom?.[name]))
  return {
    ...Object.fromEntries(Object.entries(words).filter(([name, value]) => value !== base[name as keyof typeof words])),
    ...(own.length > 0 && { custom: Object.fromEntries(own) }),
    ...(draft.queue !== base.queue && { queue: draft.queue }),
    ...(party?.id !== base.counterpartyId && { counterpartyId: party?.id ?? null, contactPersonId: null }),
    ...((draft.day !== was.day || draft.clock !== was.clock) && { receiveTime: timeOf(draft.day, draft.clock) ?? null }),
  }
}

/** Saves what was changed; where somebody changed other things of the record meanwhile, both changes hold. */
async function saveChange(base: Request, change: Partial<Record<keyof Request, unknown>>): Promise<Request> {
  const path = `requests/${base.id}`
  const names = Object.keys(change) as (keyof Request)[]
  if (names.length === 0) return base
  try {
    return await patch<Request>(path, change, base.etag)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error
    const theirs = await get<Request>(path)
    if (names.some((name) => JSON.stringify(theirs[name]) !== JSON.stringify(base[name]))) throw error
    return patch<Request>(path, change, theirs.etag)
  }
}

const oneOf = (owners: readonly ChosenParty[]) => (owners.length === 1 ? owners[0] : undefined)

/** Whose number was typed is recognised as a call's is, until somebody chooses another or takes that one off. */
function useParty({ party, phone }: Draft, before: string) {
  const client = useQueryClient()
  const can = useCan()
  const [declined, setDeclined] = useState('')
  const asks = !party && phone !== before && phone !== declined && can('counterparties') && isWholeNumber(phone)
  const owners = useNumberOwners(asks ? phone : '')
  const owner = oneOf(owners)
  return {
    party: party ?? owner,
    recognised: !party && owner !== undefined,
    several: !party && owners.length > 1 ? owners : [],
    decline: () => setDeclined(phone),
    /** Who sends faster than the search answers loses nothing. */
    settled: async () => party ?? (asks ? oneOf(await client.fetchQuery(numberOwnerQuery(phone)).catch(() => [])) : undefined),
  }
}

/** A request registered by hand, or the facts of one corrected. Without an owner the rules find one; an owner changes by a command of its own. A new one begins with the channel of the last one: a desk has one that it serves. */
export default function RequestForm(props: Props) {
  const { onClose, onDone } = props
  const { t } = useTranslation()
  const can = useCan()
  const client = useQueryClient()
  const fields = useFields('requests')
  const action = props.record ? 'change' : 'create'
  const key = useFormKey()
  const queues = useQueues().filter(({ name, archived }) => (props.record ? !archived || name === props.record.queue : !archived && name !== DEFAULT_QUEUE))
  const [channel, keepChannel] = useStored('request.channel', 'call')
  // `record`: as it was when the editing began: others go on changing it meanwhile.
  const { value, base: record, change, clear, restored } = useDraft<Draft, Request>(`request.${props.record?.id ?? `new.${props.party?.id ?? ''}`}`, initialOf(props, channel), props.record)
  const { party, recognised, several, decline, settled } = useParty(value, record?.phone ?? '')
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: async () => {
      const found = await settled()
      if (record) return saveChange(record, fields.only(changeOf(value, found, record), action))
      const body = fields.only(newOf(value, found), action)
      return post<Request>('requests', body, { key: key.of(body) })
    },
    onSuccess: (saved) => {
      clear()
      if (!record) keepChannel(value.channel)
      client.setQueryData(['requests', saved.id], saved)
      void client.invalidateQueries({ queryKey: ['requests'] })
      for (const id of [record?.counterpartyId, saved.counterpartyId]) if (id) void client.invalidateQueries({ queryKey: ['counterparties', id] })
      toast(t(record ? 'requests.saved' : 'requests.registered'), saved.number)
      if (record && saved.counterpartyId && saved.counterpartyId !== record.counterpartyId) tellLinked(saved, saved.counterpartyId, record.counterpartyId, can).then(() => client.invalidateQueries({ queryKey: ['calls'] })).catch((error: Error) => toastError(t('requests.linkedNotTold'), error))
      onDone(saved.id)
    },
  })
  const limited = (field: string, input: ReactNode) => <Limited section="requests" field={field} action={action}>{input}</Limited>
  const error = (field: string) => fieldError(save.error, field)
  return (
    <FormDialog restored={restored} title={record ? t('requests.edit', { number: record.number }) : t('requests.create')} submit={record ? t('ui.save') : t('requests.register')} onClose={leave} onSubmit={() => save.mutate()} busy={save.isPending} error={save.error}>
      {limited('subject', <div className="w2"><TextInput data-autofocus required={record?.subject !== ''} placeholder={record?.subject === '' ? subjectOf(record, t) : undefined} label={t('requests.subject')} value={value.subject} onChange={(event) => change({ subject: event.currentTarget.value })} error={error('subject')} /></div>)}
      {limited('channel', <Select label={t('requests.channel')} data={channelWords.map((word) => ({ value: word, label: t(`words.requestChannel.${word}`) }))} value={value.channel} onChange={(next) => change({ channel: next ?? channel })} allowDeselect={false} error={error('channel')} />)}
      {limited('phone', <TextInput label={t('requests.phone')} value={isWithheld(value.phone) ? '' : value.phone} placeholder={isWithheld(value.phone) ? phoneText(value.phone) : undefined} onChange={(event) => change({ phone: event.currentTarget.value })} error={error('phone')} inputMode="tel" />)}
      {limited('counterpartyId', <div className="w2"><PartySelect label={t('requests.party')} value={party} onChange={(next) => { if (!next) decline(); change({ party: next }) }} error={error('counterpartyId')} />{recognised ? <p className="meta" role="status">{t('requests.byNumber')}</p> : null}{several.length > 0 ? <SeveralOwners owners={several} onChoose={(next) => change({ party: next })} /> : null}</div>)}
      {party ? null : limited('senderName', <div className="w2"><TextInput label={t('requests.senderName')} description={t('requests.senderNameHint')} value={value.senderName} onChange={(event) => change({ senderName: event.currentTarget.value })} error={error('senderName')} maxLength={200} /></div>)}
      {limited('text', <div className="w2"><Textarea label={t('requests.text')} autosize minRows={3} value={value.text} onChange={(event) => change({ text: event.currentTarget.value })} error={error('text')} /></div>)}
      {limited('receiveTime', <div className="w2"><MomentFields label={t('requests.receiveTime')} day={value.day} clock={value.clock} onChange={change} error={error('receiveTime')} /><p className="meta">{t(record ? 'requests.receiveHintChange' : 'requests.receiveHint')}</p></div>)}
      {queues.length === 0 ? null : limited('queue', <div className={record ? 'w2' : ''}><Select label={t('queues.choose')} placeholder={t('queues.byDefault')} data={queues.map((one) => ({ value: one.name, label: one.title || one.name }))} value={value.queue ?? null} onChange={(queue) => change({ queue: queue ?? undefined })} clearable={!record} allowDeselect={!record} searchable nothingFoundMessage={t('ui.nothingFound')} error={error('queue')} /></div>)}
      {record ? null : <div className={queues.length > 0 ? '' : 'w2'}><EmployeeSelect label={t('requests.owner')} placeholder={t('requests.ownerByRules')} value={value.ownerId} onChange={(ownerId) => change({ ownerId })} error={error('ownerId')} /></div>}
      <CustomInputs action={action} resource="requests" record={{ ...newOf(value, party), state: record?.state ?? 'new' }} value={value.custom} onChange={(next) => change({ custom: next })} error={save.error} />
    </FormDialog>
  )
}
