import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { keepDraftsOf } from '../lib/use-draft.ts'
import { get } from './client.ts'
import type { Me } from './types.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const me = await get<Me>('me', undefined, signal)
    keepDraftsOf(me.username)
    return me
  },
  staleTime: 60_000,
})

export type Can = (section: string, action?: string) => boolean

export const canOf =
  (me: Me): Can =>
  (section, action = 'view') =>
    me.rights.some((right) => right.section === section && right.action === action)

export const useMe = () => useSuspenseQuery(meQuery).data

/** Whether the signed-in person has any right of the kind. What it reaches, the server decides on every request. */
export const useCan = (): Can => canOf(useMe())
