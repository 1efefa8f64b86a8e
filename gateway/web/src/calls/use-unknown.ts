import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError, get, patch, post } from '../api/client.ts'
import { useCan } from '../api/me.ts'
import type { Call, Counterparty, Request } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { toast, toastError } from '../ui/toast.ts'
import { changeCall, DRAFT, type MyCall } from './call-store.ts'
import { useSetParty } from './use-set-party.ts'

export type Words = { name: string; subject: string; text: string }

const none: Words = { name: '', subject: '', text: '' }

/** As the service writes it of a call whose number is hidden. */
const WITHHELD = 'anonymous'

const numberOf = (call: Call) => call.customerNumber || call.customerNumberRaw

/** What a request says of it. */
const sayingOf = ({ name, subject, text }: Words) => ({ senderName: name.trim(), subject: subject.trim(), text: text.trim() })

type Saying = ReturnType<typeof sayingOf>

const bodyOf = (call: Call, saying: Saying) => ({
  channel: 'call',
  ...saying,
  phone: call.withheld ? WITHHELD : numberOf(call),
  callId: call.id,
  ...(call.counterpartyId && { counterpartyId: call.counterpartyId }),
  ...(call.contactPersonId && { contactPersonId: call.contactPersonId }),
  ...(call.queues.length > 0 ? { queue: call.queues.at(-1) } : {}),
})

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

/**
 * Adds the words to the request that was registered meanwhile. A repeated press does not write the text twice. What it is about may have
 * been said in another window: that stays, and this subject goes before the text.
 */
async function addTo(id: string, { text, subject, ...words }: Saying): Promise<Request> {
  const now = await get<Request>(`requests/${id}`)
  const isSaid = now.subject !== ''
  const said = [isSaid && subject !== now.subject ? subject : '', text].filter(Boolean).join('\n')
  const all = now.text.endsWith(said) ? now.text : [now.text, said].filter(Boolean).join('\n\n')
  const change = Object.fromEntries(Object.entries({ ...words, subject: isSaid ? '' : subject, text: all }).filter(([, word]) => word !== ''))
  return patch<Request>(`requests/${id}`, change, now.etag)
}

const isTaken = (error: unknown) => error instanceof ApiError && error.problem.errors?.some(({ field }) => field === 'callId') === true

/** The request of the call: made of what was said, or, once it is registered, told it. */
async function tellRequest(call: Call, requestId: string | undefined, saying: Saying, keyOf: (body: unknown) => string): Promise<Request> {
  if (requestId) return addTo(requestId, saying)
  const body = bodyOf(call, saying)
  try {
    return await post<Request>('requests', body, { key: keyOf(body) })
  } catch (error) {
    // The call ended in this very moment, and its request was registered before ours.
    if (!isTaken(error)) throw error
    const { requests } = await get<{ requests: Request[] }>('requests', { filter: `callId="${call.id}"`, pageSize: 1 })
    if (!requests[0]) throw error
    return addTo(requests[0].id, saying)
  }
}

function useKeepRequest(call: Call) {
  const client = useQueryClient()
  return (request: Request, more: Partial<MyCall>) => {
    changeCall(call.id, (one) => ({ ...one, ...more, request }))
    client.setQueryData(['requests', request.id], request)
    void client.invalidateQueries({ queryKey: ['requests'] })
  }
}

function useSaveWords(call: Call, requestId: string | undefined, words: Words, onSaved: () => void) {
  const { t } = useTranslation()
  const key = useFormKey()
  const keep = useKeepRequest(call)
  return useMutation({
    mutationFn: () => tellRequest(call, requestId, sayingOf(words), key.of),
    onSuccess: (request) => {
      onSaved()
      keep(request, { typed: false, said: request.subject !== '' || request.text !== '' })
      toast(t(requestId ? 'call.saidInRequest' : 'requests.registered'), request.number)
    },
  })
}

/** What was noted in a talk stands in the request of the call too: whoever gets that reads it there. */
export function useNoteOfCall({ call, request }: MyCall) {
  const { t } = useTranslation()
  const can = useCan()
  const key = useFormKey()
  const keep = useKeepRequest(call)
  const requestId = request?.sameAsId || request?.id || call.requestId || undefined
  const tell = useMutation({
    mutationFn: (text: string) => tellRequest(call, requestId, { senderName: '', subject: '', text }, key.of),
    // Of one that was joined to another the panel shows its own, as before.
    onSuccess: (told) => (request?.sameAsId ? undefined : keep(told, {})),
    onError: (error) => toastError(t('call.noteNotInRequest'), error),
  })
  // Only what comes in asks for something.
  const may = requestId ? can('requests', 'change') : call.direction === 'inbound' && can('requests', 'create')
  return may ? tell.mutate : undefined
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
