import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError, call, get, newKey, patch, post } from '../api/client.ts'
import { useFormKey } from '../lib/use-form-key.ts'

type Known = { id: string; etag: string }

/** Adds, changes and removes a record of a dictionary; its lists are read anew. */
export function useSaveRecord<T>(path: string, record: Known | undefined, mask: string, onDone: (saved: T | undefined) => void) {
  const client = useQueryClient()
  const key = useFormKey()
  const done = (saved: T | undefined) => {
    void client.invalidateQueries({ queryKey: [path] })
    onDone(saved)
  }
  const save = useMutation({
    mutationFn: (body: object) => (record ? patch<T>(`${path}/${record.id}?updateMask=${mask}`, body, record.etag) : post<T>(path, body, { key: key.of(body) })),
    onSuccess: done,
  })
  const remove = useMutation({ mutationFn: () => call('DELETE', `${path}/${record!.id}`, { key: newKey(), etag: record!.etag }), onSuccess: () => done(undefined) })
  const error = save.error ?? remove.error
  return {
    save: save.mutate, remove: remove.mutate, busy: save.isPending || remove.isPending, error,
    /** Somebody else changed it meanwhile: nothing was saved, and nothing can be before theirs is looked at. */
    stale: error instanceof ApiError && error.problem.reason === 'ETAG_MISMATCH',
    async fresh(): Promise<T> {
      const found = await get<T>(`${path}/${record!.id}`)
      client.setQueryData([path, record!.id], found)
      save.reset()
      remove.reset()
      return found
    },
  }
}
