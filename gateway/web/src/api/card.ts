import { queryOptions } from '@tanstack/react-query'
import { get } from './client.ts'
import type { CounterpartyCard } from './types.ts'

/** Everything about a counterparty in one request. */
export const cardQuery = (id: string) =>
  queryOptions({
    queryKey: ['counterparties', id, 'card'],
    queryFn: ({ signal }) => get<CounterpartyCard>(`counterparties/${id}:card`, undefined, signal),
  })
