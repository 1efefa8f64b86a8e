import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { patch } from '../api/client.ts'
import { toastError } from '../ui/toast.ts'

type Placed = { id: string; etag: string; position: number }

/** Moves one of several up or down; only those whose place changes are saved. */
export function useReorder(path: string, rows: readonly Placed[]) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const mutation = useMutation({
    mutationFn: async (order: readonly Placed[]) => {
      for (const [index, row] of order.entries()) {
        const position = (index + 1) * 10
        if (row.position !== position) await patch(`${path}/${row.id}`, { position }, row.etag)
      }
    },
    onError: (error) => toastError(t('ownFields.notMoved'), error),
    onSettled: () => client.invalidateQueries({ queryKey: [path] }),
  })
  return {
    busy: mutation.isPending,
    move(at: number, by: -1 | 1) {
      const order = rows.toSpliced(at, 1)
      order.splice(at + by, 0, rows[at]!)
      mutation.mutate(order)
    },
  }
}
