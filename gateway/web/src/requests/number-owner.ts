import { queryOptions, useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import type { SearchAnswer } from '../api/types.ts'
import { useDebounced } from '../lib/use-debounced.ts'
import type { ChosenParty } from '../ui/party-select.tsx'

const digitsOf = (text: string) => text.replace(/\D/g, '')

/** As many digits of a number are the same however it is written: a call is recognised by them too. */
const TAIL = 9

export const isWholeNumber = (phone: string): boolean => digitsOf(phone).length >= TAIL

/** The one client, of those that the reader may see, who has this number; null: none or several. */
export const numberOwnerQuery = (phone: string) => {
  const digits = digitsOf(phone)
  return queryOptions({
    queryKey: ['counterparties', 'list', 'number', digits],
    queryFn: async ({ signal }): Promise<ChosenParty | null> => {
      const { counterparties, reasons } = await get<SearchAnswer>('counterparties:search', { q: phone.trim(), pageSize: 3 }, signal)
      const owners = counterparties.filter((_, at) => {
        const reason = reasons[at]
        // Of a contact person the name is told and not the number.
        return reason?.matched === 'phone' && (!/^[+\d]/.test(reason.text) || digitsOf(reason.text).slice(-TAIL) === digits.slice(-TAIL))
      })
      return owners.length === 1 ? { id: owners[0]!.id, name: owners[0]!.displayName } : null
    },
    enabled: isWholeNumber(phone),
  })
}

export function useNumberOwner(phone: string): ChosenParty | undefined {
  const asked = useDebounced(phone, 200)
  const { data } = useQuery(numberOwnerQuery(asked))
  return (asked === phone ? data : undefined) ?? undefined
}
