import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import type { Request } from '../api/types.ts'
import type { MyCall } from './call-store.ts'

/** The request that was registered of a call; undefined until then. */
export function useCallRequest({ request, call }: MyCall): Request | undefined {
  const id = request?.id ?? call.requestId
  const { data = request } = useQuery({
    queryKey: ['requests', id],
    queryFn: ({ signal }) => get<Request>(`requests/${id}`, undefined, signal),
    enabled: Boolean(id),
  })
  return data
}
