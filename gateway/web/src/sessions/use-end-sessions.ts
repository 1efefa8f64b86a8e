import { useTranslation } from 'react-i18next'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { post } from '../api/client.ts'
import { toast, toastError } from '../ui/toast.ts'

type Ending = { path: string; body?: object }

/** Ends sessions, blocks or unblocks tokens; says how many have ended. */
export function useEndSessions(onDone: () => void = () => {}) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ path, body = {} }: Ending) => post<{ ended?: number }>(path, body),
    onSuccess: ({ ended }) => {
      for (const key of ['sessions', 'my-sessions', 'sign-ins']) void client.invalidateQueries({ queryKey: [key] })
      toast(ended === undefined ? t('sessions.done') : t('sessions.ended', { count: ended }), t('sessions.soon'))
      onDone()
    },
    onError: (error) => toastError(t('sessions.notEnded'), error),
  })
}
