import type { Caller } from '@vitrylo/auth'
import { trimmed } from '@vitrylo/service'
import { fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import type { Query } from './query.ts'
import { searchableFields, searchOf } from './search-text.ts'

// What counterparties are found by beside their name.
const SEARCHED = ['fullName', 'taxCode', 'vatNumber', 'externalId', 'channels', 'bankAccounts', 'interests', 'custom']

type Row = CounterpartyRow & { own_search: string }

/** Whether something that is searched is hidden from the caller. */
export function searchesLess(caller: Caller): boolean {
  const hidden = caller.limits()?.hidden
  if (hidden === undefined) return false
  const own = [...(hidden.get('counterparties') ?? [])]
  return hidden.get('contact-persons')?.has('channels') === true || own.some((field) => SEARCHED.includes(field.split('.')[0]!))
}

/** A row as the caller knows it: what it is found by, and why, is told of that alone. */
export function openRow<R extends Row>(caller: Caller, row: R): R {
  const seen = trimmed(caller, 'vitrylo.contacts.v1.Counterparty', fromRow(row))
  const channels = seen.channels.length === row.channels.length ? row.channels : []
  return {
    ...row, full_name: seen.fullName, tax_code: seen.taxCode, vat_number: seen.vatNumber, external_id: seen.externalId,
    channels, own_search: searchOf(seen, searchableFields(caller)),
  }
}

/** A code that is hidden puts nobody first. */
export const openQuery = (caller: Caller, query: Query): Query =>
  caller.limits()?.hidden.get('counterparties')?.has('taxCode') ? { ...query, code: '-' } : query

/** Whether every word of the query stands in what the caller knows of the row and its persons. */
export const isFoundOpenly = ({ words }: Query, row: Row, persons: readonly { search: string }[]): boolean =>
  words.every((word) => {
    const begins = word.length < 3 ? ` ${word}` : word
    return row.own_search.includes(begins) || persons.some(({ search }) => search.includes(begins))
  })
