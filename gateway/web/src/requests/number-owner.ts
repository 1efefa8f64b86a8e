import { queryOptions, useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import type { SearchAnswer } from '../api/types.ts'
import { useDebounced } from '../lib/use-debounced.ts'
import type { ChosenParty } from '../ui/party-select.tsx'

const digitsOf = (text: string) => text.replace(/\D/g, '')

const NOBODY: readonly ChosenParty[] = []

/** As many digits of a number are the same however it is written: a call is recognised by them too. */
const TAIL = 9

export const isWholeNumber = (phone: string): boolean => digitsOf(phone).length >= TAIL

/** The clients, of those that the reader may see, who have this number: the best three. */
export const numberOwnerQuery = (phone: string) => {
  const digits = digitsOf(phone)
  return queryOptions({
    queryKey: ['counterparties', 'list', 'number', digits],
    queryFn: async ({ signal }): Promise<ChosenParty[]> => {
      const { counterparties, reasons } = await get<SearchAnswer>('counterparties:search', { q: phone.trim(), pageSize: 3 }, signal)
      return counterparties.filter((_, at) => {
        const reason = reasons[at]
        // Of a contact person the name is told and not the number.
        return reason?.matched === 'phone' && (!/^[+\d]/.test(reason.text) || digitsOf(reason.text).slice(-TAIL) === digits.slice(-TAIL))
      }).map(({ id, displayName }) => ({ id, name: displayName }))
    },
    enabled: isWholeNumber(phone),
  })
}

export function useNumberOwners(phone: string): readonly ChosenParty[] {
  const asked = useDebounced(phone, 200)
  const { data } = useQuery(numberOwnerQuery(asked))
  return (asked === phone ? data : undefined) ?? NOBODY
}
