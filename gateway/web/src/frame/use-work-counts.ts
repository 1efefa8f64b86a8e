import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { filterOf } from '../api/filter.ts'
import { canOf, useMe } from '../api/me.ts'
import type { Request } from '../api/types.ts'

export type WorkCount = { count: number; late: boolean }

/** What waits for the signed-in person, by section; counts stand only where there is something to do. */
export function useWorkCounts(): Record<string, WorkCount> {
  const me = useMe()
  const mine = me.employee?.id
  const answer = useQuery({
    queryKey: ['requests', 'mine', mine],
    queryFn: ({ signal }) =>
      get<{ requests: Request[] }>('requests', { filter: filterOf({ ownerId: mine, 'state!': 'closed' }), pageSize: 100 }, signal),
    enabled: mine !== undefined && canOf(me)('requests'),
  })
  const requests = answer.data?.requests ?? []
  const late = requests.filter((request) => request.dueTime && new Date(request.dueTime) < new Date())
  return { requests: late.length > 0 ? { count: late.length, late: true } : { count: requests.length, late: false } }
}
