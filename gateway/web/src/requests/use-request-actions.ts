import { useTranslation } from 'react-i18next'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { post } from '../api/client.ts'
import type { Opportunity, Request } from '../api/types.ts'
import { toast, toastError } from '../ui/toast.ts'

/** The opportunity that one click makes of a request. The same request gives the same opportunity however often it is pressed. */
const opportunityOf = (request: Request) => ({
  title: request.subject,
  requestId: request.id,
  ...(request.counterpartyId ? { counterpartyId: request.counterpartyId } : {}),
  ...(request.contactPersonId ? { contactPersonId: request.contactPersonId } : {}),
})

export function useRequestActions(request: Request) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const refresh = () => Promise.all([client.invalidateQueries({ queryKey: ['requests'] }), client.invalidateQueries({ queryKey: ['counterparties', request.counterpartyId] })])
  const failed = (error: Error) => {
    toastError(t('requests.notDone'), error)
    void refresh()
  }
  const verb = useMutation({
    mutationFn: ({ name, body = {} }: { name: 'take' | 'assign' | 'close' | 'reopen'; body?: object }) =>
      post<Request>(`requests/${request.id}:${name}`, body, { etag: request.etag }),
    onSuccess: (saved, { name }) => {
      client.setQueryData(['requests', request.id], saved)
      toast(t(`requests.done.${name}`), saved.number)
      return refresh()
    },
    onError: failed,
  })
  const opportunity = useMutation({
    mutationFn: () => post<Opportunity>('opportunities', opportunityOf(request), { key: request.id }),
    onSuccess: (made) => {
      toast(t('requests.opportunityMade'), made.number)
      void client.invalidateQueries({ queryKey: ['opportunities'] })
      return refresh()
    },
    onError: failed,
  })
  return {
    take: () => verb.mutate({ name: 'take' }),
    assign: (ownerId: string) => verb.mutateAsync({ name: 'assign', body: { ownerId } }),
    close: (resolution: string) => verb.mutateAsync({ name: 'close', body: { resolution } }),
    reopen: () => verb.mutate({ name: 'reopen' }),
    makeOpportunity: () => opportunity.mutate(),
    made: opportunity.data,
    busy: verb.isPending || opportunity.isPending,
  }
}
