import { useTranslation } from 'react-i18next'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { post } from '../api/client.ts'
import type { Call } from '../api/types.ts'
import { toastError } from '../ui/toast.ts'
import { changeCall } from './call-store.ts'

/** Says whose call it is, when several or none matched. */
export function useSetParty(call: Call) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (counterpartyId: string) => post<Call>(`calls/${call.id}:setCounterparty`, { counterpartyId }),
    onSuccess: (saved) => {
      changeCall(call.id, (one) => ({ ...one, call: saved }))
      void client.invalidateQueries({ queryKey: ['calls'] })
    },
    onError: (error) => toastError(t('call.notSet'), error),
  })
}
