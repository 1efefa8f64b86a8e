import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDebounced } from '../lib/use-debounced.ts'
import { get } from './client.ts'
import type { Counterparty, SearchAnswer } from './types.ts'

export type Found = { party: Counterparty; matched: string; text: string; personId: string }

/** Type-ahead: part of a name, a phone, a mail, a code; also with a mistake or in other letters. */
export function usePartySearch(words: string, pageSize = 8) {
  const q = useDebounced(words.trim(), 120)
  const answer = useQuery({
    queryKey: ['counterparties', 'list', 'search', q, pageSize],
    queryFn: ({ signal }) => get<SearchAnswer>('counterparties:search', { q, pageSize }, signal),
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
  })
  const found: Found[] =
    q.length < 2
      ? []
      : (answer.data?.counterparties ?? []).map((party, at) => ({
          party,
          matched: answer.data?.reasons[at]?.matched ?? 'name',
          text: answer.data?.reasons[at]?.text ?? '',
          personId: answer.data?.reasons[at]?.contactPersonId ?? '',
        }))
  return { ...answer, found, q }
}
