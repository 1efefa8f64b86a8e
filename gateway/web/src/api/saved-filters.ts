import { useQuery } from '@tanstack/react-query'
import { allPages } from './records.ts'
import type { SavedFilter } from './types.ts'

const none: never[] = []

/** One's own and shared ones, of all lists: the tree shows them all. */
export const useSavedFilters = (): SavedFilter[] =>
  useQuery({ queryKey: ['saved-filters', 'all'], queryFn: ({ signal }) => allPages<SavedFilter>('saved-filters', 'savedFilters', signal), staleTime: 60_000 }).data ?? none

/** The address of a list that shows a saved filter. */
export const searchOf = ({ id, resource, filter, orderBy }: SavedFilter) => ({
  saved: id,
  ...(filter ? { filter } : {}),
  ...(orderBy ? { sort: orderBy } : {}),
  ...(resource === 'opportunities' ? { form: 'list' as const, view: 'all' as const } : {}),
})
