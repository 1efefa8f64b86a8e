import { useQuery } from '@tanstack/react-query'
import { useDebounced } from '../lib/use-debounced.ts'
import { get } from './client.ts'
import { filterOf } from './filter.ts'
import { useCan } from './me.ts'
import type { Opportunity, Request } from './types.ts'

const none: never[] = []

type Numbered = { id: string; to: '/requests' | '/opportunities'; label: string }

/** Requests and opportunities by the whole number, as it stands in a letter: `ЗВ-00124`. */
export function useNumbered(words: string): Numbered[] {
  const can = useCan()
  const [mayRequests, mayOpportunities] = [can('requests'), can('opportunities')]
  const number = useDebounced(words.trim().toLocaleUpperCase(), 120)
  const isNumber = /^\P{Nd}{1,12}\d{1,9}$/u.test(number)
  const answer = useQuery({
    queryKey: ['requests', 'list', 'number', number, mayRequests, mayOpportunities],
    enabled: isNumber,
    queryFn: async ({ signal }): Promise<Numbered[]> => {
      const query = { filter: filterOf({ number }), pageSize: 5 }
      const [requests, opportunities] = await Promise.all([
        mayRequests ? get<{ requests: Request[] }>('requests', query, signal) : undefined,
        mayOpportunities ? get<{ opportunities: Opportunity[] }>('opportunities', query, signal) : undefined,
      ])
      return [
        ...(requests?.requests ?? []).map((one): Numbered => ({ id: one.id, to: '/requests', label: `${one.number} ${one.subject}` })),
        ...(opportunities?.opportunities ?? []).map((one): Numbered => ({ id: one.id, to: '/opportunities', label: `${one.number} ${one.title}` })),
      ]
    },
  }).data
  return isNumber ? (answer ?? none) : none
}
