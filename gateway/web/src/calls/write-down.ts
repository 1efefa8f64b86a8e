import { useTranslation } from 'react-i18next'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError, get, patch, post } from '../api/client.ts'
import { useCan } from '../api/me.ts'
import type { Call, Request } from '../api/types.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { toastError } from '../ui/toast.ts'
import { changeCall, type MyCall } from './call-store.ts'

/** As the service writes it of a call whose number is hidden. */
const WITHHELD = 'anonymous'

export const numberOf = (call: Call) => call.customerNumber || call.customerNumberRaw

/** What a request is told. */
type Saying = { senderName: string; subject: string; text: string }

const bodyOf = (call: Call, saying: Saying) => ({
  channel: 'call',
  ...saying,
  phone: call.withheld ? WITHHELD : numberOf(call),
  callId: call.id,
  ...(call.counterpartyId && { counterpartyId: call.counterpartyId }),
  ...(call.contactPersonId && { contactPersonId: call.contactPersonId }),
  ...(call.queues.length > 0 ? { queue: call.queues.at(-1) } : {}),
})

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
export async function writeDown(call: Call, requestId: string | undefined, saying: Saying, keyOf: (body: unknown) => string): Promise<Request> {
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

/** Shows the request that the words went into. */
export function useKeepRequest(call: Call) {
  const client = useQueryClient()
  return (request: Request, more: Partial<MyCall>) => {
    changeCall(call.id, (one) => ({ ...one, ...more, request }))
    client.setQueryData(['requests', request.id], request)
    void client.invalidateQueries({ queryKey: ['requests'] })
  }
}

/** What was noted in a talk stands in the request of the call too: whoever gets that reads it there. */
export function useNoteOfCall({ call, request }: MyCall) {
  const { t } = useTranslation()
  const can = useCan()
  const key = useFormKey()
  const keep = useKeepRequest(call)
  const requestId = request?.sameAsId || request?.id || call.requestId || undefined
  const tell = useMutation({
    mutationFn: (text: string) => writeDown(call, requestId, { senderName: '', subject: '', text }, key.of),
    // Of one that was joined to another the panel shows its own, as before.
    onSuccess: (told) => (request?.sameAsId ? undefined : keep(told, {})),
    onError: (error) => toastError(t('call.noteNotInRequest'), error),
  })
  // Only what comes in asks for something.
  const may = requestId ? can('requests', 'change') : call.direction === 'inbound' && can('requests', 'create')
  return may ? tell.mutate : undefined
}
