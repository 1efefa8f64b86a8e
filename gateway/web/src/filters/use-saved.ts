import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call, patch, post } from '../api/client.ts'
import type { SavedFilter } from '../api/types.ts'
import { toast, toastError } from '../ui/toast.ts'

type Draft = Pick<SavedFilter, 'displayName' | 'resource' | 'filter' | 'orderBy' | 'columns' | 'groups'>

/** Keeps a filter, or changes one that is kept. */
export function useKeepFilter(current: SavedFilter | undefined, onDone: (id: string) => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ draft, key }: { draft: Draft; key: string }) => {
      const { resource: _fixed, ...change } = draft
      return current === undefined ? post<SavedFilter>('saved-filters', draft, { key }) : patch<SavedFilter>(`saved-filters/${current.id}`, change, current.etag)
    },
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: ['saved-filters'] })
      onDone(id)
    },
  })
}

export function useRemoveSaved(onDone: () => void) {
  const client = useQueryClient()
  const { t } = useTranslation()
  return useMutation({
    mutationFn: ({ id, etag }: SavedFilter) => call<void>('DELETE', `saved-filters/${id}`, { etag }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['saved-filters'] })
      toast(t('filters.removed'))
      onDone()
    },
    onError: (error) => toastError(t('filters.notRemoved'), error),
  })
}
