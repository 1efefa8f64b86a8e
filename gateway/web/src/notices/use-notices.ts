import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, post } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
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

type Shared = Pick<Notification, 'section' | 'recordId'>

const nameQuery = ({ section, recordId }: Shared) =>
  queryOptions({ queryKey: [section, recordId, 'name'], queryFn: ({ signal }) => get<Record<string, unknown>>(`${section}/${recordId}`, undefined, signal) })

const nameIn = ({ section }: Shared, record: Record<string, unknown> | undefined): string => String(record?.[nameFields[section] ?? ''] ?? '')

/** The name of a record that was shared, as it is now and as far as one may see it; undefined where one may not, or does not know yet. */
export function useSharedName(notice: Notification): string | undefined {
  const isNamed = notice.kind === 'record-shared' && notice.recordId !== undefined && nameFields[notice.section] !== undefined
  const { data, isPending } = useQuery({ ...nameQuery(notice), enabled: isNamed, retry: false })
  const { t } = useTranslation()
  if (!isNamed) return undefined
  if (isPending) return '…'
  return data === undefined ? undefined : nameIn(notice, data) || t('notices.sharedNameless')
}

/** Says what came just now; a message that must be read has a window of its own. */
export function useNoticeToasts() {
  const { t } = useTranslation()
  const { mutate } = useRead()
  const { person } = useNames()
  const client = useQueryClient()
  useEffect(
    () =>
      onEvent('vitrylo.directory.v1.NotificationAdded', async ({ notification }) => {
        const { id, kind, recordId, dueTime, mustRead, senderId } = notification
        if (kind === 'import-ended' && id !== '' && isWatched(recordId)) return mutate(id)
        if (mustRead) return
        // The name of a shared record comes with the record: to nobody who does not see it.
        const [shared, giver] = kind === 'record-shared' && recordId ? [await client.fetchQuery({ ...nameQuery(notification), retry: 3, retryDelay: 500 }).catch(() => undefined), person(senderId)] : []
        toast(t(`notices.kind.${kind}`), [titleOf(notification, t) || nameIn(notification, shared), giver, endingText(notification, t), ...(notification.gains ?? []).map((gain) => gainText(gain, t)), dueTime ? when(dueTime) : ''].filter(Boolean).join(' · '))
      }),
    [t, mutate, client, person],
  )
}

export function useRead() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string | undefined) => post(id === undefined ? 'notifications:readAll' : `notifications/${id}:read`),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['notifications'] }),
  })
}
