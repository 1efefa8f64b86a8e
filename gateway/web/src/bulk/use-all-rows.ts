import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { get } from '../api/client.ts'
import { toastError } from '../ui/toast.ts'

/** More at once nobody can look over; the rest is a second round. */
const MOST = 5_000

/** Everything that a list would show, page by page. */
export function useAllRows<T>(path: string, plural: string, query: { filter: string; orderBy: string }, onRows: (rows: T[]) => void) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const load = async (): Promise<void> => {
    setBusy(true)
    try {
      let read = 0
      for (let pageToken: string | undefined = ''; pageToken !== undefined && read < MOST; ) {
        const page: Record<string, unknown> = await get(path, { ...query, pageSize: 250, pageToken })
        const rows = page[plural] as T[]
        read += rows.length
        onRows(rows)
        pageToken = (page['nextPageToken'] as string) || undefined
      }
    } catch (error) {
      toastError(t('bulk.notAll'), error)
    } finally {
      setBusy(false)
    }
  }
  return { busy, load: () => void load() }
}
