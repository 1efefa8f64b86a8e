import { useTranslation } from 'react-i18next'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { post } from '../api/client.ts'
import { useCan } from '../api/me.ts'
import type { Call } from '../api/types.ts'
import { tellRequest } from '../requests/tell-linked.ts'
import { toast, toastError } from '../ui/toast.ts'
import { changeCall } from './call-store.ts'

type Spoke = { counterpartyId: string; contactPersonId?: string | undefined }

/** Says whose call it is, and who of them spoke: when several or none matched, or another than the number's owner spoke. Its request goes along. */
export function useSetParty(call: Call) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const can = useCan()
  return useMutation({
    mutationFn: ({ counterpartyId, contactPersonId }: Spoke) => post<Call>(`calls/${call.id}:setCounterparty`, { counterpartyId, ...(contactPersonId && { contactPersonId }) }),
    onSuccess: async (saved) => {
      const before = call.counterpartyId
      changeCall(call.id, (one) => ({ ...one, call: saved }))
      client.setQueryData(['calls', call.id], saved)
      if (before !== '') toast(t('call.partyChanged'), saved.counterpartyName)
      await tellRequest(saved, before, can).catch((error: Error) => toastError(t('requests.linkedNotTold'), error))
      for (const key of [['calls'], ['requests'], ['counterparties', before], ['counterparties', saved.counterpartyId]]) void client.invalidateQueries({ queryKey: key })
    },
    onError: (error) => toastError(t('call.notSet'), error),
  })
}
