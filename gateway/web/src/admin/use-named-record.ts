import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { filterOf } from '../api/filter.ts'
import { useDebounced } from '../lib/use-debounced.ts'
import { uuidIn } from '../lib/uuid.ts'

/** Sections whose services explain single records, each with what people call a record by, besides its link. */
export const NAMED_BY: Record<string, readonly string[]> = {
  counterparties: ['displayName', 'taxCode', 'externalId'],
  opportunities: ['number', 'title'],
  requests: ['number'],
  calls: [],
}

/** Where a record stands, in the words of any section. */
export type Standing = { id: string; branchId?: string; ownerId?: string; responsibleId?: string; ownerAgent?: { employeeId?: string } }
/** `any`: none is named; `unclear`: nothing, or more than one record, is called so. */
export type Named = { state: 'any' | 'looking' | 'unclear' } | { state: 'one'; id: string; record: Standing | undefined }

/** The record that a link, an id, a number or a name means. The reader may not see it themselves: by its id it is asked about all the same. */
export function useNamedRecord(section: string, typed: string): Named {
  const text = useDebounced(typed.trim(), 250)
  const id = uuidIn(text)
  const names = NAMED_BY[section]
  const query = useQuery({
    queryKey: [section, 'named', id ?? text],
    queryFn: async ({ signal }): Promise<Standing[]> => {
      if (id) return [await get<Standing>(`${section}/${id}`, undefined, signal)]
      for (const name of names ?? []) {
        const answer = await get<Record<string, Standing[]>>(section, { filter: filterOf({ [name]: text }), pageSize: 2 }, signal)
        const found = answer[section] ?? []
        if (found.length > 0) return found
      }
      return []
    },
    enabled: names !== undefined && text !== '',
    retry: false,
  })
  if (names === undefined || typed.trim() === '') return { state: 'any' }
  if (text !== typed.trim() || query.isPending) return { state: 'looking' }
  const found = query.data ?? []
  if (id) return { state: 'one', id, record: found[0] }
  return found.length === 1 ? { state: 'one', id: found[0]!.id, record: found[0] } : { state: 'unclear' }
}
