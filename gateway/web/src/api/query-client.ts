import { QueryClient } from '@tanstack/react-query'
import { ApiError, LinkError } from './client.ts'

/** Only a lost link and an overloaded server are worth another try; every other answer would be the same. */
const worthRetry = (count: number, error: Error) =>
  count < 3 && (error instanceof LinkError || (error instanceof ApiError && [429, 502, 503, 504].includes(error.status)))

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 15_000, retry: worthRetry, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
})
