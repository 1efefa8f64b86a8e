import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, post } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import type { Notification } from '../api/types.ts'
import { when } from '../lib/format.ts'
import { isWatched } from '../imports/watching.ts'
import { onEvent } from '../live/link.ts'
import { toast } from '../ui/toast.ts'
import { endingText, gainText, nameFields, titleOf } from './notice-words.ts'

type Answer = { notifications: Notification[]; unreadCount: number }

/** What the signed-in person has not read. Read anew when the server tells of a new one. */
export function useUnread() {
  const me = useMe()
  return useQuery({
    queryKey: ['notifications', 'unread'],
    queryFn: ({ signal }) => get<Answer>('notifications', { unreadOnly: true, pageSize: 20 }, signal),
    enabled: me.employee !== undefined,
    // What expires meanwhile tells nobody.
    refetchInterval: 300_000,
  })
}

/** The name of a record that was shared, as it is now and as far as one may see it; undefined where one may not, or does not know yet. */
export function useSharedName({ kind, section, recordId }: Notification): string | undefined {
  const field = nameFields[section]
  const { data, isPending } = useQuery({
    queryKey: [section, recordId, 'name'],
    queryFn: ({ signal }) => get<Record<string, unknown>>(`${section}/${recordId}`, undefined, signal),
    enabled: kind === 'record-shared' && recordId !== undefined && field !== undefined,
    retry: false,
  })
  const { t } = useTranslation()
  if (kind !== 'record-shared' || recordId === undefined || field === undefined) return undefined
  if (isPending) return '…'
  return data === undefined ? undefined : String(data[field] || t('notices.sharedNameless'))
}

/** Says what came just now; a message that must be read has a window of its own. */
export function useNoticeToasts() {
  const { t } = useTranslation()
  const { mutate } = useRead()
  useEffect(
    () =>
      onEvent('vitrylo.directory.v1.NotificationAdded', ({ notification }) => {
        const { id, kind, recordId, dueTime, mustRead } = notification
        if (kind === 'import-ended' && id !== '' && isWatched(recordId)) return mutate(id)
        if (!mustRead) toast(t(`notices.kind.${kind}`), [titleOf(notification, t), endingText(notification, t), ...(notification.gains ?? []).map((gain) => gainText(gain, t)), dueTime ? when(dueTime) : ''].filter(Boolean).join(' · '))
      }),
    [t, mutate],
  )
}

export function useRead() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string | undefined) => post(id === undefined ? 'notifications:readAll' : `notifications/${id}:read`),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['notifications'] }),
  })
}
