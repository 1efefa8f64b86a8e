import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError, get, patch, post } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import { useCan, useFields } from '../api/me.ts'
import type { Call, Opportunity, Request } from '../api/types.ts'
import { phone } from '../lib/format.ts'
import { toast, toastError } from '../ui/toast.ts'
import { tellCall, tellLinked } from './tell-linked.ts'
import { subjectOf } from './words.ts'

/** Of an opportunity: proto/vitrylo/sales/v1/opportunity.proto. */
const NOTE_MAX = 4000

/**
 * The opportunity that one click makes of a request. The same request gives the same opportunity however often it is pressed.
 * What is known of a sender who is no client yet, the name and the number, goes into its note with the text.
 */
const opportunityOf = (request: Request, t: TFunction) => ({
  title: request.subject || subjectOf(request, t),
  requestId: request.id,
  ...(request.counterpartyId ? { counterpartyId: request.counterpartyId } : {}),
  ...(request.contactPersonId ? { contactPersonId: request.contactPersonId } : {}),
  ...(request.counterpartyId ? {} : { note: [request.senderName ? `${t('requests.senderName')}: ${request.senderName}` : '', request.phone ? `${t('requests.phone')}: ${phone(request.phone)}` : '', request.text].filter(Boolean).join('\n').slice(0, NOTE_MAX) }),
})

const isOvertaken = (error: Error): boolean => error instanceof ApiError && ['ETAG_MISMATCH', 'REQUEST_TAKEN'].includes(error.problem.reason ?? '')

export function useRequestActions(request: Request) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const can = useCan()
  const ofOpportunity = useFields('opportunities')
  const names = useNames()
  const refresh = () => Promise.all([client.invalidateQueries({ queryKey: ['requests'] }), client.invalidateQueries({ queryKey: ['counterparties', request.counterpartyId] })])
  const failed = (error: Error) => {
    toastError(t('requests.notDone'), error)
    void refresh()
  }
  /** Who was slower is told who was quicker, and sees it so. */
  const tellQuicker = async (refusal: Error) => {
    const now = await get<Request>(`requests/${request.id}`).catch(() => undefined)
    const isTaken = now !== undefined && !['new', 'closed'].includes(now.state) && now.ownerId !== names.meId
    if (now !== undefined) client.setQueryData(['requests', request.id], now)
    toastError(t('requests.notDone'), refusal, isTaken ? t('requests.takenBy', { name: names.person(now.ownerId) ?? t('requests.somebody') }) : undefined)
    await refresh()
  }
  const verb = useMutation({
    mutationFn: ({ name, body = {} }: { name: 'take' | 'assign' | 'close' | 'join' | 'reopen'; body?: object }) =>
      post<Request>(`requests/${request.id}:${name}`, body, { etag: request.etag }),
    onSuccess: (saved, { name }) => {
      client.setQueryData(['requests', request.id], saved)
      toast(t(`requests.done.${name}`), name === 'join' ? saved.sameAsNumber : saved.number)
      return refresh()
    },
    onError: (error, { name }) => (name === 'take' && isOvertaken(error) ? tellQuicker(error) : failed(error)),
  })
  const opportunity = useMutation({
    mutationFn: (of: Request) => post<Opportunity>('opportunities', ofOpportunity.only(opportunityOf(of, t), 'create'), { key: request.id }),
    onSuccess: (made) => {
      toast(t('requests.opportunityMade'), made.number)
      void client.invalidateQueries({ queryKey: ['opportunities'] })
      return refresh()
    },
    onError: failed,
  })
  const link = useMutation({
    mutationFn: async (counterpartyId: string) => {
      const saved = await patch<Request>(`requests/${request.id}?updateMask=counterpartyId`, { counterpartyId }, request.etag)
      client.setQueryData(['requests', request.id], saved)
      toast(t('requests.done.link'), saved.counterpartyName)
      await tellLinked(saved, counterpartyId, undefined, can).catch((error: Error) => toastError(t('requests.linkedNotTold'), error))
      return counterpartyId
    },
    onSuccess: (id) => {
      for (const key of [['counterparties', id], ['calls'], ['opportunities']]) void client.invalidateQueries({ queryKey: key })
      return refresh()
    },
    onError: failed,
  })
  // One after another, each by its own state: what somebody has given a client meanwhile stays, and the rest goes on.
  const linkAll = useMutation({
    mutationFn: async ({ requests, calls }: { requests: Request[]; calls: Call[] }) => {
      const counterpartyId = request.counterpartyId!
      for (const one of requests) {
        const saved = await patch<Request>(`requests/${one.id}?updateMask=counterpartyId`, { counterpartyId }, one.etag)
        await tellLinked(saved, counterpartyId, undefined, can)
      }
      for (const { id } of calls) await tellCall(id, counterpartyId, undefined)
    },
    onSuccess: () => toast(t('requests.done.link'), request.counterpartyName),
    onError: (error) => toastError(t('requests.notDone'), error),
    onSettled: () => {
      for (const key of [['counterparties', request.counterpartyId], ['calls'], ['opportunities'], ['requests']]) void client.invalidateQueries({ queryKey: key })
    },
  })
  return {
    linkAll: (requests: Request[], calls: Call[]) => linkAll.mutate({ requests, calls }),
    link: (counterpartyId: string) => link.mutate(counterpartyId),
    take: () => verb.mutate({ name: 'take' }),
    assign: (ownerId: string) => verb.mutateAsync({ name: 'assign', body: { ownerId } }),
    close: (resolution: string) => verb.mutateAsync({ name: 'close', body: { resolution } }),
    join: (sameAsId: string) => verb.mutate({ name: 'join', body: { sameAsId } }),
    reopen: () => verb.mutate({ name: 'reopen' }),
    makeOpportunity: () => opportunity.mutate(request),
    /** Of it as it was saved a moment ago. */
    makeOpportunityOf: (saved: Request) => opportunity.mutate(saved),
    made: opportunity.data,
    busy: verb.isPending || opportunity.isPending || link.isPending || linkAll.isPending,
  }
}
