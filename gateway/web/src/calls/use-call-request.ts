import { useQuery } from '@tanstack/react-query'
import { ApiError, get } from '../api/client.ts'
import { worthRetry } from '../api/query-client.ts'
import type { Request } from '../api/types.ts'
import type { MyCall } from './call-store.ts'

const isOutOfReach = (error: Error | null) => error instanceof ApiError && [403, 404].includes(error.status)

/** Who answered for another branch is let in to the request as it is registered; that is heard of a moment later. */
const LET_IN_TRIES = 4

function useRead({ request, call }: MyCall) {
  const id = request?.id ?? call.requestId
  return useQuery({
    queryKey: ['requests', id],
    queryFn: ({ signal }) => get<Request>(`requests/${id}`, undefined, signal),
    enabled: Boolean(id),
    retry: (failed, error) => (isOutOfReach(error) ? failed < LET_IN_TRIES : worthRetry(failed, error)),
  })
}

/** The request that was registered of a call; undefined until then. */
export function useCallRequest(one: MyCall): Request | undefined {
  const { data = one.request } = useRead(one)
  return data
}

/** There is one, and whoever looks may not see it. */
export const useIsOutOfReach = (one: MyCall): boolean => isOutOfReach(useRead(one).error)
