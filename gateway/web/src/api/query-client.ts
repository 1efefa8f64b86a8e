import { QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError, LinkError } from './client.ts'

/** Only a lost link and an overloaded server are worth another try; every other answer would be the same. */
export const worthRetry = (count: number, error: Error) =>
  count < 3 && (error instanceof LinkError || (error instanceof ApiError && [429, 502, 503, 504].includes(error.status)))

/** What may no longer be seen, or is gone, leaves the screen: the answer of before does not stay beside the refusal. */
const queryCache = new QueryCache({
  onError: (error, query) => {
    if (error instanceof ApiError && [403, 404].includes(error.status) && query.state.data !== undefined) query.setState({ data: undefined })
  },
})

export const queryClient = new QueryClient({
  queryCache,
  defaultOptions: {
    queries: { staleTime: 15_000, retry: worthRetry, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
})
