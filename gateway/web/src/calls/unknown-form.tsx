import { useRef, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Textarea, TextInput } from '@mantine/core'
import { errorText, fieldError } from '../api/error-text.ts'
import { useCan } from '../api/me.ts'
import { usePartySearch } from '../api/search.ts'
import { inDialog, useKeys } from '../lib/keys.ts'
import { submitTyped } from '../lib/submit-typed.ts'
import { FoundLine } from '../parties/found-line.tsx'
import { Button } from '../ui/button.tsx'
import type { MyCall } from './call-store.ts'
import { useCallRequest } from './use-call-request.ts'
import { useSetParty } from './use-set-party.ts'
import { useOnlyContact, type Unknown } from './use-unknown.ts'

/** The caret stands in the form, or words stand in it and the focus is in no other field and no dialog. */
function isMeant(form: HTMLFormElement | null, { typed }: MyCall): boolean {
  const at = document.activeElement
  if (form?.contains(at)) return true
  return typed === true && !at?.matches('input, textarea, select') && (at?.closest('.cp') !== null || (at === document.body && !inDialog()))
}

/** An unknown number: a new request that already holds the number, the line and the queue; words typed before the end of the call go into the request registered of it. */
export function UnknownForm({ one, words: { value, change, save } }: { one: MyCall; words: Unknown }) {
  const { call } = one
  const { t } = useTranslation()
  const can = useCan()
  const form = useRef<HTMLFormElement>(null)
  const [asked, setAsked] = useState(false)
  const { found } = usePartySearch(asked ? value.name : '', 4)
  const setParty = useSetParty(call)
  const registered = one.request?.id ?? call.requestId
  // A name that was saved before what it is about.
  const request = useCallRequest(one)
  const known = request?.senderName ?? ''
  // Said in another window, or by whoever else may see it.
  const said = request ? [request.subject, request.text].filter(Boolean).join(' · ') : ''
  const named = () => change({ name: '' })
  const contact = useOnlyContact(call, value.name.trim() || known, named)
  useKeys([{ combo: 'mod+s', label: 'keys.save', inDialog: true, run: () => (isMeant(form.current, one) ? submitTyped(form.current) : false) }])
  if (!can('requests', 'create')) return null
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!save.isPending) save.mutate()
  }
  return (
    <section>
      <h3>{t(registered ? 'call.addToRequest' : call.withheld ? 'call.newRequestWithheld' : 'call.newRequest')}</h3>
      <form ref={form} className="cp-form" onSubmit={send}>
        <TextInput label={t('call.whoCalls')} placeholder={known} value={value.name} autoComplete="off" onChange={(event) => { setAsked(true); change({ name: event.currentTarget.value }) }} />
        {found.length > 0 && call.counterpartyId === '' ? (
          <ul className="matches">
            {found.map((each) => (
              <li key={each.party.id} className="match">
                <FoundLine found={each} />
                <Button size="sm" busy={setParty.isPending} onClick={() => setParty.mutate({ counterpartyId: each.party.id, contactPersonId: each.personId })}>{t('call.itIs')}</Button>
              </li>
            ))}
          </ul>
        ) : null}
        {said ? <p className="meta" role="status">{t('call.saidAlready', { said })}</p> : null}
        <TextInput label={t('requests.subject')} value={value.subject} onChange={(event) => change({ subject: event.currentTarget.value })} error={fieldError(save.error, 'subject')} />
        <Textarea label={t('call.matter')} placeholder={t('call.matterHint')} autosize minRows={2} maxRows={6} value={value.text} onChange={(event) => change({ text: event.currentTarget.value })} error={fieldError(save.error, 'text')} />
        {save.error ? <p className="form-error" role="alert">{errorText(save.error)}</p> : null}
        <div className="row">
          <Button tone="primary" size="lg" type="submit" busy={save.isPending} combo="mod+s">{t(registered ? 'call.saveToRequest' : 'call.createRequest')}</Button>
          {can('counterparties', 'create') && call.counterpartyId === '' && (value.name.trim() || known) ? <Button size="lg" busy={contact.isPending} onClick={() => contact.mutate()}>{t('call.onlyContact')}</Button> : null}
        </div>
      </form>
    </section>
  )
}
