import { useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError, get, patch } from '../api/client.ts'
import type { CustomResource, CustomValues } from '../api/custom-fields.ts'
import type { RecordAccess } from '../api/types.ts'
import { toast } from '../ui/toast.ts'

export type CustomRecord = { id: string; etag: string; custom?: CustomValues | undefined; access?: RecordAccess | undefined }
/** Names that both sides changed, and to different values. */
export type Clash = { names: string[]; theirs: CustomValues; etag: string }

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Saves custom values by name. Of a stale record it saves what nobody else changed, and asks about the rest. */
export function useSaveCustom(resource: CustomResource, base: CustomRecord, onSaved: () => void) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [clash, setClash] = useState<Clash>()
  const path = `${resource}/${base.id}`
  const mutation = useMutation({
    mutationFn: async ({ custom, side }: { custom: CustomValues; side?: 'mine' | 'theirs' | undefined }): Promise<Clash | undefined> => {
      if (Object.keys(custom).length === 0) return undefined
      try {
        await patch(path, { custom }, side === undefined ? base.etag : clash?.etag)
        return undefined
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error
      }
      const theirs = await get<CustomRecord>(path)
      const names = Object.keys(custom).filter((name) => !same(base.custom?.[name], theirs.custom?.[name]) && !same(custom[name], theirs.custom?.[name]))
      if (names.length > 0) return { names, theirs: theirs.custom ?? {}, etag: theirs.etag }
      await patch(path, { custom }, theirs.etag)
      return undefined
    },
    onSuccess: (found) => {
      setClash(found)
      if (found) return
      void client.invalidateQueries({ queryKey: [resource] })
      toast(t('card.saved'))
      onSaved()
    },
  })
  return { save: (custom: CustomValues, side?: 'mine' | 'theirs') => mutation.mutate({ custom, side }), clash, busy: mutation.isPending, error: mutation.error }
}
