import { useMemo } from 'react'
import { keepPreviousData, useInfiniteQuery, useQuery, type InfiniteData } from '@tanstack/react-query'
import { get } from './client.ts'

type Page = { nextPageToken: string }

export type ListQuery = { filter?: string; orderBy?: string; pageSize?: number; counterpartyId?: string }

/** A list page by page (keyset): rows so far, and the way to more of them. `plural` is the field of the answer. */
export function useRecords<T>(path: string, plural: string, query: ListQuery = {}, enabled = true, refetchInterval: number | false = false) {
  const answer = useInfiniteQuery<Page, Error, InfiniteData<Page>, unknown[], string>({
    queryKey: [path, 'list', query],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => get<Page>(path, { pageSize: 50, ...query, pageToken: pageParam }, signal),
    getNextPageParam: (last) => last.nextPageToken || undefined,
    placeholderData: keepPreviousData,
    enabled,
    refetchInterval,
  })
  const pages = answer.data?.pages
  const rows = useMemo(
    () => (pages ?? []).flatMap((page) => (page as unknown as Record<string, T[]>)[plural] ?? []),
    [pages, plural],
  )
  return { ...answer, rows }
}

export type Records<T> = ReturnType<typeof useRecords<T>>

/** One record by its id. */
export function useRecord<T>(path: string, id: string | undefined) {
  return useQuery({
    queryKey: [path, id],
    queryFn: ({ signal }) => get<T>(`${path}/${id}`, undefined, signal),
    enabled: id !== undefined && id !== '',
  })
}

/** All pages of a small directory, up to 1,000 rows. */
export async function allPages<T>(path: string, plural: string, signal?: AbortSignal, filter = ''): Promise<T[]> {
  const rows: T[] = []
  let pageToken = ''
  do {
    const page = await get<Page & Record<string, unknown>>(path, { pageSize: 250, pageToken, filter }, signal)
    rows.push(...((page[plural] as T[] | undefined) ?? []))
    pageToken = page.nextPageToken
  } while (pageToken !== '' && rows.length < 1000)
  return rows
}
