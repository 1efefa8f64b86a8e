import { useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError, get, patch } from '../api/client.ts'
import type { Channel, Counterparty } from '../api/types.ts'
import { toast } from '../ui/toast.ts'
import { conflictsOf, type FieldName, type PartyPatch } from './fields.ts'

export type Conflict = { mine: PartyPatch; base: Counterparty; theirs: Counterparty; fields: FieldName[] }

/** What the server makes itself (E.164) is not sent back. */
function bodyOf(changes: PartyPatch): object {
  if (!changes.channels) return changes
  return { ...changes, channels: changes.channels.filter((one) => one.value.trim()).map(({ e164: _e164, ...rest }: Channel) => rest) }
}

/** Saves changes of a counterparty. A stale record is read again: what does not collide is merged, the rest is asked about. */
export function useSaveParty(record: Counterparty, onSaved: () => void) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [conflict, setConflict] = useState<Conflict>()
  const path = `counterparties/${record.id}`

  const save = useMutation({
    mutationFn: async ({ changes, base }: { changes: PartyPatch; base: Counterparty }): Promise<Conflict | undefined> => {
      try {
        await patch<Counterparty>(path, bodyOf(changes), base.etag)
        return undefined
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 412) throw error
      }
      const theirs = await get<Counterparty>(path)
      const fields = conflictsOf(changes, base, theirs)
      if (fields.length > 0) return { mine: changes, base, theirs, fields }
      await patch<Counterparty>(path, bodyOf(changes), theirs.etag)
      return undefined
    },
    onSuccess: (found) => {
      setConflict(found)
      if (found) return
      void client.invalidateQueries({ queryKey: ['counterparties'] })
      toast(t('card.saved'))
      onSaved()
    },
  })
  return {
    save: (changes: PartyPatch) => save.mutate({ changes, base: record }),
    resolve: (changes: PartyPatch, base: Counterparty) => save.mutate({ changes, base }),
    busy: save.isPending,
    error: save.error,
    conflict,
    leaveConflict: () => setConflict(undefined),
  }
}
