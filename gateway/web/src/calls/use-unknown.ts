import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation } from '@tanstack/react-query'
import { post } from '../api/client.ts'
import type { Call, Counterparty } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { toast, toastError } from '../ui/toast.ts'
import { changeCall, DRAFT } from './call-store.ts'
import { useSetParty } from './use-set-party.ts'
import { numberOf, useKeepRequest, writeDown } from './write-down.ts'

export type Words = { name: string; subject: string; text: string }

const none: Words = { name: '', subject: '', text: '' }

/** What a request says of it. */
const sayingOf = ({ name, subject, text }: Words) => ({ senderName: name.trim(), subject: subject.trim(), text: text.trim() })

/** What is typed of an unknown caller. The call knows of it, so that the form outlives the end of the call. */
function useWords(call: Call) {
  const { value, change, clear } = useDraft(`${DRAFT}${call.id}`, none)
  const typed = Object.values(value).some((word) => word.trim() !== '')
  useEffect(() => {
    changeCall(call.id, (one) => (one.typed === typed ? one : { ...one, typed }))
    if (!typed) clear()
  }, [call.id, typed, clear])
  const forget = () => {
    clear()
    change(none)
  }
  return { value, change, forget }
}

function useSaveWords(call: Call, requestId: string | undefined, words: Words, onSaved: () => void) {
  const { t } = useTranslation()
  const key = useFormKey()
  const keep = useKeepRequest(call)
  return useMutation({
    mutationFn: () => writeDown(call, requestId, sayingOf(words), key.of),
    onSuccess: (request) => {
      onSaved()
      keep(request, { typed: false, said: request.subject !== '' || request.text !== '' })
      toast(t(requestId ? 'call.saidInRequest' : 'requests.registered'), request.number)
    },
  })
}

/** The words of an unknown caller, and the way to save them; `requestId`: of the request, once the call has one. */
export function useUnknown(call: Call, requestId: string | undefined) {
  const { value, change, forget } = useWords(call)
  return { value, change, forget, save: useSaveWords(call, requestId, value, forget) }
}

export type Unknown = ReturnType<typeof useUnknown>

/** The caller as a person of the directory, and the party of the call. */
export function useOnlyContact(call: Call, name: string, onSaved: () => void) {
  const { t } = useTranslation()
  const key = useFormKey()
  const setParty = useSetParty(call)
  return useMutation({
    mutationFn: async () => {
      const body = { kind: 'person', displayName: name.trim(), roles: ['prospect'], channels: call.withheld || !numberOf(call) ? [] : [{ kind: 'phone', value: numberOf(call), primary: true }] }
      const party = await post<Counterparty>('counterparties', body, { key: key.of(body) })
      toast(t('parties.created'), party.displayName)
      return setParty.mutateAsync({ counterpartyId: party.id })
    },
    onSuccess: onSaved,
    onError: (error) => toastError(t('call.notSet'), error),
  })
}
