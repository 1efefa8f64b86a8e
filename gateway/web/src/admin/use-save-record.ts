import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, newKey, patch, post } from '../api/client.ts'
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
  return { save: save.mutate, remove: remove.mutate, busy: save.isPending || remove.isPending, error: save.error ?? remove.error }
}
