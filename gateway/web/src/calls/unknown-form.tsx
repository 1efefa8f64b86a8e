import { useRef, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { post } from '../api/client.ts'
import { errorText, fieldError } from '../api/error-text.ts'
import { useCan } from '../api/me.ts'
import { usePartySearch } from '../api/search.ts'
import type { Call, Counterparty, Request } from '../api/types.ts'
import { useKeys } from '../lib/keys.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { FoundLine } from '../parties/found-line.tsx'
import { Button } from '../ui/button.tsx'
import { toast, toastError } from '../ui/toast.ts'
import { changeCall } from './call-store.ts'
import { useSetParty } from './use-set-party.ts'

const bodyOf = (call: Call, draft: { name: string; subject: string; text: string }, fallback: string) => ({
  channel: 'call',
  subject: draft.subject.trim() || draft.name.trim() || fallback,
  text: draft.text.trim(),
  phone: call.customerNumber || call.customerNumberRaw,
  callId: call.id,
  ...(call.queues.length > 0 ? { queue: call.queues.at(-1) } : {}),
})

/** An unknown number: a new request that already holds the number, the line and the queue. */
export function UnknownForm({ call }: { call: Call }) {
  const { t } = useTranslation()
  const can = useCan()
  const client = useQueryClient()
  const key = useFormKey()
  const form = useRef<HTMLFormElement>(null)
  const [asked, setAsked] = useState(false)
  const { value, change, clear } = useDraft(`unknown-${call.id}`, { name: '', subject: '', text: '' })
  const { found } = usePartySearch(asked ? value.name : '', 4)
  const setParty = useSetParty(call)
  const number = call.customerNumber || call.customerNumberRaw

  const save = useMutation({
    mutationFn: () => {
      const body = bodyOf(call, value, t('call.requestFrom', { phone: number }))
      return post<Request>('requests', body, { key: key.of(body) })
    },
    onSuccess: (request) => {
      clear()
      changeCall(call.id, (one) => ({ ...one, request }))
      void client.invalidateQueries({ queryKey: ['requests'] })
      toast(t('requests.registered'), request.number)
    },
  })
  const contact = useMutation({
    mutationFn: () => post<Counterparty>('counterparties', { kind: 'person', displayName: value.name.trim(), roles: ['prospect'], channels: [{ kind: 'phone', value: number, primary: true }] }),
    onSuccess: (party) => {
      toast(t('parties.created'), party.displayName)
      setParty.mutate(party.id)
    },
    onError: (error) => toastError(t('call.notSet'), error),
  })
  useKeys([{ combo: 'mod+s', label: 'keys.save', run: () => (form.current?.contains(document.activeElement) ? form.current.requestSubmit() : false) }])
  if (!can('requests', 'create')) return null
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!save.isPending) save.mutate()
  }
  return (
    <section>
      <h3>{t('call.newRequest')}</h3>
      <form ref={form} className="cp-form" onSubmit={send}>
        <TextInput label={t('call.whoCalls')} value={value.name} autoComplete="off" onChange={(event) => { setAsked(true); change({ name: event.currentTarget.value }) }} />
        {found.length > 0 ? (
          <ul className="matches">
            {found.map((one) => (
              <li key={one.party.id} className="match">
                <FoundLine found={one} />
                <Button size="sm" busy={setParty.isPending} onClick={() => { clear(); setParty.mutate(one.party.id) }}>{t('call.itIs')}</Button>
              </li>
            ))}
          </ul>
        ) : null}
        <TextInput label={t('requests.subject')} value={value.subject} onChange={(event) => change({ subject: event.currentTarget.value })} error={fieldError(save.error, 'subject')} />
        <Textarea label={t('call.matter')} placeholder={t('call.matterHint')} autosize minRows={2} maxRows={6} value={value.text} onChange={(event) => change({ text: event.currentTarget.value })} error={fieldError(save.error, 'text')} />
        {save.error ? <p className="form-error" role="alert">{errorText(save.error)}</p> : null}
        <div className="row">
          <Button tone="primary" size="lg" type="submit" busy={save.isPending} combo="mod+s">{t('call.createRequest')}</Button>
          {can('counterparties', 'create') && value.name.trim() ? <Button size="lg" busy={contact.isPending} onClick={() => contact.mutate()}>{t('call.onlyContact')}</Button> : null}
        </div>
      </form>
    </section>
  )
}
